//! Bulk edits: one change to many leads, which can be watched while it goes on and taken back afterwards.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    BulkEditId, CloseReason, Lead, LeadChange, LeadId, LeadStatus, MOST_TAGS, Patch, PersonId,
    text_enum::text_enum,
};

/// Leads that one edit may name, at most. One that means all leads of a list may change any number.
pub const MOST_NAMED: usize = 200;

text_enum! {
    /// How far a bulk edit is.
    pub enum BulkEditStatus {
        /// Leads are being changed.
        Running = "running",
        /// Every lead that was meant had its turn.
        Done = "done",
        /// Leads are being put back.
        Undoing = "undoing",
        /// Every lead that nobody touched since is as it was.
        Undone = "undone",
    }
}

impl BulkEditStatus {
    /// Whether somebody has to work on it.
    pub const fn is_working(self) -> bool {
        matches!(self, Self::Running | Self::Undoing)
    }

    /// What it is once every lead had its turn.
    #[must_use]
    pub const fn once_worked(self) -> Self {
        match self {
            Self::Running | Self::Done => Self::Done,
            Self::Undoing | Self::Undone => Self::Undone,
        }
    }

    /// The word for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Running => "Changing",
            Self::Done => "Changed",
            Self::Undoing => "Undoing",
            Self::Undone => "Undone",
        }
    }
}

text_enum! {
    /// What became of one lead.
    pub enum EditOutcome {
        /// It is as the edit wants it.
        Changed = "changed",
        /// It was so already.
        Same = "same",
        /// It was left alone; the reason says why.
        Skipped = "skipped",
        /// It is as it was before.
        PutBack = "put_back",
        /// It stayed as the edit left it when that was taken back: somebody worked with it since.
        Kept = "kept",
    }
}

/// What is to be different about each lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BulkChange {
    /// Where it stands, and why it ended if it did.
    Status {
        /// The status.
        to: LeadStatus,
        /// A reason for that status.
        reason: Option<CloseReason>,
    },
    /// Whose it is; none to give it back to all.
    AssignedTo(Option<PersonId>),
    /// A word it is to bear.
    AddTag(String),
    /// A word it is not to bear.
    RemoveTag(String),
}

/// Why a lead is left alone, as a whole sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// There is no room for another word.
    #[error("It has {MOST_TAGS} tags already.")]
    TooManyTags,
    /// It was deleted after the edit began.
    #[error("It was deleted in the meantime.")]
    Gone,
    /// Somebody wrote it while we did.
    #[error("Somebody changed it at the same moment.")]
    JustChanged,
}

impl BulkChange {
    /// What this asks of one lead.
    pub fn of(&self, lead: &Lead) -> Result<LeadChange, Unfit> {
        let change = LeadChange::default();
        Ok(match self {
            Self::Status { to, reason } => LeadChange {
                status: Some(*to),
                close_reason: reason.map_or(Patch::Keep, Patch::Set),
                ..change
            },
            Self::AssignedTo(person_id) => LeadChange {
                assigned_to: person_id.map_or(Patch::Clear, Patch::Set),
                ..change
            },
            Self::AddTag(tag) if lead.tags.contains(tag) => change,
            Self::AddTag(_) if lead.tags.len() >= MOST_TAGS => return Err(Unfit::TooManyTags),
            Self::AddTag(tag) => LeadChange {
                tags: Patch::Set(lead.tags.iter().chain([tag]).cloned().collect()),
                ..change
            },
            Self::RemoveTag(tag) => LeadChange {
                tags: Patch::Set(lead.tags.iter().filter(|word| *word != tag).cloned().collect()),
                ..change
            },
        })
    }
}

/// Which leads an edit is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Meant {
    /// These, [`MOST_NAMED`] at most.
    Named(Vec<LeadId>),
    /// All that a list with this query shows and that were there when the edit began.
    Listed(String),
}

/// What a bulk edit may change about a lead, as it was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Before {
    /// Where it stood.
    pub status: LeadStatus,
    /// Why it had ended.
    pub close_reason: Option<CloseReason>,
    /// Whose it was.
    pub assigned_to: Option<PersonId>,
    /// The words on it.
    pub tags: Vec<String>,
}

impl Before {
    /// What of this lead an edit may change.
    pub fn of(lead: &Lead) -> Self {
        Self {
            status: lead.status,
            close_reason: lead.close_reason,
            assigned_to: lead.assigned_to,
            tags: lead.tags.clone(),
        }
    }

