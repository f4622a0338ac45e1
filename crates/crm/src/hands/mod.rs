//! Into whose hands leads and reminders may be given, and the reminders that go with a lead.

#[cfg(test)]
mod tests;

use db::{
    TenantScope, Tx,
    tenant::{
        changes::NewChange,
        hands::{self, Followed},
        leads, members,
        orphans::Occasion,
    },
};
use jiff::Timestamp;
use server::{Failure, Flash};
use types::{Activity, ChangeKind, Ids, LeadId, Member, PersonId};

use crate::{app::App, member::Writer};

/// Finds somebody who may be given something to do.
///
/// # Errors
///
/// Invalid, for somebody who is no member or may only look.
pub(crate) async fn find(tx: &mut Tx, scope: &TenantScope, person_id: PersonId) -> Result<Member, Failure> {
    let Some(member) = members::find(tx, scope, person_id).await? else {
        return Err(Failure::invalid(
            "/assignedTo",
            "unknown",
            "assignedTo must be a member of this workspace.",
        ));
    };
    if !member.role.may_write() {
        let sentence = format!(
            "{} may only look: choose somebody who can work on it.",
            member.name
        );
        return Err(Failure::invalid("/assignedTo", "read_only", sentence));
    }
    Ok(member)
}

/// Everybody who may be given something to do, and whoever has it, as a form offers them.
pub(crate) fn choices(members: &[Member], holder: Option<PersonId>) -> Vec<(String, String)> {
    let may_have = |member: &&Member| member.role.may_write() || Some(member.person_id) == holder;
    let choice = |member: &Member| (member.person_id.to_string(), member.name.clone());
    members.iter().filter(may_have).map(choice).collect()
}

/// Where whoever changed a lead goes, and what they are told: back to it, or to the others if it is out of their sight
/// in the hands of somebody.
pub(crate) async fn way_back(
    app: &App,
    writer: &Writer,
    (id, to): (LeadId, Option<PersonId>),
    told: String,
) -> Result<(Flash, String), Failure> {
    let scope = &writer.0.scope;
    if scope.sees_all() {
        return Ok((Flash::success(told), format!("/leads/{id}")));
    }
    let mut tx = app.db.read(scope).await?;
    if leads::find(&mut tx, scope, id).await?.is_some() {
        return Ok((Flash::success(told), format!("/leads/{id}")));
    }
    let holder = match to {
        Some(person_id) => members::find(&mut tx, scope, person_id).await?,
        None => None,
    };
    let told = holder.map_or(told, |holder| format!("Given to {}.", holder.name));
    Ok((Flash::success(told), "/leads".to_owned()))
}

/// Hands the reminders about these leads to their holders, where whoever had them sees them no more. What the timeline
/// says of it is for the caller to write.
pub(crate) async fn reminders_follow(
    tx: &mut Tx,
    (scope, ids): (&TenantScope, &dyn Ids),
    leads: &[LeadId],
    (by, now): (PersonId, Timestamp),
) -> db::Result<Vec<Activity>> {
    let followed = hands::follow(tx, scope, leads, now).await?;
    let trace = |followed: &Followed| followed.activity(ids, (Some(by), now));
    Ok(followed.iter().map(trace).collect())
}

/// That a member does something now which may leave reminders with nobody.
pub(crate) fn occasion<'a>(app: &'a App, by: &crate::member::Member) -> Occasion<'a> {
    Occasion {
        ids: &*app.ids,
        by: Some(by.person_id()),
        now: app.clock.now(),
    }
}

/// What the feed says of something that stands in a timeline now.
pub(crate) fn told(activity: &Activity) -> NewChange {
    NewChange {
        kind: ChangeKind::ActivityLogged,
        lead_id: activity.lead_id,
        contact_id: activity.contact_id,
        activity_id: Some(activity.id),
    }
}
