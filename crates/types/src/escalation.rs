//! What becomes of a reminder that nobody does: whoever shall do it is told, and then the owners, each once.

use jiff::{SignedDuration, Timestamp};

use crate::{Member, NoticeKind, PersonId, Reminder, Role};

/// How far it was told that a reminder is overdue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Escalation {
    /// When it was told first: to whoever shall do it, if they can.
    pub told_at: Option<Timestamp>,
    /// When it was told to the owners.
    pub owners_told_at: Option<Timestamp>,
}

/// Whether whoever shall do a reminder sees what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InSight {
    /// They do.
    Seen,
    /// They do not: it is for whoever has the lead, if anybody has.
    Hidden(Option<PersonId>),
}

impl Escalation {
    /// Overdue for so long, a reminder is told to whoever shall do it.
    pub const AFTER: SignedDuration = SignedDuration::from_hours(24);
    /// Overdue for so long, it is told to the owners.
    pub const TO_OWNERS_AFTER: SignedDuration = SignedDuration::from_hours(3 * 24);
    /// What is overdue for longer is no news: it was left lying when nobody was told yet.
    pub const NEVER_AFTER: SignedDuration = SignedDuration::from_hours(14 * 24);

    /// How far it is told from now on, and whom that takes.
    ///
    /// Whoever has left, or takes no leads for now, does not do it: the owners hear of theirs at once. Of their own an
    /// owner hears first, like anybody. Whoever does not see what it is about hears nothing: the lead's holder does in
    /// their place, or else the owners.
    pub fn next(
        self,
        (reminder, sight): (&Reminder, InSight),
        members: &[Member],
        now: Timestamp,
    ) -> (Self, Vec<(PersonId, NoticeKind)>) {
        let waited = now.duration_since(reminder.due_at);
        let first_told = match sight {
            InSight::Seen => Some(reminder.assigned_to),
            InSight::Hidden(holder) => holder,
        };
        let first_told = members.iter().find(|member| Some(member.person_id) == first_told);
        let is_first = self.told_at.is_none() && waited >= Self::AFTER;
        let can_do_it = first_told.is_some_and(|member| !member.is_paused);
        let is_for_owners = waited >= Self::TO_OWNERS_AFTER || (is_first && !can_do_it);
        let owners = members.iter().filter(|member| {
            let is_another = first_told.is_none_or(|first| first.person_id != member.person_id);
            is_for_owners && self.owners_told_at.is_none() && is_another && member.role == Role::Owner
        });
        let owners = owners.map(|owner| (owner.person_id, NoticeKind::ReminderEscalated));
        let owners: Vec<_> = owners.collect();
        let kind = match sight {
            InSight::Seen => NoticeKind::ReminderOverdue,
            InSight::Hidden(_) => NoticeKind::ReminderEscalated,
        };
        // Somebody has to hear of it: a paused owner without another does.
        let is_theirs = is_first && (can_do_it || owners.is_empty());
        let theirs = first_told.filter(|_| is_theirs);
        let theirs = theirs.map(|member| (member.person_id, kind));
        let next = Self {
            told_at: self.told_at.or(is_first.then_some(now)),
            owners_told_at: self.owners_told_at.or(is_for_owners.then_some(now)),
        };
        (next, theirs.into_iter().chain(owners).collect())
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;
    use crate::{Clock as _, ReminderId, TestClock, TestIds};

    const THEIRS: NoticeKind = NoticeKind::ReminderOverdue;
    const OWNERS: NoticeKind = NoticeKind::ReminderEscalated;

    struct Office {
        reminder: Reminder,
        sight: InSight,
        ann: Member,
        olga: Member,
    }

    fn an_office() -> Office {
        let (ids, now) = (TestIds::default(), TestClock::default().now());
        let member = |name: &str, role| Member {
            person_id: PersonId::new(&ids),
            email: format!("{name}@example.com").parse().unwrap(),
            name: name.to_owned(),
            role,
            is_paused: false,
            created_at: now,
        };
        let ann = member("ann", Role::Agent);
        Office {
            sight: InSight::Seen,
            reminder: Reminder {
                id: ReminderId::new(&ids),
                title: "Call Ana back".to_owned(),
                due_at: now,
                lead_id: None,
                contact_id: None,
                assigned_to: ann.person_id,
                created_by: ann.person_id,
                completed: None,
                version: 1,
                created_at: now,
                updated_at: now,
            },
            ann,
            olga: member("olga", Role::Owner),
        }
    }

    impl Office {
        fn told(&self, so_far: Escalation, hours: i64) -> (Escalation, Vec<(PersonId, NoticeKind)>) {
            let members = [self.ann.clone(), self.olga.clone()];
            let reminder = (&self.reminder, self.sight);
            so_far.next(reminder, &members, self.reminder.due_at + hours.hours())
        }
    }

    #[test]
    fn whoever_shall_do_it_is_told_after_a_day_and_the_owners_after_three() {
        let office = an_office();
        let (ann, olga) = (office.ann.person_id, office.olga.person_id);

        assert_eq!(
            office.told(Escalation::default(), 23),
            (Escalation::default(), vec![])
        );
        let (once, told) = office.told(Escalation::default(), 24);
        assert_eq!(told, [(ann, THEIRS)]);
        assert_eq!(office.told(once, 71), (once, vec![]));
        let (twice, told) = office.told(once, 72);
        assert_eq!(told, [(olga, OWNERS)]);
        assert_eq!(office.told(twice, 300), (twice, vec![]));
        let (_, both) = office.told(Escalation::default(), 72);
        assert_eq!(both, [(ann, THEIRS), (olga, OWNERS)]);
    }

    #[test]
    fn what_somebody_cannot_do_is_told_to_the_owners_at_once_and_only_once() {
        let mut office = an_office();
        let olga = office.olga.person_id;
        office.ann.is_paused = true;
        let (at_once, told) = office.told(Escalation::default(), 24);
        assert_eq!(told, [(olga, OWNERS)]);
        assert_eq!(office.told(at_once, 72).1, []);

        office.reminder.assigned_to = PersonId::new(&TestIds::default());
        let gone = Escalation::default().next(
            (&office.reminder, InSight::Seen),
            std::slice::from_ref(&office.olga),
            office.reminder.due_at + 24.hours(),
        );
        assert_eq!(gone.1, [(olga, OWNERS)]);
    }

    #[test]
    fn what_somebody_does_not_see_is_told_to_the_leads_holder_or_else_to_the_owners() {
        let mut office = an_office();
        let (ann, olga) = (office.ann.person_id, office.olga.person_id);
        office.reminder.assigned_to = PersonId::new(&TestIds::default());
        office.sight = InSight::Hidden(Some(ann));
        let (once, told) = office.told(Escalation::default(), 24);
        assert_eq!(told, [(ann, OWNERS)]);
        assert_eq!(office.told(once, 72).1, [(olga, OWNERS)]);

        office.reminder.assigned_to = ann;
        office.sight = InSight::Hidden(None);
        let (once, told) = office.told(Escalation::default(), 24);
        assert_eq!(told, [(olga, OWNERS)]);
        assert_eq!(office.told(once, 72).1, []);

        office.sight = InSight::Hidden(Some(olga));
        let (_, told) = office.told(Escalation::default(), 72);
        assert_eq!(told, [(olga, OWNERS)], "once, though they own the place, too");
    }

    #[test]
    fn an_owner_without_another_hears_of_their_own() {
        let mut office = an_office();
        let olga = office.olga.person_id;
        office.reminder.assigned_to = olga;
        office.olga.is_paused = true;

        let (once, told) = office.told(Escalation::default(), 24);

        assert_eq!(told, [(olga, THEIRS)]);
        assert_eq!(office.told(once, 72).1, []);
    }
}
