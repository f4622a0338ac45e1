//! Writing reminders down, changing them and taking them away: what is checked, written and told.

use db::{
    Tx,
    tenant::{
        changes::{self, NewChange},
        hands as sight,
        orphans::{self, Among},
        reminders::{self, ReminderWithNames},
    },
};
use jiff::Timestamp;
use server::{
    Failure,
    etag::{IfMatch, Version},
};
use types::{
    Activity, ActivityId, ActivityType, ChangeKind, ContactId, LeadId, PersonId, Reminder, ReminderChange,
    ReminderId, ReminderOutcome,
};

use crate::{
    activities::{contact_of, record},
    app::App,
    hands,
    member::{Member, Writer},
    once,
};

/// What somebody wants to be reminded of.
#[derive(Debug, Clone)]
pub(super) struct NewReminder {
    pub(super) id: ReminderId,
    pub(super) title: String,
    pub(super) due_at: Timestamp,
    pub(super) lead_id: Option<LeadId>,
    pub(super) contact_id: Option<ContactId>,
    /// Whoever writes it down, if nobody is named.
    pub(super) assigned_to: Option<PersonId>,
}

/// Reads a reminder.
///
/// # Errors
///
/// Not found.
pub(super) async fn read(app: &App, member: &Member, id: ReminderId) -> Result<ReminderWithNames, Failure> {
    let mut tx = app.db.read(&member.scope).await?;
    let found = reminders::find(&mut tx, &member.scope, id).await?;
    found.ok_or(Failure::NotFound)
}

/// Writes a reminder down, once. What is about a lead is about its contact.
///
/// # Errors
///
/// Not found, for a lead or contact that is absent or another tenant's; invalid, for somebody who is no member.
pub(super) async fn add(
    app: &App,
    writer: &Writer,
    wanted: NewReminder,
) -> Result<ReminderWithNames, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let me = writer.0.person_id();
    let mut tx = app.db.write(scope).await?;
    let contact_id = contact_of(&mut tx, writer, wanted.lead_id, wanted.contact_id).await?;
    let about = (wanted.lead_id, contact_id);
    check_assignee(&mut tx, writer, wanted.assigned_to, about).await?;
    let reminder = Reminder {
        id: wanted.id,
        title: wanted.title,
        due_at: wanted.due_at,
        lead_id: wanted.lead_id,
        contact_id,
        assigned_to: wanted.assigned_to.unwrap_or(me),
        created_by: me,
        completed: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    match reminders::insert(&mut tx, scope, &reminder).await {
        Err(error) if once::is_made_already(&error) => {
            drop(tx);
            let mut tx = app.db.read(scope).await?;
            return find(&mut tx, writer, reminder.id).await;
        }
        written => written?,
    }
    let added = find(&mut tx, writer, reminder.id).await?;
    tell_of_plan(&mut tx, writer, &reminder, now).await?;
    tx.commit().await?;
    Ok(added)
}

/// Changes a reminder that is still what the caller saw. Completing it stands in the timeline.
///
/// # Errors
///
/// Not found, stale, or invalid.
pub(super) async fn change(
    app: &App,
    writer: &Writer,
    id: ReminderId,
    seen: &IfMatch,
    change: ReminderChange,
) -> Result<ReminderWithNames, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let mut found = find(&mut tx, writer, id).await?;
    seen.allows(Version::of(found.reminder.version))?;
    let is_another = |to: &PersonId| *to != found.reminder.assigned_to;
    let about = (found.reminder.lead_id, found.reminder.contact_id);
    check_assignee(&mut tx, writer, change.assigned_to.filter(is_another), about).await?;
    let was_done = found.reminder.completed.is_some();
    let outcome = found.reminder.apply(change, writer.0.person_id(), now);
    if outcome == ReminderOutcome::Unchanged {
        return Ok(found);
    }
    if !reminders::update(&mut tx, scope, &found.reminder).await? {
        return Err(Failure::Stale);
    }
    if was_done && found.reminder.completed.is_none() {
        // Whoever did it may have left since, or given the lead away.
        orphans::settle(
            &mut tx,
            scope,
            &hands::occasion(app, &writer.0),
            Among::Reminder(id),
        )
        .await?;
    }
    let changed = find(&mut tx, writer, id).await?;
    if outcome == ReminderOutcome::Completed {
        let done = found.reminder.title.clone();
        let what = (ActivityType::ReminderCompleted, done);
        tell(&mut tx, app, writer, &found.reminder, what).await?;
    } else {
        tell_of_plan(&mut tx, writer, &found.reminder, now).await?;
    }
    tx.commit().await?;
    Ok(changed)
}

