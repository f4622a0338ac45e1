//! `/settings`: who works here and what each may do, and where one is signed in.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::{
    assignment,
    members::{self, OpenSession},
    webhooks,
};
use server::{Failure, Flash, Form, Frame, Path, page};
use types::{Activity, ActivityId, AgentsSee, Member, OffReason, PersonId, Role, SessionId, WebhookEndpoint};

use crate::{
    activities::record, app::App, contacts::initials, member::IDLE, words::sentence_case,
    workspace::Workspace, zone::When,
};

#[derive(Template)]
#[template(path = "settings/page.html")]
struct Settings {
    frame: Frame,
    who: Row,
    members: Vec<Row>,
    sessions: Vec<SessionRow>,
    roles: Vec<(&'static str, String)>,
    is_owner: bool,
    may_write: bool,
    agents_see_all: bool,
    escalates_reminders: bool,
    /// Webhooks that were switched off because they failed: `2 switched off`.
    switched_off: Option<String>,
}

/// A member.
struct Row {
    id: String,
    name: String,
    initials: String,
    email: String,
    role: &'static str,
    role_words: String,
    since: String,
    is_me: bool,
    is_paused: bool,
}

/// Where one is signed in.
struct SessionRow {
    id: String,
    opened: When,
    seen: When,
    is_this: bool,
}

/// Shows the page.
pub(crate) async fn show(workspace: Workspace, State(app): State<App>) -> Result<Response, Failure> {
    let me = &workspace.member;
    let mut tx = app.db.read(&me.scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let members = members::list(&mut tx, &me.scope).await?;
    let still_open = (workspace.now, workspace.now - IDLE);
    let sessions = members::list_sessions(&mut tx, &me.scope, me.person_id(), still_open).await?;
    let is_owner = me.person.role == Role::Owner;
    let endpoints = match is_owner {
        true => webhooks::list(&mut tx, &me.scope).await?,
        false => Vec::new(),
    };
    let settings = assignment::settings(&mut tx, &me.scope).await?;
    page::private(&Settings {
        frame: workspace.framed(&counts),
        who: row(&me.person, &workspace),
        members: members.iter().map(|member| row(member, &workspace)).collect(),
        sessions: sessions
            .into_iter()
            .map(|session| session_row(session, &workspace))
            .collect(),
        roles: (Role::ALL.iter())
            .map(|role| (role.as_str(), sentence_case(role.label())))
            .collect(),
        is_owner,
        may_write: workspace.may_write(),
        agents_see_all: settings.agents_see == AgentsSee::All,
        escalates_reminders: settings.escalates_reminders,
        switched_off: switched_off(&endpoints),
    })
}

/// Those that no owner switched off.
fn switched_off(endpoints: &[WebhookEndpoint]) -> Option<String> {
    let count = endpoints
        .iter()
        .filter(|endpoint| endpoint.off.is_some_and(|(_, reason)| reason != OffReason::Owner))
        .count();
    (count > 0).then(|| format!("{count} switched off"))
}

impl Row {
    fn has(&self, role: &str) -> bool {
        self.role == role
    }
}

fn row(member: &Member, workspace: &Workspace) -> Row {
    Row {
        id: member.person_id.to_string(),
        name: member.name.clone(),
        initials: initials(&member.name),
        email: member.email.to_string(),
        role: member.role.as_str(),
        role_words: sentence_case(member.role.label()),
        since: workspace.zone.date(member.created_at),
        is_me: member.person_id == workspace.member.person_id(),
        is_paused: member.is_paused,
    }
}

fn session_row(session: OpenSession, workspace: &Workspace) -> SessionRow {
    let when = |at| workspace.zone.when(at, workspace.now);
    SessionRow {
        id: session.id.to_string(),
        opened: when(session.created_at),
        seen: when(session.last_seen_at),
        is_this: session.id == workspace.member.session_id,
    }
}

/// Gives a member another role, which holds from their next request on. Only owners may, and one always stays.
pub(crate) async fn set_role(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let me = &workspace.member;
    if me.person.role != Role::Owner {
        return Err(Failure::forbidden(
            "Only an owner of the workspace may change what others may do.",
        ));
    }
    let role: Role = typed
        .get("role")
        .parse()
        .map_err(|error| Failure::invalid("/role", "unknown", format!("The role {error}.")))?;
    let mut tx = app.db.write(&me.scope).await?;
    let member = members::find(&mut tx, &me.scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let back = page::see_other("/settings");
    if member.role == role {
        return Ok(back);
    }
    if !members::set_role(&mut tx, &me.scope, id, (member.role, role)).await? {
        let told = "A workspace needs an owner. Make somebody else one first.";
        return Ok(Flash::danger(told).on(back, &workspace.facts));
    }
    let activity = noted(&app, me.person_id(), &member, role);
    record(&mut tx, &me.scope, &activity).await?;
    tx.commit().await?;
    let told = format!("{} is {} now.", member.name, role.label());
    Ok(Flash::success(told).on(back, &workspace.facts))
}

fn noted(app: &App, actor: PersonId, member: &Member, role: Role) -> Activity {
    Activity::of_workspace(
        ActivityId::new(&*app.ids),
        Some(actor),
        (
            format!("Changed the role of {} to {}", member.name, role.label()),
            serde_json::json!({ "member": member.person_id, "from": member.role, "to": role }),
        ),
        app.clock.now(),
    )
}

/// Ends one of one's own sessions: its browser is signed out with its next request.
pub(crate) async fn end_session(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<SessionId>,
) -> Result<Response, Failure> {
    let me = &workspace.member;
    let mut tx = app.db.write(&me.scope).await?;
    if !members::end_session(&mut tx, &me.scope, me.person_id(), id).await? {
        return Err(Failure::NotFound);
    }
    tx.commit().await?;
    let back = page::see_other("/settings");
    Ok(Flash::success("Signed out there.").on(back, &workspace.facts))
}
