//! Changing a lead: what is checked, written and told, in one transaction.

use std::iter;

use db::{
    Tx,
    tenant::{
        activities, changes,
        changes::NewChange,
        leads::{self, LeadWithContact},
    },
};
use jiff::Timestamp;
use server::{
    Failure,
    etag::{IfMatch, Version},
};
use types::{
    Activity, ActivityId, ActivityType, ChangeKind, Ids, Lead, LeadChange, LeadChangeError, LeadId, Member,
    Patch, PersonId, StatusMove,
};

use crate::{app::App, hands, member::Writer, notices::tell_of_a_move};

/// Changes a lead that is still what the caller saw. A moved status leaves one activity, another assignee one, and all
/// else one together; what changes nothing leaves no trace.
///
/// # Errors
///
/// Not found, stale, or invalid.
pub(crate) async fn change(
    app: &App,
    writer: &Writer,
    id: LeadId,
    seen: &IfMatch,
    change: LeadChange,
) -> Result<LeadWithContact, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let mut found = leads::find(&mut tx, scope, id).await?.ok_or(Failure::NotFound)?;
    seen.allows(Version::of(found.lead.version))?;
    let assignee = check_assignee(&mut tx, writer, (&change, found.lead.assigned_to)).await?;
    let before = found.lead.clone();
    let moved = found.lead.apply(change, now).map_err(refusal)?;
    if found.lead == before {
        return Ok(found);
    }
    if !leads::update(&mut tx, scope, &found.lead).await? {
        return Err(Failure::Stale);
    }
    let move_of_lead = (&found.lead, before.assigned_to);
    tell_of_a_move(&mut tx, app, writer, move_of_lead, Some(writer.0.person_id())).await?;
    let by = (writer.0.person_id(), now);
    let members = assignee.as_slice();
    let mut news = traces(&*app.ids, by, (&found.lead, &before), moved, members);
    if found.lead.assigned_to != before.assigned_to {
        news.extend(hands::reminders_follow(&mut tx, (scope, &*app.ids), &[id], by).await?);
    }
    for activity in &news {
        activities::insert(&mut tx, scope, activity).await?;
    }
    // That the lead is another tells of the first of them, too.
    let kinds = iter::once(ChangeKind::LeadUpdated).chain(iter::repeat(ChangeKind::ActivityLogged));
    for (index, kind) in (0..news.len().max(1)).zip(kinds) {
        let told = NewChange {
            kind,
            lead_id: Some(id),
            contact_id: found.lead.contact_id,
            activity_id: news.get(index).map(|activity| activity.id),
        };
        changes::append(&mut tx, scope, &told, now).await?;
    }
    tx.commit().await?;
    found.lead.version += 1;
    Ok(found)
}

/// Whom a change gives the lead to: a member who can work on it. Whoever has it already is not asked about.
pub(super) async fn check_assignee(
    tx: &mut Tx,
    writer: &Writer,
    (change, holder): (&LeadChange, Option<PersonId>),
) -> Result<Option<Member>, Failure> {
    match change.assigned_to {
        Patch::Set(person_id) if Some(person_id) != holder => {
            Ok(Some(hands::find(tx, &writer.0.scope, person_id).await?))
        }
        _ => Ok(None),
    }
}

pub(super) fn refusal(error: LeadChangeError) -> Failure {
    let pointer = match error {
        LeadChangeError::OtherReason { .. } => "/closeReason",
        LeadChangeError::PricesCrossed => "/priceMin",
    };
    Failure::invalid(pointer, "invalid", error.to_string())
}

/// What the timeline says of a change: that it moved, whose it is now, and what else is different.
pub(crate) fn traces(
    ids: &dyn Ids,
    by: (PersonId, Timestamp),
    (lead, before): (&Lead, &Lead),
    moved: Option<StatusMove>,
    members: &[Member],
) -> Vec<Activity> {
    let status = moved.map(|moved| status_changed(ids, by.0, lead, moved, by.1));
    let is_given = lead.assigned_to != before.assigned_to;
    let is_theirs = |member: &&Member| Some(member.person_id) == lead.assigned_to;
    let assignee = members.iter().find(is_theirs);
    let given = is_given.then(|| assigned(ids, by, (lead, before), assignee));
    let changed = lead.changed_since(before);
    let edited = (!changed.is_empty()).then(|| {
        let summary = format!("Changed {}", changed.join(", "));
        noted(
            ids,
            by,
            lead,
            (summary, serde_json::json!({ "changed": changed })),
        )
    });
    status.into_iter().chain(given).chain(edited).collect()
}

/// What the timeline says of a lead that a member opened by hand.
pub(super) fn opened(ids: &dyn Ids, by: (PersonId, Timestamp), lead: &Lead) -> Activity {
    let kind = lead.lead_type;
    let summary = format!("Opened a lead by hand ({})", kind.label().to_lowercase());
    noted(ids, by, lead, (summary, serde_json::json!({ "opened": kind })))
}

fn noted(
    ids: &dyn Ids,
    (actor, now): (PersonId, Timestamp),
    lead: &Lead,
    (summary, metadata): (String, serde_json::Value),
) -> Activity {
    Activity {
        id: ActivityId::new(ids),
        contact_id: lead.contact_id,
        lead_id: Some(lead.id),
        activity_type: ActivityType::Note,
        occurred_at: now,
        summary,
        metadata,
        actor: Some(actor),
    }
}

/// What the timeline says of a lead that somebody gave to a member, or took from one for nobody.
fn assigned(
    ids: &dyn Ids,
    (actor, now): (PersonId, Timestamp),
    (lead, before): (&Lead, &Lead),
    assignee: Option<&Member>,
) -> Activity {
    Activity {
        id: ActivityId::new(ids),
        contact_id: lead.contact_id,
        lead_id: Some(lead.id),
        activity_type: ActivityType::LeadAssigned,
        occurred_at: now,
        summary: match (assignee, lead.assigned_to) {
            (Some(member), _) => format!("Assigned to {}", member.name),
            (None, Some(_)) => "Assigned to somebody who left".to_owned(),
            (None, None) => "Unassigned".to_owned(),
        },
        metadata: serde_json::json!({ "rule": null, "from": before.assigned_to, "to": lead.assigned_to }),
        actor: Some(actor),
    }
}

/// What the timeline says of a lead that went from one status to another.
fn status_changed(
    ids: &dyn Ids,
    actor: PersonId,
    lead: &Lead,
    moved: StatusMove,
    now: Timestamp,
) -> Activity {
    Activity {
        id: ActivityId::new(ids),
        contact_id: lead.contact_id,
        lead_id: Some(lead.id),
        activity_type: ActivityType::LeadStatusChanged,
        occurred_at: now,
        summary: format!(
            "Status changed from {} to {}",
            moved.from.label(),
            moved.to.label()
        ),
        metadata: serde_json::json!({ "from": moved.from, "to": moved.to }),
        actor: Some(actor),
    }
}