/// Takes a reminder away; the timeline keeps who did.
///
/// # Errors
///
/// Not found or stale.
pub(super) async fn remove(
    app: &App,
    writer: &Writer,
    id: ReminderId,
    seen: &IfMatch,
) -> Result<(), Failure> {
    let mut tx = app.db.write(&writer.0.scope).await?;
    let found = find(&mut tx, writer, id).await?;
    seen.allows(Version::of(found.reminder.version))?;
    if !reminders::delete(&mut tx, &writer.0.scope, id, found.reminder.version).await? {
        return Err(Failure::Stale);
    }
    let what = format!("Deleted the reminder “{}”", found.reminder.title);
    tell(&mut tx, app, writer, &found.reminder, (ActivityType::Note, what)).await?;
    tx.commit().await?;
    Ok(())
}

async fn find(tx: &mut Tx, writer: &Writer, id: ReminderId) -> Result<ReminderWithNames, Failure> {
    reminders::find(tx, &writer.0.scope, id)
        .await?
        .ok_or(Failure::NotFound)
}

/// Whoever shall do it can, and sees what it is about.
async fn check_assignee(
    tx: &mut Tx,
    writer: &Writer,
    wanted: Option<PersonId>,
    about: (Option<LeadId>, Option<ContactId>),
) -> Result<(), Failure> {
    let Some(person_id) = wanted.filter(|person_id| *person_id != writer.0.person_id()) else {
        return Ok(());
    };
    let scope = &writer.0.scope;
    let member = hands::find(tx, scope, person_id).await?;
    if sight::sees(tx, scope, &member, about).await? {
        return Ok(());
    }
    let (name, what) = match about {
        (Some(_), _) => (&member.name, "the lead that it is about"),
        _ => (&member.name, "whom it is about"),
    };
    let sentence =
        format!("{name} does not see {what}: choose somebody who does, or give them the lead first.");
    Err(Failure::invalid("/assignedTo", "unseen", sentence))
}

/// Tells the feed that something else is to be done next about a lead or contact: lists show it, and what counts the
/// leads without a plan counts again. Last, as anything on the feed.
async fn tell_of_plan(tx: &mut Tx, writer: &Writer, about: &Reminder, now: Timestamp) -> Result<(), Failure> {
    let kind = match (about.lead_id, about.contact_id) {
        (Some(_), _) => ChangeKind::LeadUpdated,
        (None, Some(_)) => ChangeKind::ContactUpdated,
        (None, None) => return Ok(()),
    };
    let told = NewChange {
        kind,
        lead_id: about.lead_id,
        contact_id: about.contact_id,
        activity_id: None,
    };
    changes::append(tx, &writer.0.scope, &told, now).await?;
    Ok(())
}

async fn tell(
    tx: &mut Tx,
    app: &App,
    writer: &Writer,
    about: &Reminder,
    (activity_type, summary): (ActivityType, String),
) -> Result<(), Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let activity = Activity {
        id: ActivityId::new(&*app.ids),
        contact_id: about.contact_id,
        lead_id: about.lead_id,
        activity_type,
        occurred_at: now,
        summary,
        metadata: serde_json::json!({ "reminderId": about.id }),
        actor: Some(writer.0.person_id()),
    };
    record(tx, scope, &activity).await?;
    Ok(())
}
