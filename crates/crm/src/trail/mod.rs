//! `/settings/trail`: what the platform's audit trail tells of the workspace, and the proof of each line. For owners.

#[cfg(test)]
mod tests;
mod words;

use askama::Template;
use axum::{extract::State, response::Response};
use db::door::ledger::{self, LedgerLine, Named};
use server::{
    Failure, Frame, Params, Path,
    cursor::Cursors,
    page::{self, Pager},
    proof::{self as proofs, NoProof},
    trail::TrailKeys,
};
use types::AuditEventId;

use crate::{
    app::App,
    member::Owner,
    table::turning::{Turned, Window},
    workspace::Workspace,
    zone::When,
};

#[derive(Template)]
#[template(path = "trail/list.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
    pager: Pager,
    /// What proofs are checked with; none in a process whose secret is its own, because then it is not the console's.
    public_key: Option<String>,
}

/// A line as an owner reads it.
struct Row {
    id: String,
    what: &'static str,
    badge: (&'static str, &'static str),
    who: String,
    about: Vec<String>,
    reason: Option<String>,
    when: When,
}

/// Shows what was done, newest first.
pub(crate) async fn list(
    Owner(owner): Owner,
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let scope = &owner.scope;
    let secrets = workspace.facts.secrets();
    let cursors = Cursors::new(vec![scope.tenant_id().as_str(), "trail", "-occurredAt"], secrets);
    let window = Window::<AuditEventId>::read(&cursors, &params)?;
    let mut tx = app.db.read(scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let found = match window {
        Window::Before(_) => ledger::list_before(&mut tx, scope, window.after(), params.page()).await?,
        Window::Start | Window::After(_) => {
            ledger::list(&mut tx, scope, window.after(), params.page()).await?
        }
    };
    let turned = Turned::of(found, &window);
    let place = |line: &LedgerLine| (line.event.occurred_at, line.event.id);
    let pager = turned.pager(("lines", "/settings/trail"), &params, &cursors, (0, place));
    page::private(&List {
        frame: workspace.framed(&counts),
        // Nobody counts them: a feed of homes leaves a line every few minutes.
        pager: Pager {
            range: "Newest first".to_owned(),
            ..pager
        },
        rows: turned
            .items
            .into_iter()
            .map(|line| row(line, &workspace))
            .collect(),
        public_key: secrets
            .are_kept()
            .then(|| TrailKeys::of(secrets).public().to_string()),
    })
}

fn row(line: LedgerLine, workspace: &Workspace) -> Row {
    let event = &line.event;
    Row {
        id: event.id.to_string(),
        what: words::what(event.action),
        badge: words::badge(event.status),
        who: who(&line),
        about: words::about(&event.details, line.member.as_deref()),
        reason: words::reason(&event.details),
        when: workspace.zone.when(event.occurred_at, workspace.now),
    }
}

/// Who did it. An operator is a name and no address, as where support looked in; how accounts are called on the
/// platform's machines is nobody's business here, so a command is a command.
fn who(line: &LedgerLine) -> String {
    let actor = &line.event.actor;
    match &line.actor {
        Some(Named::Operator(name)) => format!("{name}, who runs the platform"),
        Some(Named::Member(name)) => format!("{name}, of this workspace"),
        None if actor.id == "freehold" => "The platform, by itself".to_owned(),
        None if actor.id.starts_with("cli:") => "Somebody who runs the platform, by a command".to_owned(),
        None => "Somebody who has no name here any more".to_owned(),
    }
}

/// Gives the proof of a line, as a file.
pub(crate) async fn proof(
    Owner(owner): Owner,
    State(app): State<App>,
    Path(id): Path<AuditEventId>,
) -> Result<Response, Failure> {
    let mut tx = app.db.read(&owner.scope).await?;
    let found = ledger::evidence(&mut tx, &owner.scope, id).await?;
    match proofs::made_of(found.ok_or(Failure::NotFound)?) {
        Ok(proof) => Ok(proofs::as_file(&proof)),
        Err(none) => Err(refused(id, &none)),
    }
}

fn refused(id: AuditEventId, none: &NoProof) -> Failure {
    if let NoProof::Contradicted(why) = none {
        tracing::error!(
            line.id = %id,
            "line {id} of the audit trail is not what was signed: {why}; see what `admin audit verify` says"
        );
    }
    Failure::conflict(none.code(), none.sentence())
}