    /// The change that puts a lead back.
    pub fn again(&self) -> LeadChange {
        LeadChange {
            status: Some(self.status),
            close_reason: self.close_reason.map_or(Patch::Clear, Patch::Set),
            assigned_to: self.assigned_to.map_or(Patch::Clear, Patch::Set),
            tags: Patch::Set(self.tags.clone()),
            ..LeadChange::default()
        }
    }
}

/// What became of one lead of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedLead {
    /// Which one it was, from 1.
    pub number: i64,
    /// The lead.
    pub lead_id: LeadId,
    /// In a word.
    pub outcome: EditOutcome,
    /// Why, of one that was left alone, as a sentence.
    pub reason: Option<String>,
    /// How it was, of one that was changed.
    pub before: Option<Before>,
    /// The version the edit left it at, of one that was changed.
    pub version: Option<i64>,
}

/// How many leads had which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EditCounts {
    /// Are as the edit wants them.
    pub changed: i64,
    /// Were so already.
    pub same: i64,
    /// Were left alone.
    pub skipped: i64,
    /// Are as they were before.
    pub put_back: i64,
    /// Stayed when the edit was taken back.
    pub kept: i64,
}

impl EditCounts {
    /// Counts one more lead.
    pub const fn add(&mut self, outcome: EditOutcome) {
        let count = match outcome {
            EditOutcome::Changed => &mut self.changed,
            EditOutcome::Same => &mut self.same,
            EditOutcome::Skipped => &mut self.skipped,
            EditOutcome::PutBack => &mut self.put_back,
            EditOutcome::Kept => &mut self.kept,
        };
        *count += 1;
    }
}

/// One change to many leads, and how far we are with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkEdit {
    /// Names it within its tenant.
    pub id: BulkEditId,
    /// What is to be different.
    pub change: BulkChange,
    /// About which leads.
    pub meant: Meant,
    /// How many they were when it began.
    pub lead_count: i64,
    /// How many had their turn since the status last changed.
    pub leads_done: i64,
    /// The lead that had its turn last, by the time it came and its id; none before the first.
    pub last: Option<(Timestamp, LeadId)>,
    /// What became of them.
    pub counts: EditCounts,
    /// How far it is.
    pub status: BulkEditStatus,
    /// Who began it.
    pub created_by: PersonId,
    /// Who set it to what it does now.
    pub started_by: PersonId,
    /// When it began.
    pub created_at: Timestamp,
    /// When any of this last changed.
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock as _, LeadType, TestClock, TestIds};

    fn a_lead(tags: &[&str]) -> Lead {
        let (ids, now) = (TestIds::default(), TestClock::default().now());
        let mut lead = Lead::new(LeadId::new(&ids), LeadType::Buyer, "contact", now);
        lead.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        lead
    }

    fn once(change: &BulkChange, mut lead: Lead) -> Lead {
        let now = TestClock::default().now();
        lead.apply(change.of(&lead).unwrap(), now).unwrap();
        lead
    }

    #[test]
    fn a_tag_is_added_once_and_taken_away_alone() {
        let add = BulkChange::AddTag("spring".to_owned());
        let tagged = once(&add, once(&add, a_lead(&["hot"])));
        assert_eq!(tagged.tags, ["hot", "spring"]);
        assert_eq!(
            once(&BulkChange::RemoveTag("hot".to_owned()), tagged).tags,
            ["spring"]
        );
    }

    #[test]
    fn a_lead_without_room_for_a_tag_is_left_alone_unless_it_has_it() {
        let words: Vec<_> = (0..MOST_TAGS).map(|number| number.to_string()).collect();
        let full = a_lead(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(
            BulkChange::AddTag("one more".to_owned()).of(&full),
            Err(Unfit::TooManyTags)
        );
        assert_eq!(
            BulkChange::AddTag("7".to_owned()).of(&full),
            Ok(LeadChange::default())
        );
    }

    #[test]
    fn what_was_before_comes_back_whatever_the_edit_was() {
        let someone = PersonId::new(&TestIds::default());
        let now = TestClock::default().now();
        let mut before = a_lead(&["hot"]);
        before.status = LeadStatus::Lost;
        before.close_reason = Some(CloseReason::Financing);
        for change in [
            BulkChange::Status {
                to: LeadStatus::Won,
                reason: Some(CloseReason::GreatService),
            },
            BulkChange::AssignedTo(Some(someone)),
            BulkChange::RemoveTag("hot".to_owned()),
            BulkChange::AddTag("spring".to_owned()),
        ] {
            let mut lead = once(&change, before.clone());
            assert_ne!(lead, before);
            lead.apply(Before::of(&before).again(), now).unwrap();
            assert_eq!(lead, before, "{change:?}");
        }
    }
}
