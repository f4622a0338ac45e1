//! Notices: what a member should hear of because it happened to a lead of theirs, or a reminder waits, until they have
//! read it.

use jiff::Timestamp;

use crate::{LeadId, NoticeId, PersonId, Reminder, ReminderId, text_enum::text_enum};

text_enum! {
    /// What a member is told.
    pub enum NoticeKind {
        /// A lead is theirs now: a rule or a colleague gave it to them.
        LeadGiven = "lead_given",
        /// Several leads are theirs now, by one decision of somebody.
        LeadsGiven = "leads_given",
        /// A lead of theirs is somebody else's now, or nobody's.
        LeadTaken = "lead_taken",
        /// Several leads of theirs are somebody else's now, or nobody's, by one decision of somebody.
        LeadsTaken = "leads_taken",
        /// Reminders are theirs now, because whoever had them cannot do them or see what they are about any more.
        RemindersGiven = "reminders_given",
        /// A reminder of theirs is overdue for long.
        ReminderOverdue = "reminder_overdue",
        /// A reminder of somebody else's is overdue for so long that an owner should know.
        ReminderEscalated = "reminder_escalated",
    }
}

/// Something that one member is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Names the notice within its tenant.
    pub id: NoticeId,
    /// Who is told.
    pub person_id: PersonId,
    /// What.
    pub kind: NoticeKind,
    /// Of which lead; none for a reminder about nobody's, and for several leads.
    pub lead_id: Option<LeadId>,
    /// Of how many leads, if it is about several; or of how many reminders that are theirs now.
    pub lead_count: Option<i64>,
    /// Of which reminder.
    pub reminder_id: Option<ReminderId>,
    /// Who did it; none when a rule did.
    pub actor: Option<PersonId>,
    /// When it happened.
    pub created_at: Timestamp,
    /// When they read it.
    pub read_at: Option<Timestamp>,
    /// Since when a message is to tell them the same; none when none is, or it was written.
    pub mail_due_at: Option<Timestamp>,
}

impl Notice {
    /// Something new about a lead, which nobody has read.
    pub const fn new(
        id: NoticeId,
        (person_id, kind): (PersonId, NoticeKind),
        lead_id: LeadId,
        actor: Option<PersonId>,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            person_id,
            kind,
            lead_id: Some(lead_id),
            lead_count: None,
            reminder_id: None,
            actor,
            created_at,
            read_at: None,
            mail_due_at: None,
        }
    }

    /// That somebody gave them so many leads at once. Nobody is told of none.
    pub const fn of_leads(
        id: NoticeId,
        (person_id, lead_count): (PersonId, i64),
        actor: PersonId,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            person_id,
            kind: NoticeKind::LeadsGiven,
            lead_id: None,
            lead_count: Some(lead_count),
            reminder_id: None,
            actor: Some(actor),
            created_at,
            read_at: None,
            mail_due_at: None,
        }
    }

    /// That as many were taken from them at once.
    #[must_use]
    pub const fn taken(self) -> Self {
        Self {
            kind: NoticeKind::LeadsTaken,
            ..self
        }
    }

    /// That so many reminders are theirs now. Nobody is told of none.
    pub const fn of_reminders(
        id: NoticeId,
        (person_id, count): (PersonId, i64),
        actor: Option<PersonId>,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            person_id,
            kind: NoticeKind::RemindersGiven,
            lead_id: None,
            lead_count: Some(count),
            reminder_id: None,
            actor,
            created_at,
            read_at: None,
            mail_due_at: None,
        }
    }

    /// The same, told by a message, too.
    #[must_use]
    pub const fn by_mail(self) -> Self {
        Self {
            mail_due_at: Some(self.created_at),
            ..self
        }
    }

    /// Something new about a reminder. Nobody did it: time passed.
    pub const fn of_reminder(
        id: NoticeId,
        (person_id, kind): (PersonId, NoticeKind),
        reminder: &Reminder,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            person_id,
            kind,
            lead_id: reminder.lead_id,
            lead_count: None,
            reminder_id: Some(reminder.id),
            actor: None,
            created_at,
            read_at: None,
            mail_due_at: None,
        }
    }
}

/// Who is to be told that a lead went from somebody to somebody, if anybody: not whoever did it.
pub fn told_of_a_move(
    (from, to): (Option<PersonId>, Option<PersonId>),
    actor: Option<PersonId>,
) -> impl Iterator<Item = (PersonId, NoticeKind)> {
    let moved = from != to;
    let given = to.map(|to| (to, NoticeKind::LeadGiven));
    let taken = from.map(|from| (from, NoticeKind::LeadTaken));
    [given, taken]
        .into_iter()
        .flatten()
        .filter(move |(person, _)| moved && Some(*person) != actor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ids as _, TestIds};

    #[test]
    fn who_gives_or_takes_a_lead_is_not_told_of_it_and_the_others_are() {
        let ids = TestIds::default();
        let [ann, bob, olga] = [(); 3].map(|()| PersonId::from(ids.new_id()));
        let told = |from, to, actor| told_of_a_move((from, to), actor).collect::<Vec<_>>();

        assert_eq!(
            told(Some(ann), Some(bob), Some(olga)),
            [(bob, NoticeKind::LeadGiven), (ann, NoticeKind::LeadTaken)]
        );
        assert_eq!(
            told(Some(ann), Some(bob), Some(ann)),
            [(bob, NoticeKind::LeadGiven)]
        );
        assert_eq!(told(Some(ann), None, Some(olga)), [(ann, NoticeKind::LeadTaken)]);
        assert_eq!(told(None, Some(bob), None), [(bob, NoticeKind::LeadGiven)]);
        assert_eq!(told(None, Some(bob), Some(bob)), []);
        assert_eq!(told(Some(ann), Some(ann), Some(olga)), []);
    }
}
