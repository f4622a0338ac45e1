//! A member's own page: their role, where they are signed in, and every time they came or were refused.

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    Tx,
    tenant::{
        departures::{self, Belongings},
        members::{self, OpenSession},
        sign_ins,
    },
};
use server::{
    Failure, FieldErrors, Flash, Form, Frame, Params, Path,
    etag::IfMatch,
    page::{self, Pager, amount},
};
use types::{PersonId, Role, SignIn};

use super::{
    Keeper,
    keep::{self, Handover},
    leave,
    list::roles,
};
use crate::{
    app::App,
    contacts::initials,
    member::{IDLE, Member},
    words::sentence_case,
    workspace::Workspace,
    zone::When,
};

#[derive(Template)]
#[template(path = "people/person.html")]
struct Person {
    frame: Frame,
    id: String,
    name: String,
    initials: String,
    email: String,
    role: &'static str,
    role_words: String,
    since: String,
    last_sign_in: Option<When>,
    is_me: bool,
    is_paused: bool,
    may_write: bool,
    may_keep: bool,
    roles: Vec<(&'static str, String)>,
    /// What they would leave to others if they might only look; none when that is nothing.
    left: Option<Left>,
    sessions: Vec<SessionRow>,
    sign_ins: Vec<SignInRow>,
    pager: Pager,
}

/// What somebody has to do, and who may have it instead.
struct Left {
    leads: String,
    reminders: String,
    leads_to: Vec<(String, String)>,
    reminders_to: Vec<(String, String)>,
}

/// Where they are signed in.
struct SessionRow {
    browser: String,
    address: String,
    opened: When,
    seen: When,
    is_this: bool,
}

/// A time when they knocked.
struct SignInRow {
    outcome: &'static str,
    badge: &'static str,
    browser: String,
    address: String,
    when: When,
}

/// Makes sure that somebody may read when a member came: they may of themselves, owners of everybody.
pub(super) fn may_look(me: &Member, id: PersonId) -> Result<(), Failure> {
    if me.person_id() == id || me.person.role == Role::Owner {
        return Ok(());
    }
    Err(Failure::forbidden(
        "When colleagues signed in, only an owner of the workspace sees.",
    ))
}

/// Shows it.
pub(crate) async fn show(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    params: Params,
) -> Result<Response, Failure> {
    let (me, now) = (&workspace.member, workspace.now);
    let scope = &me.scope;
    let mut tx = app.db.read(scope).await?;
    let found = members::find_colleague(&mut tx, scope, id).await?;
    let colleague = found.ok_or(Failure::NotFound)?;
    may_look(me, id)?;
    let counts = workspace.counts(&mut tx).await?;
    let sessions = members::list_sessions(&mut tx, scope, id, (now, now - IDLE)).await?;
    let came = sign_ins::list(&mut tx, scope, (id, now), None, params.page()).await?;
    let member = colleague.member;
    let may_keep = me.person.role == Role::Owner && me.support.is_none();
    let left = match may_keep && member.role.may_write() {
        true => left(&mut tx, &workspace, id).await?,
        false => None,
    };
    page::private(&Person {
        frame: workspace.framed(&counts),
        id: id.to_string(),
        initials: initials(&member.name),
        email: member.email.to_string(),
        role: member.role.as_str(),
        role_words: sentence_case(member.role.label()),
        since: workspace.zone.date(member.created_at),
        last_sign_in: colleague.last_sign_in_at.map(|at| workspace.zone.when(at, now)),
        is_me: id == me.person_id(),
        is_paused: member.is_paused,
        may_write: member.role.may_write(),
        may_keep,
        roles: roles(),
        left,
        sessions: sessions
            .iter()
            .map(|session| session_row(session, &workspace))
            .collect(),
        pager: Pager::of(
            "sign-ins",
            (&format!("/settings/people/{id}"), &params),
            &came,
            None,
        ),
        sign_ins: came
            .items
            .iter()
            .map(|sign_in| sign_in_row(sign_in, &workspace))
            .collect(),
        name: member.name,
    })
}

async fn left(tx: &mut Tx, workspace: &Workspace, id: PersonId) -> Result<Option<Left>, Failure> {
    let scope = &workspace.member.scope;
    let left = departures::belongings(tx, scope, id).await?;
    if left == Belongings::default() {
        return Ok(None);
    }
    let all = members::list(tx, scope).await?;
    Ok(Some(Left {
        leads: amount(left.lead_count, "open lead"),
        reminders: amount(left.reminder_count, "open reminder"),
        leads_to: leave::leads_to(&all, id),
        reminders_to: leave::reminders_to(&all, (id, workspace.member.person_id())),
    }))
}

impl Person {
    fn has(&self, role: &str) -> bool {
        self.role == role
    }
}

fn session_row(session: &OpenSession, workspace: &Workspace) -> SessionRow {
    let when = |at| workspace.zone.when(at, workspace.now);
    let whence = session.whence.as_ref();
    SessionRow {
        browser: whence.map_or_else(|| "A browser".to_owned(), types::Whence::browser),
        address: whence.map(|whence| whence.address.clone()).unwrap_or_default(),
        opened: when(session.created_at),
        seen: when(session.last_seen_at),
        is_this: session.id == workspace.member.session_id,
    }
}

fn sign_in_row(sign_in: &SignIn, workspace: &Workspace) -> SignInRow {
    SignInRow {
        outcome: sign_in.outcome.label(),
        badge: match sign_in.outcome.is_in() {
            true => "badge badge-success",
            false => "badge badge-warning",
        },
        browser: sign_in.whence.browser(),
        address: sign_in.whence.address.clone(),
        when: workspace.zone.when(sign_in.occurred_at, workspace.now),
    }
}

/// Gives them another role.
pub(crate) async fn set_role(
    keeper: Keeper,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let role = typed.get("role").parse::<Role>();
    let role = role.map_err(|error| Failure::invalid("/role", "unknown", format!("The role {error}.")))?;
    let mut errors = FieldErrors::default();
    let handover = match role.may_write() {
        true => Handover::default(),
        false => leave::handover(&typed, &mut errors),
    };
    errors.finish()?;
    let wanted = (role, handover);
    let flash = match keep::set_role(&app, &keeper, (id, &IfMatch::default()), wanted).await {
        Ok(member) => Flash::success(format!("{} is {} now.", member.name, role.label())),
        Err(refused @ (Failure::Conflict(_) | Failure::Invalid(_))) => Flash::danger(refused.detail()),
        Err(failure) => return Err(failure),
    };
    // Whoever is no owner any more sees no page of others.
    let is_of_me = id == keeper.0.person_id();
    let back = if is_of_me {
        "/settings/people".to_owned()
    } else {
        format!("/settings/people/{id}")
    };
    Ok(flash.on(page::see_other(&back), &workspace.facts))
}

/// Signs them out everywhere.
pub(crate) async fn sign_out(
    keeper: Keeper,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<PersonId>,
) -> Result<Response, Failure> {
    let member = keep::sign_out(&app, &keeper, (id, &IfMatch::default())).await?;
    let flash = Flash::success(format!("{} is signed out everywhere.", member.name));
    Ok(flash.on(
        page::see_other(&format!("/settings/people/{id}")),
        &workspace.facts,
    ))
}
