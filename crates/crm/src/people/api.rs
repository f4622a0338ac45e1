//! `/api/members` and `/api/invitations`: the same for programs in an owner's own hands, which no API token is.

use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::{
    invitations,
    members::{self, Colleague},
    sign_ins,
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use server::{Facts, Failure, FieldErrors, Fields, Params, Path, etag::IfMatch, json as answer};
use types::{
    Email, Invitation, InvitationId, InvitationState, PersonId, Role, SignIn, SignInId, SignInOutcome,
};

use super::{
    Keeper,
    invite::{self, Place},
    keep::{self, Handover},
    person::may_look,
};
use crate::{
    app::App,
    listing::{self, Listing},
    member::{Member, Owner},
    tenant::OfHost,
};

/// A member as the API tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberOut {
    member_id: PersonId,
    person_id: PersonId,
    email: Email,
    name: String,
    role: Role,
    is_paused: bool,
    created_at: Timestamp,
    last_sign_in_at: Option<Timestamp>,
}

impl From<Colleague> for MemberOut {
    fn from(colleague: Colleague) -> Self {
        let member = colleague.member;
        Self {
            member_id: member.person_id,
            person_id: member.person_id,
            email: member.email,
            name: member.name,
            role: member.role,
            is_paused: member.is_paused,
            created_at: member.created_at,
            last_sign_in_at: colleague.last_sign_in_at,
        }
    }
}

/// A sign-in as the API tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SignInOut {
    id: SignInId,
    outcome: SignInOutcome,
    occurred_at: Timestamp,
    address: String,
    browser: String,
}

impl From<SignIn> for SignInOut {
    fn from(sign_in: SignIn) -> Self {
        Self {
            id: sign_in.id,
            outcome: sign_in.outcome,
            occurred_at: sign_in.occurred_at,
            browser: sign_in.whence.browser(),
            address: sign_in.whence.address,
        }
    }
}

/// An invitation as the API tells it, at some time.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct InvitationOut {
    id: InvitationId,
    email: Email,
    role: Role,
    state: InvitationState,
    created_by: PersonId,
    created_by_name: String,
    created_at: Timestamp,
    sent_at: Timestamp,
    sent_count: i64,
    expires_at: Timestamp,
    withdrawn_at: Option<Timestamp>,
    taken_at: Option<Timestamp>,
}

impl From<(Invitation, Timestamp)> for InvitationOut {
    fn from((invitation, now): (Invitation, Timestamp)) -> Self {
        Self {
            state: invitation.state(now),
            id: invitation.id,
            email: invitation.email,
            role: invitation.role,
            created_by: invitation.made_by,
            created_by_name: invitation.made_by_name,
            created_at: invitation.created_at,
            sent_at: invitation.sent_at,
            sent_count: invitation.sent_count,
            expires_at: invitation.expires_at,
            withdrawn_at: invitation.withdrawn_at,
            taken_at: invitation.taken_at,
        }
    }
}

/// Lists the members by name: at most as many as any plan allows.
pub(crate) async fn list(Owner(owner): Owner, State(app): State<App>) -> Result<Response, Failure> {
    let mut tx = app.db.read(&owner.scope).await?;
    let members = members::list_colleagues(&mut tx, &owner.scope).await?;
    let members: Vec<MemberOut> = members.into_iter().map(MemberOut::from).collect();
    let tenant_id = owner.scope.tenant_id();
    Ok(answer::ok(json!({ "tenantId": tenant_id, "members": members })))
}

/// Shows one.
pub(crate) async fn show(
    Owner(owner): Owner,
    State(app): State<App>,
    Path(id): Path<PersonId>,
) -> Result<Response, Failure> {
    one(&app, &owner, id).await
}

/// Gives a member another role, or signs them out everywhere. Whoever may only look then leaves what they had to do to
/// whom the body names.
pub(crate) async fn update(
    keeper: Keeper,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let role = fields.optional::<Role>("role");
    let signs_out = fields.optional::<bool>("revokeSessions") == Some(true);
    let handover = Handover {
        leads_to: fields.optional("leadsTo"),
        reminders_to: fields.optional("remindersTo"),
    };
    if handover != Handover::default() && role.is_none_or(Role::may_write) && fields.is_fine() {
        let sentence =
            "leadsTo and remindersTo go with the role read_only: others keep what they have to do.";
        fields.refuse("role", "required", sentence);
    }
    fields.finish()?;
    if role.is_none() && !signs_out {
        return Err(Failure::invalid(
            "",
            "nothing_to_change",
            "The body names nothing to change.",
        ));
    }
    // What the caller saw is what was there before either.
    let seen_again = if role.is_some() {
        IfMatch::default()
    } else {
        seen.clone()
    };
    if let Some(role) = role {
        keep::set_role(&app, &keeper, (id, &seen), (role, handover)).await?;
    }
    if signs_out {
        keep::sign_out(&app, &keeper, (id, &seen_again)).await?;
    }
    one(&app, &keeper.0, id).await
}

