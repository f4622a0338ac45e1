//! A reminder as a row: what to do, until when, for whom.

use db::tenant::reminders::ReminderWithNames;
use jiff::Timestamp;
use types::ReminderId;

use crate::zone::{When, Zone};

/// A reminder as a row, on its own page and on the first one.
pub(crate) struct Row {
    pub(crate) id: ReminderId,
    pub(crate) version: i64,
    pub(crate) title: String,
    pub(crate) due: When,
    /// When it is due, as a form holds it.
    pub(crate) due_typed: String,
    /// Who shall do it, as a form holds them.
    pub(crate) assigned_to: String,
    pub(crate) is_overdue: bool,
    /// Somebody was told that it is overdue.
    pub(crate) is_escalated: bool,
    /// Is due after today: a day later is then not tomorrow.
    pub(crate) is_ahead: bool,
    pub(crate) assignee: Option<String>,
    /// Whom it is about, and where they are found.
    pub(crate) about: Option<(String, String)>,
}

impl Row {
    pub(crate) fn new(found: ReminderWithNames, zone: &Zone, now: Timestamp) -> Self {
        let reminder = found.reminder;
        let place = reminder
            .lead_id
            .map(|id| format!("/leads/{id}"))
            .or_else(|| reminder.contact_id.map(|id| format!("/contacts/{id}")));
        Self {
            id: reminder.id,
            version: reminder.version,
            title: reminder.title,
            due_typed: zone.typed(reminder.due_at),
            assigned_to: reminder.assigned_to.to_string(),
            is_overdue: reminder.completed.is_none() && reminder.due_at < now,
            is_escalated: reminder.completed.is_none() && found.escalation.told_at.is_some(),
            is_ahead: zone.day_of(reminder.due_at) > zone.day_of(now),
            due: match reminder.completed {
                Some(completion) => zone.when(completion.at, now),
                None => zone.due(reminder.due_at, now),
            },
            assignee: found.assignee_name,
            about: place.map(|href| {
                let name = found.contact_name.unwrap_or_else(|| "Unknown visitor".to_owned());
                (name, href)
            }),
        }
    }
}
