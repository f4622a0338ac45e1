//! How long a lead may still wait for a person to answer: derived whenever it is shown, never stored.

use jiff::{SignedDuration, Timestamp};

use crate::{Lead, LeadStatus, OfficeHours, text_enum::text_enum};

/// Where a lead's first-response clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstResponse {
    /// Nobody answered yet, and there is so much time left.
    Waiting(SignedDuration),
    /// Nobody answered yet, and it is late; so much time is left.
    Late(SignedDuration),
    /// Nobody answered within the quarter of an hour that a visitor gives us; by how much.
    Overdue(SignedDuration),
    /// Somebody answered.
    Answered,
    /// The lead moved on without an answer on record: nothing to hurry for.
    Settled,
}

text_enum! {
    /// Where the clock of a lead stands that nobody answered.
    pub enum ResponseState {
        /// There is time.
        Waiting = "waiting",
        /// It is late.
        Late = "late",
        /// The deadline is over.
        Overdue = "overdue",
    }
}

impl FirstResponse {
    /// From here on it is late: who is answered before that was answered in time.
    pub const LATE: SignedDuration = SignedDuration::from_mins(5);
    /// From here on it is overdue.
    pub const DUE: SignedDuration = SignedDuration::from_mins(15);

    /// Reads the clock of a lead that a member first answered at `answered_at`. It stands still while the office is closed.
    pub fn of(lead: &Lead, answered_at: Option<Timestamp>, (hours, now): (&OfficeHours, Timestamp)) -> Self {
        if answered_at.is_some() {
            return Self::Answered;
        }
        if lead.status != LeadStatus::New {
            return Self::Settled;
        }
        let due_at = hours.after(lead.created_at, Self::DUE);
        if due_at <= now {
            Self::Overdue(now.duration_since(due_at))
        } else if hours.after(lead.created_at, Self::LATE) <= now {
            Self::Late(due_at.duration_since(now))
        } else {
            Self::Waiting(due_at.duration_since(now))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, LeadId, LeadType, TestClock, TestIds};

    fn a_lead(status: LeadStatus) -> Lead {
        let now = TestClock::default().now();
        Lead {
            status,
            ..Lead::new(
                LeadId::new(&TestIds::default()),
                LeadType::WebsiteLead,
                "contact",
                now,
            )
        }
    }

    #[test]
    fn the_clock_runs_until_somebody_answers() {
        let minutes = SignedDuration::from_mins;
        let after = |waited| TestClock::default().now() + minutes(waited);
        let new = a_lead(LeadStatus::New);
        for (waited, expected) in [
            (4, FirstResponse::Waiting(minutes(11))),
            (5, FirstResponse::Late(minutes(10))),
            (14, FirstResponse::Late(minutes(1))),
            (15, FirstResponse::Overdue(minutes(0))),
            (53, FirstResponse::Overdue(minutes(38))),
        ] {
            assert_eq!(
                FirstResponse::of(&new, None, (&OfficeHours::ALWAYS, after(waited))),
                expected
            );
        }
        assert_eq!(
            FirstResponse::of(&new, Some(after(20)), (&OfficeHours::ALWAYS, after(53))),
            FirstResponse::Answered
        );
        let lost = a_lead(LeadStatus::Lost);
        assert_eq!(
            FirstResponse::of(&lost, None, (&OfficeHours::ALWAYS, after(53))),
            FirstResponse::Settled
        );
    }
}
