//! The page: members by name, invitations with what became of each, and a form for the next.

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    Tx,
    tenant::{
        entitlements, invitations,
        members::{self, Colleague},
        sign_ins,
    },
};
use server::{
    Failure, FieldErrors, Filled, Flash, Form, Frame, Params, Path, Submitted,
    page::{self, Pager, amount},
};
use types::{Email, Invitation, InvitationId, InvitationState, Limit, Role, SignIn};

use super::{
    Keeper,
    invite::{self, Place},
};
use crate::{app::App, contacts::initials, words::sentence_case, workspace::Workspace, zone::When};

#[derive(Template)]
#[template(path = "people/list.html")]
struct People {
    frame: Frame,
    members: Vec<Row>,
    /// What owners see besides.
    owned: Option<Owned>,
    roles: Vec<(&'static str, String)>,
}

struct Owned {
    /// `3 of 10 members`.
    room: String,
    /// `2 attempts`, with addresses that nobody here has.
    strangers: Option<String>,
    invitations: Vec<InvitationRow>,
    pager: Pager,
    form: Filled,
}

/// A member.
struct Row {
    id: String,
    name: String,
    initials: String,
    email: String,
    role: String,
    since: String,
    last_sign_in: Option<When>,
    is_me: bool,
    is_paused: bool,
}

/// Somebody who was invited.
struct InvitationRow {
    id: String,
    email: String,
    role: String,
    made_by: String,
    sent: When,
    /// `Until 9 Mar 2026`.
    end: String,
    badge: (&'static str, &'static str),
    may_be_sent: bool,
    may_be_withdrawn: bool,
}

/// Shows it: to owners with what they may do.
pub(crate) async fn show(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    page::private(&load(&app, &workspace, &params, untouched()).await?)
}

/// Invites somebody, or says what is wrong with it.
pub(crate) async fn create(
    keeper: Keeper,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    let email = typed.get("email").parse::<Email>();
    let email = email.map_err(|error| format!("The address {error}."));
    let email = errors.keep("email", "invalid", email);
    let role = typed.get("role").parse::<Role>();
    let role = errors.keep(
        "role",
        "unknown",
        role.map_err(|error| format!("The role {error}.")),
    );
    if let (Some(email), Some(role)) = (email, role) {
        match invite::invite(&app, &keeper, &place(&workspace), (email, role)).await {
            Ok(invitation) => {
                let told = format!("The invitation of {} is on its way.", invitation.email);
                return Ok(Flash::success(told).on(back(), &workspace.facts));
            }
            Err(refused @ (Failure::Conflict(_) | Failure::PlanLimit(_))) => {
                errors.add("email", refused.code(), refused.detail());
            }
            Err(failure) => return Err(failure),
        }
    }
    let filled = Filled::new(typed, errors);
    page::refused(&load(&app, &workspace, &Params::default(), filled).await?)
}

/// `POST /settings/invitations/{id}`: sends it again, or takes it back.
pub(crate) async fn change(
    keeper: Keeper,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<InvitationId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let done = match typed.get("action") {
        "send" => {
            let sent = invite::send_again(&app, &keeper, &place(&workspace), id).await;
            sent.map(|invitation| format!("Another link for {} is on its way.", invitation.email))
        }
        "withdraw" => {
            let withdrawn = invite::withdraw(&app, &keeper, id).await;
            withdrawn.map(|invitation| format!("The link of {} opens nothing any more.", invitation.email))
        }
        _ => {
            let sentence = "An invitation is sent again, or withdrawn.";
            return Err(Failure::invalid("/action", "unknown", sentence));
        }
    };
    let flash = match done {
        Ok(told) => Flash::success(told),
        Err(refused @ (Failure::Conflict(_) | Failure::PlanLimit(_))) => Flash::danger(refused.detail()),
        Err(failure) => return Err(failure),
    };
    Ok(flash.on(back(), &workspace.facts))
}

fn back() -> Response {
    page::see_other("/settings/people")
}

fn place(workspace: &Workspace) -> Place<'_> {
    Place {
        site: &workspace.tenant.site,
        origin: workspace.facts.origin(),
    }
}

