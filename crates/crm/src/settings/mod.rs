//! `/settings`: where everything that is said once for the workspace is found, and where one is signed in.

pub(crate) mod hours;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::{
    assignment,
    members::{self, OpenSession},
    webhooks,
};
use server::{
    Failure, Filled, Flash, Form, Frame, Path,
    page::{self, amount},
};
use types::{Activity, ActivityId, AgentsSee, Member, OffReason, Role, SessionId, WebhookEndpoint, Whence};

use crate::{
    activities::record, app::App, contacts::initials, member::IDLE, words::sentence_case,
    workspace::Workspace, zone::When,
};

#[derive(Template)]
#[template(path = "settings/page.html")]
struct Settings {
    frame: Frame,
    who: Row,
    /// How many work here: `3 members`.
    member_count: String,
    sessions: Vec<SessionRow>,
    gets_mail: bool,
    rings: bool,
    is_owner: bool,
    may_write: bool,
    agents_see_all: bool,
    escalates_reminders: bool,
    hours: hours::Office,
    /// Webhooks that were switched off because they failed: `2 switched off`.
    switched_off: Option<String>,
}

impl Settings {
    /// The same with office hours that were refused.
    fn refusing(self, form: Filled) -> Self {
        Self {
            hours: self.hours.refusing(form),
            ..self
        }
    }
}

/// Whoever reads.
struct Row {
    id: String,
    name: String,
    initials: String,
    email: String,
    role_words: String,
    since: String,
    is_paused: bool,
}

/// Where one is signed in.
struct SessionRow {
    id: String,
    /// `Firefox on Windows`.
    browser: String,
    address: Option<String>,
    opened: When,
    seen: When,
    is_this: bool,
}

/// Shows the page.
pub(crate) async fn show(workspace: Workspace, State(app): State<App>) -> Result<Response, Failure> {
    page::private(&load(&app, &workspace).await?)
}

async fn load(app: &App, workspace: &Workspace) -> Result<Settings, Failure> {
    let me = &workspace.member;
    let mut tx = app.db.read(&me.scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let members = members::list(&mut tx, &me.scope).await?;
    let still_open = (workspace.now, workspace.now - IDLE);
    let sessions = members::list_sessions(&mut tx, &me.scope, me.person_id(), still_open).await?;
    let told_by_mail = members::list_who_get_mail(&mut tx, &me.scope).await?;
    let is_owner = me.person.role == Role::Owner;
    let endpoints = match is_owner {
        true => webhooks::list(&mut tx, &me.scope).await?,
        false => Vec::new(),
    };
    let settings = assignment::settings(&mut tx, &me.scope).await?;
    Ok(Settings {
        frame: workspace.framed(&counts),
        who: row(&me.person, workspace),
        member_count: amount(i64::try_from(members.len()).unwrap_or(i64::MAX), "member"),
        sessions: sessions
            .into_iter()
            .map(|session| session_row(session, workspace))
            .collect(),
        gets_mail: (told_by_mail.iter()).any(|member| member.person_id == me.person_id()),
        rings: me.rings,
        is_owner,
        may_write: workspace.may_write(),
        agents_see_all: settings.agents_see == AgentsSee::All,
        escalates_reminders: settings.escalates_reminders,
        hours: hours::Office::of(&settings),
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

fn row(member: &Member, workspace: &Workspace) -> Row {
    Row {
        id: member.person_id.to_string(),
        name: member.name.clone(),
        initials: initials(&member.name),
        email: member.email.to_string(),
        role_words: sentence_case(member.role.label()),
        since: workspace.zone.date(member.created_at),
        is_paused: member.is_paused,
    }
}

fn session_row(session: OpenSession, workspace: &Workspace) -> SessionRow {
    let when = |at| workspace.zone.when(at, workspace.now);
    SessionRow {
        id: session.id.to_string(),
        browser: session
            .whence
            .as_ref()
            .map_or_else(|| "A browser".to_owned(), Whence::browser),
        address: session.whence.map(|whence| whence.address),
        opened: when(session.created_at),
        seen: when(session.last_seen_at),
        is_this: session.id == workspace.member.session_id,
    }
}

/// `POST /settings/mail`: whether one is told by a message of leads that become one's own. Notices tell it anyway.
pub(crate) async fn set_gets_mail(
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let gets_mail = match typed.get("getsMail") {
        "yes" => true,
        "no" => false,
        _ => return Err(Failure::invalid("/getsMail", "unknown", "Say yes or no.")),
    };
    let me = &workspace.member;
    let mut tx = app.db.write(&me.scope).await?;
    members::set_gets_mail(&mut tx, &me.scope, me.person_id(), gets_mail).await?;
    let (what, told) = match gets_mail {
        true => (
            "Asked for e-mails about leads that become theirs",
            "You get an e-mail when a lead becomes yours.",
        ),
        false => (
            "Stopped e-mails about leads that become theirs",
            "You get no e-mail when a lead becomes yours. Notices still tell you.",
        ),
    };
    let activity = Activity::of_workspace(
        ActivityId::new(&*app.ids),
        Some(me.person_id()),
        (what.to_owned(), serde_json::json!({})),
        workspace.now,
    );
    record(&mut tx, &me.scope, &activity).await?;
    tx.commit().await?;
    Ok(Flash::success(told).on(page::see_other("/settings"), &workspace.facts))
}

/// `POST /settings/sound`: whether one's pages make a sound when a new lead comes in. A box that is not ticked is not sent.
pub(crate) async fn set_rings(
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let (rings, what, told) = match typed.filled("rings") {
        Some("yes") => (
            true,
            "Asked for a sound when a new lead comes in",
            "You hear new leads, on the next page you open.",
        ),
        None => (
            false,
            "Stopped the sound of new leads",
            "New leads make no sound, from the next page you open.",
        ),
        Some(_) => return Err(Failure::invalid("/rings", "unknown", "Say yes, or nothing.")),
    };
    let me = &workspace.member;
    let mut tx = app.db.write(&me.scope).await?;
    members::set_rings(&mut tx, &me.scope, me.person_id(), rings).await?;
    let activity = Activity::of_workspace(
        ActivityId::new(&*app.ids),
        Some(me.person_id()),
        (what.to_owned(), serde_json::json!({})),
        workspace.now,
    );
    record(&mut tx, &me.scope, &activity).await?;
    tx.commit().await?;
    Ok(Flash::success(told).on(page::see_other("/settings"), &workspace.facts))
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
