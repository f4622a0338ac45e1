//! What the owners see of operators who looked in, and the two things they can do: end it, and let nobody in.

use askama::Template;
use axum::{extract::State, response::Response};
use db::{door::support as door, tenant::support as rows};
use serde_json::{Value, json};
use server::{Failure, Flash, Form, Frame, Path, page};
use types::{
    Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, Role, SupportEnd, SupportSession,
    SupportSessionId,
};

use crate::{app::App, workspace::Workspace, zone::When};

#[derive(Template)]
#[template(path = "support/owner.html")]
struct SupportPage {
    frame: Frame,
    is_allowed: bool,
    sessions: Vec<Row>,
}

/// A session, as an owner reads it.
struct Row {
    id: String,
    who: String,
    on_behalf_of: String,
    reason: String,
    ticket: Option<String>,
    started: When,
    end: String,
    is_open: bool,
    may_write: bool,
    change_count: i64,
}

/// Shows who looked in. To owners only.
pub(crate) async fn list(workspace: Workspace, State(app): State<App>) -> Result<Response, Failure> {
    owners_only(&workspace)?;
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let sessions = rows::list(&mut tx, scope).await?;
    page::private(&SupportPage {
        frame: workspace.framed(&counts),
        is_allowed: rows::is_allowed(&mut tx, scope).await?,
        sessions: sessions
            .into_iter()
            .map(|session| row(session, &workspace))
            .collect(),
    })
}

fn owners_only(workspace: &Workspace) -> Result<(), Failure> {
    match workspace.member.person.role {
        Role::Owner => Ok(()),
        _ => Err(Failure::forbidden(
            "Only an owner of the workspace sees who looked in.",
        )),
    }
}

fn row(session: SupportSession, workspace: &Workspace) -> Row {
    let is_open = session.is_open(workspace.now);
    let when = |at| workspace.zone.when(at, workspace.now).full;
    let end = match (session.ended_at, session.ended_by) {
        (None, _) if is_open => format!("Ends by itself at {}", when(session.expires_at)),
        (None, _) => format!("Ended by itself at {}", when(session.expires_at)),
        (Some(at), Some(SupportEnd::Tenant)) => format!("Ended by this workspace at {}", when(at)),
        (Some(at), Some(SupportEnd::Operator)) => format!("Ended by the operator at {}", when(at)),
        (Some(at), _) => format!("Ended by itself at {}", when(at)),
    };
    Row {
        id: session.id.to_string(),
        who: session.operator_name,
        on_behalf_of: session.person_name,
        reason: session.reason,
        ticket: session.ticket,
        started: workspace.zone.when(session.started_at, workspace.now),
        end,
        is_open,
        may_write: session.may_write,
        change_count: session.change_count,
    }
}

/// Ends a session: the operator is out with their next request.
pub(crate) async fn end(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<SupportSessionId>,
) -> Result<Response, Failure> {
    owners_only(&workspace)?;
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let sessions = rows::list(&mut tx, scope).await?;
    drop(tx);
    if !sessions.iter().any(|session| session.id == id) {
        return Err(Failure::NotFound);
    }
    let details = json!({ "session": id, "endedBy": SupportEnd::Tenant });
    let line = line(&app, &workspace, (AuditAction::SupportSessionEnd, details));
    let flash = match door::end(&app.db, scope, (id, SupportEnd::Tenant), &line).await? {
        true => Flash::success("The support session is over."),
        false => Flash::success("The support session was over already."),
    };
    Ok(flash.on(page::see_other("/settings/support"), &workspace.facts))
}

/// Lets operators look in, or nobody any more; then who is in is out too.
pub(crate) async fn allow(
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    owners_only(&workspace)?;
    let scope = &workspace.member.scope;
    let is_allowed = typed.get("support") == "allowed";
    let details = json!({ "after": { "isAllowed": is_allowed } });
    let changed = line(&app, &workspace, (AuditAction::SupportAccessUpdate, details));
    let ended = |id: SupportSessionId| {
        let details = json!({ "session": id, "endedBy": SupportEnd::Tenant });
        line(&app, &workspace, (AuditAction::SupportSessionEnd, details))
    };
    door::allow(&app.db, scope, (is_allowed, &changed), ended).await?;
    let told = match is_allowed {
        true => "Support may look in again.",
        false => "Nobody of the platform can look in now.",
    };
    Ok(Flash::success(told).on(page::see_other("/settings/support"), &workspace.facts))
}

/// A line of the platform's trail that a member wrote.
fn line(app: &App, workspace: &Workspace, (action, details): (AuditAction, Value)) -> AuditEvent {
    let member = &workspace.member;
    AuditEvent {
        id: AuditEventId::new(&*app.ids),
        occurred_at: workspace.now,
        actor: Actor {
            id: member.person_id().to_string(),
            role: "owner".to_owned(),
        },
        action,
        status: AuditStatus::Succeeded,
        tenant_id: Some(member.scope.tenant_id().clone()),
        details,
        request_id: Some(workspace.facts.request_id.as_str().to_owned()),
        attempt_id: None,
    }
}