fn untouched() -> Filled {
    let form = Submitted::default().with("role", Role::Agent.as_str());
    Filled::new(form, FieldErrors::default())
}

async fn load(app: &App, workspace: &Workspace, params: &Params, form: Filled) -> Result<People, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let colleagues = members::list_colleagues(&mut tx, scope).await?;
    let owned = match workspace.member.person.role {
        Role::Owner => Some(owned(&mut tx, workspace, (params, form), colleagues.len()).await?),
        _ => None,
    };
    Ok(People {
        frame: workspace.framed(&counts),
        members: colleagues
            .into_iter()
            .map(|colleague| row(colleague, workspace))
            .collect(),
        owned,
        roles: roles(),
    })
}

async fn owned(
    tx: &mut Tx,
    workspace: &Workspace,
    (params, form): (&Params, Filled),
    member_count: usize,
) -> Result<Owned, Failure> {
    let (scope, now) = (&workspace.member.scope, workspace.now);
    let found = invitations::list(tx, scope, None, params.page()).await?;
    let entitled = entitlements::find(tx, scope).await?;
    let most = entitled.ok_or(Failure::NotFound)?.most(Limit::Members, now);
    let strangers = sign_ins::count_strangers(tx, scope, now).await?;
    Ok(Owned {
        room: format!("{member_count} of {most} members"),
        strangers: match strangers {
            0 => None,
            SignIn::MOST => Some(format!("at least {} attempts", SignIn::MOST)),
            count => Some(amount(count, "attempt")),
        },
        pager: Pager::of("invitations", ("/settings/people", params), &found, None),
        invitations: found
            .items
            .into_iter()
            .map(|invitation| invitation_row(invitation, workspace))
            .collect(),
        form,
    })
}

/// The roles as a form offers them.
pub(super) fn roles() -> Vec<(&'static str, String)> {
    let named = |role: &Role| (role.as_str(), sentence_case(role.label()));
    Role::ALL.iter().map(named).collect()
}

fn row(colleague: Colleague, workspace: &Workspace) -> Row {
    let member = colleague.member;
    Row {
        id: member.person_id.to_string(),
        initials: initials(&member.name),
        email: member.email.to_string(),
        role: sentence_case(member.role.label()),
        since: workspace.zone.date(member.created_at),
        last_sign_in: colleague
            .last_sign_in_at
            .map(|at| workspace.zone.when(at, workspace.now)),
        is_me: member.person_id == workspace.member.person_id(),
        is_paused: member.is_paused && member.role.may_write(),
        name: member.name,
    }
}

fn invitation_row(invitation: Invitation, workspace: &Workspace) -> InvitationRow {
    let date = |at| workspace.zone.date(at);
    let state = invitation.state(workspace.now);
    let (class, end) = match (state, invitation.taken_at.or(invitation.withdrawn_at)) {
        (InvitationState::Taken, Some(at)) => ("badge badge-success", format!("Taken on {}", date(at))),
        (_, Some(at)) => ("badge", format!("Withdrawn on {}", date(at))),
        (InvitationState::Waiting, None) => (
            "badge badge-warning",
            format!("Until {}", date(invitation.expires_at)),
        ),
        (_, None) => ("badge", format!("Ran out on {}", date(invitation.expires_at))),
    };
    let is_open = matches!(state, InvitationState::Waiting | InvitationState::RanOut);
    InvitationRow {
        id: invitation.id.to_string(),
        email: invitation.email.to_string(),
        role: sentence_case(invitation.role.label()),
        made_by: invitation.made_by_name,
        sent: workspace.zone.when(invitation.sent_at, workspace.now),
        end,
        badge: (class, state.label()),
        may_be_sent: is_open && invitation.sent_count < Invitation::MOST_SENT,
        may_be_withdrawn: is_open,
    }
}