async fn one(app: &App, owner: &Member, id: PersonId) -> Result<Response, Failure> {
    let mut tx = app.db.read(&owner.scope).await?;
    let found = members::find_colleague(&mut tx, &owner.scope, id).await?;
    let found = found.ok_or(Failure::NotFound)?;
    let version = keep::version(&found.member);
    let told = json!({ "tenantId": owner.scope.tenant_id(), "member": MemberOut::from(found) });
    Ok(version.on(answer::ok(told)))
}

/// Ends a membership; what was theirs to do goes to whom the address names.
pub(crate) async fn delete(
    keeper: Keeper,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    seen: IfMatch,
    params: Params,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    let handover = Handover {
        leads_to: listing::id(&params, "leadsTo", &mut errors),
        reminders_to: listing::id(&params, "remindersTo", &mut errors),
    };
    errors.finish()?;
    let (member, left) = keep::remove(&app, &keeper, (id, &seen), handover).await?;
    Ok(answer::ok(json!({
        "tenantId": keeper.0.scope.tenant_id(), "memberId": member.person_id,
        "leadCount": left.lead_count, "reminderCount": left.reminder_count,
    })))
}

/// Lists when a member came or was refused, newest first: one's own, or an owner anybody's.
pub(crate) async fn sign_ins(
    member: Member,
    State(app): State<App>,
    facts: Facts,
    Path(id): Path<PersonId>,
    params: Params,
) -> Result<Response, Failure> {
    let listing = Listing::new(("signIns", "-occurredAt"), member.scope.tenant_id(), &facts);
    let after = listing.after(&params)?;
    let mut tx = app.db.read(&member.scope).await?;
    let found = members::find(&mut tx, &member.scope, id).await?;
    found.ok_or(Failure::NotFound)?;
    may_look(&member, id)?;
    let of = (id, app.clock.now());
    let page = sign_ins::list(&mut tx, &member.scope, of, after, params.page()).await?;
    let total = match params.wants_count() {
        true => Some(sign_ins::count(&mut tx, &member.scope, of).await?),
        false => None,
    };
    let place = |sign_in: &SignIn| (sign_in.occurred_at, sign_in.id);
    Ok(answer::ok(listing.answer::<_, _, SignInOut>(page, total, place)))
}

/// Lists the invitations, newest first, those that nobody can take any more too.
pub(crate) async fn list_invitations(
    Owner(owner): Owner,
    State(app): State<App>,
    facts: Facts,
    params: Params,
) -> Result<Response, Failure> {
    let listing = Listing::new(("invitations", "-createdAt"), owner.scope.tenant_id(), &facts);
    let after = listing.after(&params)?;
    let now = app.clock.now();
    let mut tx = app.db.read(&owner.scope).await?;
    let page = invitations::list(&mut tx, &owner.scope, after, params.page()).await?;
    let page = page.map(|invitation| (invitation, now));
    let total = match params.wants_count() {
        true => Some(invitations::count_all(&mut tx, &owner.scope).await?),
        false => None,
    };
    let place = |(invitation, _): &(Invitation, Timestamp)| (invitation.created_at, invitation.id);
    Ok(answer::ok(
        listing.answer::<_, _, InvitationOut>(page, total, place),
    ))
}

/// Invites somebody. Whether they have an account elsewhere here is not told.
pub(crate) async fn invite(
    keeper: Keeper,
    of_host: OfHost,
    State(app): State<App>,
    facts: Facts,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let email = fields.required::<Email>("email");
    let role = fields.required::<Role>("role");
    fields.finish()?;
    let missing = "a required field that is missing was refused";
    let wanted = (email.expect(missing), role.expect(missing));
    let invitation = invite::invite(&app, &keeper, &place(&of_host, &facts), wanted).await?;
    Ok(told(&app, (&keeper, StatusCode::CREATED), invitation))
}

/// Sends an invitation again, with another link.
pub(crate) async fn send_again(
    keeper: Keeper,
    of_host: OfHost,
    State(app): State<App>,
    facts: Facts,
    Path(id): Path<InvitationId>,
) -> Result<Response, Failure> {
    let invitation = invite::send_again(&app, &keeper, &place(&of_host, &facts), id).await?;
    Ok(told(&app, (&keeper, StatusCode::OK), invitation))
}

/// Takes an invitation back.
pub(crate) async fn withdraw(
    keeper: Keeper,
    State(app): State<App>,
    Path(id): Path<InvitationId>,
) -> Result<Response, Failure> {
    let invitation = invite::withdraw(&app, &keeper, id).await?;
    Ok(told(&app, (&keeper, StatusCode::OK), invitation))
}

fn place<'a>(of_host: &'a OfHost, facts: &Facts) -> Place<'a> {
    Place {
        site: &of_host.0.site,
        origin: facts.origin(),
    }
}

fn told(app: &App, (keeper, status): (&Keeper, StatusCode), invitation: Invitation) -> Response {
    let invitation = InvitationOut::from((invitation, app.clock.now()));
    let told = json!({ "tenantId": keeper.0.scope.tenant_id(), "invitation": invitation });
    answer::ok_with(status, told)
}
