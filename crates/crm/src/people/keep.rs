//! What an owner does to members: another role, signed out everywhere, no member any more. Somebody always owns a
//! workspace.

use db::tenant::{
    departures::{self, Belongings, Departure},
    members,
};
use serde_json::json;
use server::{
    Failure,
    etag::{IfMatch, Version},
    page::amount,
};
use types::{Member, PersonId, Role};

use super::{Keeper, note};
use crate::{app::App, notices::tell_of_many};

/// Who takes over what somebody had to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Handover {
    /// Nobody: then whoever wants one claims it.
    pub(super) leads_to: Option<PersonId>,
    /// Nobody named: then whoever removes them.
    pub(super) reminders_to: Option<PersonId>,
}

/// What a member is: whoever changes that says which they saw. That they came in is no change of it.
pub(super) fn version(member: &Member) -> Version {
    Version::of_content(&json!([member.name, member.email, member.role, member.is_paused]))
}

/// Gives a member another role, which holds from their next request on.
///
/// # Errors
///
/// Not found; stale; a conflict, when nobody would own the workspace.
pub(super) async fn set_role(
    app: &App,
    Keeper(owner): &Keeper,
    (id, seen): (PersonId, &IfMatch),
    role: Role,
) -> Result<Member, Failure> {
    let scope = &owner.scope;
    let mut tx = app.db.write(scope).await?;
    let member = members::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    seen.allows(version(&member))?;
    if member.role == role {
        return Ok(member);
    }
    if !members::set_role(&mut tx, scope, id, (member.role, role)).await? {
        return Err(last_owner());
    }
    let told = format!("Changed the role of {} to {}", member.name, role.label());
    let told = (told, json!({ "member": id, "from": member.role, "to": role }));
    note(&mut tx, app, owner, told).await?;
    tx.commit().await?;
    Ok(Member { role, ..member })
}

/// Signs a member out everywhere.
///
/// # Errors
///
/// Not found; stale.
pub(super) async fn sign_out(
    app: &App,
    Keeper(owner): &Keeper,
    (id, seen): (PersonId, &IfMatch),
) -> Result<Member, Failure> {
    let scope = &owner.scope;
    let mut tx = app.db.write(scope).await?;
    let member = members::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    seen.allows(version(&member))?;
    let ended = members::end_sessions(&mut tx, scope, id).await?;
    let told = (
        format!("Signed {} out everywhere", member.name),
        json!({ "member": id, "endedSessions": ended }),
    );
    note(&mut tx, app, owner, told).await?;
    tx.commit().await?;
    Ok(member)
}

/// Ends a membership, and gives away what was to be done.
///
/// # Errors
///
/// Not found; stale; a conflict, when nobody would own the workspace; invalid, when somebody takes over who cannot.
pub(super) async fn remove(
    app: &App,
    Keeper(owner): &Keeper,
    (id, seen): (PersonId, &IfMatch),
    handover: Handover,
) -> Result<(Member, Belongings), Failure> {
    let scope = &owner.scope;
    let mut tx = app.db.write(scope).await?;
    // First: nobody who takes over leaves meanwhile.
    members::hold(&mut tx, scope).await?;
    let all = members::list(&mut tx, scope).await?;
    let found = all.iter().find(|member| member.person_id == id);
    let member = found.ok_or(Failure::NotFound)?.clone();
    seen.allows(version(&member))?;
    let leads_to = heir(&all, id, ("leadsTo", handover.leads_to))?;
    let reminders_to = match heir(&all, id, ("remindersTo", handover.reminders_to))? {
        Some(heir) => heir,
        None => stands_in(&all, owner.person_id(), id).ok_or_else(last_owner)?,
    };
    let departure = Departure {
        person_id: id,
        leads_to: leads_to.map(|heir| heir.person_id),
        reminders_to: reminders_to.person_id,
        now: app.clock.now(),
    };
    let left = departures::leave(&mut tx, scope, &departure).await?;
    let left = left.ok_or_else(last_owner)?;
    let told = summary(&member, (leads_to, reminders_to), left);
    let details = json!({
        "member": id, "role": member.role, "leads": left.lead_count, "leadsTo": departure.leads_to,
        "reminders": left.reminder_count, "remindersTo": departure.reminders_to,
    });
    if let Some(heir) = departure.leads_to {
        let given = (heir, left.lead_count);
        tell_of_many(
            &mut tx,
            (scope, &*app.ids),
            given,
            (owner.person_id(), departure.now),
        )
        .await?;
    }
    note(&mut tx, app, owner, (told, details)).await?;
    tx.commit().await?;
    Ok((member, left))
}

/// Who takes over: another member, who may do something about it.
fn heir<'a>(
    all: &'a [Member],
    leaving: PersonId,
    (field, chosen): (&str, Option<PersonId>),
) -> Result<Option<&'a Member>, Failure> {
    let Some(chosen) = chosen else {
        return Ok(None);
    };
    let found = all.iter().find(|member| member.person_id == chosen);
    match found.filter(|member| takes_over(member, leaving)) {
        Some(heir) => Ok(Some(heir)),
        None => {
            let sentence = format!("{field} must be another member, whose role is not to look only.");
            Err(Failure::invalid(format!("/{field}"), "unknown", sentence))
        }
    }
}

/// Whether somebody may have what another leaves behind.
pub(super) fn takes_over(member: &Member, leaving: PersonId) -> bool {
    member.person_id != leaving && member.role.may_write()
}

/// Who has the reminders when nobody was chosen: whoever removes somebody, or another owner.
pub(super) fn stands_in(all: &[Member], owner: PersonId, leaving: PersonId) -> Option<&Member> {
    let others = || all.iter().filter(move |member| member.person_id != leaving);
    let mut owners = others().filter(|member| member.role == Role::Owner);
    others()
        .find(|member| member.person_id == owner)
        .or_else(|| owners.next())
}

/// `Removed Ann: 2 open leads to the pool, 1 reminder to Olga`.
fn summary(
    member: &Member,
    (leads_to, reminders_to): (Option<&Member>, &Member),
    left: Belongings,
) -> String {
    let mut given = Vec::new();
    if left.lead_count > 0 {
        let heir = leads_to.map_or("the pool", |heir| &heir.name);
        given.push(format!("{} to {heir}", amount(left.lead_count, "open lead")));
    }
    if left.reminder_count > 0 {
        let reminders = amount(left.reminder_count, "reminder");
        given.push(format!("{reminders} to {}", reminders_to.name));
    }
    match given.is_empty() {
        true => format!("Removed {}", member.name),
        false => format!("Removed {}: {}", member.name, given.join(", ")),
    }
}

fn last_owner() -> Failure {
    let sentence = "A workspace needs an owner. Make somebody else one first.";
    Failure::conflict("last_owner", sentence)
}
