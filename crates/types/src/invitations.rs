//! Invitations: an owner lets somebody in by a link in a message, which is good once and for a while.

use jiff::{SignedDuration, Timestamp};

use crate::{Email, InvitationId, PersonId, Role, text_enum::text_enum};

text_enum! {
    /// What became of an invitation.
    pub enum InvitationState {
        /// Its link is good.
        Waiting = "waiting",
        /// Whoever was invited came.
        Taken = "taken",
        /// Nobody came in time.
        RanOut = "ran_out",
        /// An owner took it back.
        Withdrawn = "withdrawn",
    }
}

impl InvitationState {
    /// The state as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Taken => "Taken",
            Self::RanOut => "Ran out",
            Self::Withdrawn => "Withdrawn",
        }
    }
}

/// Somebody is asked to become a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Names the invitation within its tenant.
    pub id: InvitationId,
    /// Who is asked, and the address they sign in with.
    pub email: Email,
    /// What they may do then.
    pub role: Role,
    /// The owner who asks.
    pub made_by: PersonId,
    /// What to call them.
    pub made_by_name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the message was written, the last one.
    pub sent_at: Timestamp,
    /// How many messages that were.
    pub sent_count: i64,
    /// Until when the link of the last one is good.
    pub expires_at: Timestamp,
    /// When it was taken back.
    pub withdrawn_at: Option<Timestamp>,
    /// When it was taken.
    pub taken_at: Option<Timestamp>,
}

impl Invitation {
    /// For so long a link is good.
    pub const LIFE: SignedDuration = SignedDuration::from_hours(24 * 7);

    /// The most messages about one invitation: a mailbox that is sent more is bothered.
    pub const MOST_SENT: i64 = 5;

    /// What became of it.
    pub fn state(&self, now: Timestamp) -> InvitationState {
        match (self.taken_at, self.withdrawn_at) {
            (Some(_), _) => InvitationState::Taken,
            (None, Some(_)) => InvitationState::Withdrawn,
            (None, None) if self.expires_at <= now => InvitationState::RanOut,
            (None, None) => InvitationState::Waiting,
        }
    }
}
