//! What an owner does to members: another role, signed out everywhere, no member any more. Somebody always owns a
//! workspace.

use db::{
    Tx,
    tenant::{
        departures::{self, Belongings, Departure},
        members,
        orphans::{self, Among},
    },
};
use serde_json::{Value, json};
use server::{
    Failure,
    etag::{IfMatch, Version},
    page::amount,
};
use types::{Member, PersonId, Role};

use super::{Keeper, note};
use crate::{app::App, hands::occasion, notices::tell_of_many};

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

/// Gives a member another role, which holds from their next request on. Whoever may only look from then on has nothing
/// to do any more: it is given away as when they leave. So are reminders of whoever sees less from then on.
///
/// # Errors
///
/// Not found; stale; a conflict, when nobody would own the workspace; invalid, when somebody takes over who cannot.
pub(super) async fn set_role(
    app: &App,
    Keeper(owner): &Keeper,
    (id, seen): (PersonId, &IfMatch),
    (role, handover): (Role, Handover),
) -> Result<Member, Failure> {
    let scope = &owner.scope;
    let mut tx = app.db.write(scope).await?;
    // First: nobody who takes over leaves meanwhile.
    members::hold(&mut tx, scope).await?;
    let all = members::list(&mut tx, scope).await?;
    let found = all.iter().find(|member| member.person_id == id);
    let member = found.ok_or(Failure::NotFound)?.clone();
    seen.allows(version(&member))?;
    if member.role == role {
        return Ok(member);
    }
    if !members::set_role(&mut tx, scope, id, (member.role, role)).await? {
        return Err(last_owner());
    }
    let mut told = format!("Changed the role of {} to {}", member.name, role.label());
    let mut details = json!({ "member": id, "from": member.role, "to": role });
    let occasion = occasion(app, owner);
    if role.may_write() {
        let given = orphans::settle(&mut tx, scope, &occasion, Among::All).await?;
        if given > 0 {
            told = format!("{told}: {}", to_others(given));
        }
        details["remindersToOthers"] = json!(given);
    } else {
        let heirs = Heirs::choose(&all, (id, owner), handover)?;
        let departure = heirs.departure(id);
        let left = departures::hand_over(&mut tx, scope, &departure, &occasion).await?;
        heirs.tell(&mut tx, app, owner, left).await?;
        told.push_str(&heirs.given(left));
        for (name, value) in heirs.details(left) {
            details[name] = value;
        }
    }
    note(&mut tx, app, owner, (told, details)).await?;
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
    let heirs = Heirs::choose(&all, (id, owner), handover)?;
    let departure = heirs.departure(id);
    let left = departures::leave(&mut tx, scope, &departure, &occasion(app, owner)).await?;
    let left = left.ok_or_else(last_owner)?;
    let told = format!("Removed {}{}", member.name, heirs.given(left));
    let mut details = json!({ "member": id, "role": member.role });
    for (name, value) in heirs.details(left) {
        details[name] = value;
    }
    heirs.tell(&mut tx, app, owner, left).await?;
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

/// Who takes over what a member had to do.
struct Heirs<'a> {
    /// Nobody: then whoever wants one claims it.
    leads_to: Option<&'a Member>,
    reminders_to: &'a Member,
}

impl<'a> Heirs<'a> {
    fn choose(
        all: &'a [Member],
        (id, owner): (PersonId, &crate::member::Member),
        handover: Handover,
    ) -> Result<Self, Failure> {
        let reminders_to = match heir(all, id, ("remindersTo", handover.reminders_to))? {
            Some(heir) => heir,
            None => stands_in(all, owner.person_id(), id).ok_or_else(last_owner)?,
        };
        Ok(Self {
            leads_to: heir(all, id, ("leadsTo", handover.leads_to))?,
            reminders_to,
        })
    }

    fn departure(&self, person_id: PersonId) -> Departure {
        Departure {
            person_id,
            leads_to: self.leads_to.map(|heir| heir.person_id),
            reminders_to: Some(self.reminders_to.person_id),
        }
    }

    /// Tells whoever has the leads now.
    async fn tell(
        &self,
        tx: &mut Tx,
        app: &App,
        owner: &crate::member::Member,
        left: Belongings,
    ) -> Result<(), Failure> {
        if let Some(heir) = self.leads_to {
            let by = (owner.person_id(), app.clock.now());
            let given = (heir.person_id, left.lead_count);
            tell_of_many(tx, (&owner.scope, &*app.ids), given, by).await?;
        }
        Ok(())
    }

    /// `: 2 open leads to the pool, 1 reminder to Olga`; nothing when there was nothing.
    fn given(&self, left: Belongings) -> String {
        let mut given = Vec::new();
        if left.lead_count > 0 {
            let heir = self.leads_to.map_or("the pool", |heir| &heir.name);
            given.push(format!("{} to {heir}", amount(left.lead_count, "open lead")));
        }
        if left.reminder_count > 0 {
            let reminders = amount(left.reminder_count, "reminder");
            given.push(format!("{reminders} to {}", self.reminders_to.name));
        }
        if left.others_count > 0 {
            given.push(to_others(left.others_count));
        }
        match given.is_empty() {
            true => String::new(),
            false => format!(": {}", given.join(", ")),
        }
    }

    /// The same for programs.
    fn details(&self, left: Belongings) -> [(&'static str, Value); 5] {
        [
            ("leads", json!(left.lead_count)),
            ("leadsTo", json!(self.leads_to.map(|heir| heir.person_id))),
            ("reminders", json!(left.reminder_count)),
            ("remindersTo", json!(self.reminders_to.person_id)),
            ("remindersToOthers", json!(left.others_count)),
        ]
    }
}

/// `2 reminders to who sees what they are about`.
fn to_others(count: i64) -> String {
    let what = if count == 1 { "it is" } else { "they are" };
    format!("{} to who sees what {what} about", amount(count, "reminder"))
}

fn last_owner() -> Failure {
    let sentence = "A workspace needs an owner. Make somebody else one first.";
    Failure::conflict("last_owner", sentence)
}
