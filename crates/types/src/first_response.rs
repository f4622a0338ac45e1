//! How long a lead has waited for a person to answer: derived whenever it is shown, never stored.

use jiff::{SignedDuration, Timestamp};

use crate::{Lead, LeadStatus};

/// Where a lead's first-response clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstResponse {
    /// Nobody answered yet, and there is time.
    Waiting(SignedDuration),
    /// Nobody answered yet, and it is late.
    Late(SignedDuration),
    /// Nobody answered within the quarter of an hour that a visitor gives us; by how much.
    Overdue(SignedDuration),
    /// Somebody answered.
    Answered,
    /// The lead moved on without an answer on record: nothing to hurry for.
    Settled,
}

impl FirstResponse {
    /// From here on it is late: who is answered before that was answered in time.
    pub const LATE: SignedDuration = SignedDuration::from_mins(5);
    /// From here on it is overdue.
    const DUE: SignedDuration = SignedDuration::from_mins(15);

    /// Reads the clock of a lead that a member first answered at `answered_at`.
    pub fn of(lead: &Lead, answered_at: Option<Timestamp>, now: Timestamp) -> Self {
        if answered_at.is_some() {
            return Self::Answered;
        }
        if lead.status != LeadStatus::New {
            return Self::Settled;
        }
        let waited = now.duration_since(lead.created_at);
        if waited < Self::LATE {
            Self::Waiting(waited)
        } else if waited < Self::DUE {
            Self::Late(waited)
        } else {
            Self::Overdue(waited - Self::DUE)
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
            (4, FirstResponse::Waiting(minutes(4))),
            (5, FirstResponse::Late(minutes(5))),
            (14, FirstResponse::Late(minutes(14))),
            (15, FirstResponse::Overdue(minutes(0))),
            (53, FirstResponse::Overdue(minutes(38))),
        ] {
            assert_eq!(FirstResponse::of(&new, None, after(waited)), expected);
        }
        assert_eq!(
            FirstResponse::of(&new, Some(after(20)), after(53)),
            FirstResponse::Answered
        );
        let lost = a_lead(LeadStatus::Lost);
        assert_eq!(FirstResponse::of(&lost, None, after(53)), FirstResponse::Settled);
    }
}
