//! Reminders: what a member must not forget, and what becomes of it.

use jiff::Timestamp;

use crate::{ContactId, LeadId, PersonId, ReminderId};

/// Something to be done by a time, by a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// Names the reminder within its tenant.
    pub id: ReminderId,
    /// What to do.
    pub title: String,
    /// By when.
    pub due_at: Timestamp,
    /// The lead it is about.
    pub lead_id: Option<LeadId>,
    /// The person it is about.
    pub contact_id: Option<ContactId>,
    /// Who shall do it.
    pub assigned_to: PersonId,
    /// Who wrote it down.
    pub created_by: PersonId,
    /// When it was done, and by whom; none while it is open.
    pub completed: Option<Completion>,
    /// How often this was written, from 1.
    pub version: i64,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When any of this last changed.
    pub updated_at: Timestamp,
}

/// That a reminder was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Completion {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: PersonId,
}

/// What is to be different about a reminder. The default changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReminderChange {
    /// What to do.
    pub title: Option<String>,
    /// By when: later is a snooze.
    pub due_at: Option<Timestamp>,
    /// Who shall do it.
    pub assigned_to: Option<PersonId>,
    /// Whether it is done.
    pub is_completed: Option<bool>,
}

/// What a change came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReminderOutcome {
    /// Everything is as it was.
    Unchanged,
    /// Something differs.
    Changed,
    /// It is done now, and was not before.
    Completed,
}

impl Reminder {
    /// Changes the reminder. Who completes what is done already changes nothing: the first to do it did it.
    pub fn apply(&mut self, change: ReminderChange, by: PersonId, now: Timestamp) -> ReminderOutcome {
        let completed = match (change.is_completed, self.completed) {
            (None, completed) | (Some(true), completed @ Some(_)) => completed,
            (Some(true), None) => Some(Completion { at: now, by }),
            (Some(false), _) => None,
        };
        let changed = Self {
            title: change.title.unwrap_or_else(|| self.title.clone()),
            due_at: change.due_at.unwrap_or(self.due_at),
            assigned_to: change.assigned_to.unwrap_or(self.assigned_to),
            completed,
            ..self.clone()
        };
        if changed == *self {
            return ReminderOutcome::Unchanged;
        }
        let was_open = self.completed.is_none();
        *self = Self {
            updated_at: now,
            ..changed
        };
        if was_open && self.completed.is_some() {
            ReminderOutcome::Completed
        } else {
            ReminderOutcome::Changed
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;
    use crate::{Clock as _, TestClock, TestIds};

    fn a_reminder(ids: &TestIds) -> Reminder {
        let (ann, now) = (PersonId::new(ids), TestClock::default().now());
        Reminder {
            id: ReminderId::new(ids),
            title: "Call Ana back".to_owned(),
            due_at: now + 1.hour(),
            lead_id: None,
            contact_id: None,
            assigned_to: ann,
            created_by: ann,
            completed: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    fn done(is_completed: bool) -> ReminderChange {
        ReminderChange {
            is_completed: Some(is_completed),
            ..ReminderChange::default()
        }
    }

    #[test]
    fn it_is_done_once_by_who_was_first_and_can_be_opened_again() {
        let ids = TestIds::default();
        let (mut reminder, ben) = (a_reminder(&ids), PersonId::new(&ids));
        let (ann, later) = (reminder.assigned_to, reminder.due_at);

        assert_eq!(reminder.apply(done(true), ben, later), ReminderOutcome::Completed);
        assert_eq!(reminder.completed, Some(Completion { at: later, by: ben }));
        assert_eq!(
            reminder.apply(done(true), ann, later + 1.hour()),
            ReminderOutcome::Unchanged
        );
        assert_eq!(reminder.completed, Some(Completion { at: later, by: ben }));
        assert_eq!(reminder.apply(done(false), ann, later), ReminderOutcome::Changed);
        assert_eq!(reminder.completed, None);
    }

    #[test]
    fn a_snooze_is_a_later_time_and_the_same_time_is_no_change() {
        let ids = TestIds::default();
        let mut reminder = a_reminder(&ids);
        let (ann, tomorrow) = (reminder.assigned_to, reminder.due_at + 24.hours());
        let snooze = ReminderChange {
            due_at: Some(tomorrow),
            ..ReminderChange::default()
        };

        assert_eq!(
            reminder.apply(snooze.clone(), ann, tomorrow),
            ReminderOutcome::Changed
        );
        assert_eq!(reminder.due_at, tomorrow);
        assert_eq!(reminder.apply(snooze, ann, tomorrow), ReminderOutcome::Unchanged);
    }
}
