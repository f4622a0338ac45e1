//! What an event leaves behind, as plain values: worked out without a database, written down by one.

use jiff::Timestamp;
use serde_json::Value;

use crate::{ActivityType, LeadProperty, LeadType, matching::Person};

/// What one event leaves behind in its tenant's CRM.
#[derive(Debug, Clone, PartialEq)]
pub struct Effects {
    /// When the visitor did it.
    pub occurred_at: Timestamp,
    /// The browser it came from, if it said which it is. With a person, it is theirs from now on.
    pub visitor: Option<String>,
    /// Whom it speaks of, when it says so: found or made, and everything below is theirs.
    pub person: Option<Person>,
    /// The wish it opens a lead for.
    pub wish: Option<Wish>,
    /// What it adds to the timeline.
    pub happening: Option<Happening>,
    /// What the visitor did: it is added to the timeline of their contact, at once or when somebody knows who they are.
    pub behaviour: Option<Happening>,
    /// The key of the event that it corrects: it joins the lead that one opened, where that is the same person's.
    pub corrects: Option<String>,
    /// How suspicious it is, when somebody must look first: then it leaves nothing else behind.
    pub held: Option<u8>,
}

impl Effects {
    /// Of an event that waits until somebody has looked.
    pub const fn held(occurred_at: Timestamp, score: u8) -> Self {
        Self {
            occurred_at,
            visitor: None,
            person: None,
            wish: None,
            happening: None,
            behaviour: None,
            corrects: None,
            held: Some(score),
        }
    }
}

/// A visitor's wish, as an event tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// What it is about.
    pub lead_type: LeadType,
    /// Which form it came from.
    pub source: String,
    /// When they want it, in their words.
    pub timeframe: Option<String>,
    /// What they wrote.
    pub notes: Option<String>,
    /// The home it is about.
    pub property: LeadProperty,
}

/// Something for the timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// What.
    pub activity_type: ActivityType,
    /// One line for people.
    pub summary: String,
    /// The event's payload, whole: what was agreed to and how they came is proof, not decoration.
    pub metadata: Value,
}
