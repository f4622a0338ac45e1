//! Inviting: a link in a message, sent again, taken back. What is checked, written and told is one transaction.

use db::{
    TenantScope, Tx,
    door::hosts::Site,
    tenant::{
        entitlements, invitations,
        mails::{self, NewMail},
        members,
    },
};
use jiff::Timestamp;
use serde_json::json;
use server::{Failure, PlanLimit, session::SessionToken};
use types::{Email, Invitation, InvitationId, InvitationState, Limit, LimitReached, MailId, Role};

use super::{Keeper, letter, note};
use crate::app::App;

/// Where a link leads: the tenant's names, and the address of its CRM as whoever invites knows it.
pub(super) struct Place<'a> {
    pub(super) site: &'a Site,
    pub(super) origin: String,
}

/// Invites somebody.
///
/// # Errors
///
/// A conflict, for a member and for somebody whose invitation waits; the plan's limit.
pub(super) async fn invite(
    app: &App,
    keeper: &Keeper,
    place: &Place<'_>,
    (email, role): (Email, Role),
) -> Result<Invitation, Failure> {
    let (owner, now) = (&keeper.0, app.clock.now());
    let scope = &owner.scope;
    let invitation = Invitation {
        id: InvitationId::new(&*app.ids),
        email,
        role,
        made_by: owner.person_id(),
        made_by_name: owner.person.name.clone(),
        created_at: now,
        sent_at: now,
        sent_count: 1,
        expires_at: now + Invitation::LIFE,
        withdrawn_at: None,
        taken_at: None,
    };
    let link = SessionToken::random();
    let mut tx = app.db.write(scope).await?;
    check_room(&mut tx, scope, &invitation.email, now).await?;
    invitations::insert(&mut tx, scope, &invitation, &link.hash()).await?;
    send(&mut tx, app, keeper, (place, &invitation, &link)).await?;
    let told = format!("Invited {} as {}", invitation.email, role.label());
    note(&mut tx, app, owner, (told, about(&invitation))).await?;
    tx.commit().await?;
    Ok(invitation)
}

/// Sends an invitation again, with another link and as much time as at first.
///
/// # Errors
///
/// Not found; a conflict, when it was taken or withdrawn, or sent too often; otherwise as [`invite`].
pub(super) async fn send_again(
    app: &App,
    keeper: &Keeper,
    place: &Place<'_>,
    id: InvitationId,
) -> Result<Invitation, Failure> {
    let (owner, now) = (&keeper.0, app.clock.now());
    let scope = &owner.scope;
    let mut tx = app.db.write(scope).await?;
    let found = invitations::find(&mut tx, scope, id).await?;
    let found = found.ok_or(Failure::NotFound)?;
    check_sending(&found, now)?;
    if found.state(now) == InvitationState::RanOut {
        check_room(&mut tx, scope, &found.email, now).await?;
    }
    let renewed = Invitation {
        sent_at: now,
        sent_count: found.sent_count + 1,
        expires_at: now + Invitation::LIFE,
        ..found
    };
    let link = SessionToken::random();
    if !invitations::renew(&mut tx, scope, &renewed, &link.hash()).await? {
        return Err(Failure::Stale);
    }
    send(&mut tx, app, keeper, (place, &renewed, &link)).await?;
    let told = format!("Sent the invitation of {} again", renewed.email);
    note(&mut tx, app, owner, (told, about(&renewed))).await?;
    tx.commit().await?;
    Ok(renewed)
}

/// Takes an invitation back: its link leads nowhere. Once is enough.
///
/// # Errors
///
/// Not found; a conflict, when it was taken.
pub(super) async fn withdraw(app: &App, keeper: &Keeper, id: InvitationId) -> Result<Invitation, Failure> {
    let (owner, now) = (&keeper.0, app.clock.now());
    let scope = &owner.scope;
    let mut tx = app.db.write(scope).await?;
    let found = invitations::find(&mut tx, scope, id).await?;
    let mut invitation = found.ok_or(Failure::NotFound)?;
    if invitation.taken_at.is_some() {
        return Err(closed(&invitation));
    }
    if invitations::withdraw(&mut tx, scope, id, now).await? {
        let told = format!("Withdrew the invitation of {}", invitation.email);
        note(&mut tx, app, owner, (told, about(&invitation))).await?;
        tx.commit().await?;
        invitation.withdrawn_at = Some(now);
    }
    Ok(invitation)
}

/// Makes sure that one more may be invited, whose address is nobody's here. Holds the members: two owners who invite at
/// once do so one after the other.
async fn check_room(tx: &mut Tx, scope: &TenantScope, email: &Email, now: Timestamp) -> Result<(), Failure> {
    members::hold(tx, scope).await?;
    let all = members::list(tx, scope).await?;
    if all.iter().any(|member| member.email == *email) {
        let sentence = "They are a member of this workspace already.";
        return Err(Failure::conflict("already_member", sentence));
    }
    if invitations::count_waiting(tx, scope, Some(email), now).await? > 0 {
        let sentence = "An invitation of theirs waits already. Send that one again.";
        return Err(Failure::conflict("already_invited", sentence));
    }
    let waiting = invitations::count_waiting(tx, scope, None, now).await?;
    let used = i64::try_from(all.len()).unwrap_or(i64::MAX) + waiting;
    let entitled = entitlements::find(tx, scope).await?;
    let entitled = entitled.ok_or(Failure::NotFound)?;
    entitled.room_for(Limit::Members, used, now).map_err(full)
}

/// The plan has no room.
pub(super) fn full(reached: LimitReached) -> Failure {
    Failure::PlanLimit(PlanLimit {
        detail: format!(
            "{reached} are used, with invitations that wait. Withdraw one, remove somebody, or ask for a larger plan."
        ),
        used: reached.used,
        limit: reached.most,
    })
}

fn check_sending(invitation: &Invitation, now: Timestamp) -> Result<(), Failure> {
    match invitation.state(now) {
        InvitationState::Taken | InvitationState::Withdrawn => return Err(closed(invitation)),
        InvitationState::Waiting | InvitationState::RanOut => {}
    }
    if invitation.sent_count >= Invitation::MOST_SENT {
        let sentence = format!(
            "It was sent {} times. Withdraw it, and ask them by another way whether they get your messages.",
            invitation.sent_count
        );
        return Err(Failure::conflict("sent_too_often", sentence));
    }
    Ok(())
}

fn closed(invitation: &Invitation) -> Failure {
    match invitation.taken_at {
        Some(_) => Failure::conflict("taken", "The invitation was taken: they are a member."),
        None => Failure::conflict("withdrawn", "The invitation was withdrawn. Invite them anew."),
    }
}

async fn send(
    tx: &mut Tx,
    app: &App,
    Keeper(owner): &Keeper,
    (place, invitation, link): (&Place<'_>, &Invitation, &SessionToken),
) -> Result<(), Failure> {
    let link = format!("{}/invitation?token={}", place.origin, link.exposed());
    let new = NewMail {
        id: MailId::new(&*app.ids),
        key: &format!("invitation/{}/{}", invitation.id, invitation.sent_count),
        mail: &letter::write(place.site, invitation, &owner.person, &link),
        now: app.clock.now(),
    };
    mails::insert(tx, &owner.scope, &new).await?;
    Ok(())
}

fn about(invitation: &Invitation) -> serde_json::Value {
    json!({ "invitation": invitation.id, "role": invitation.role })
}
