//! Bulk edits: one change to many leads or contacts, which can be watched while it goes on and taken back afterwards.

mod unfit;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    BulkEditId, CloseReason, Contact, ContactChange, Lead, LeadChange, LeadStatus, MOST_TAGS, Patch,
    PersonId, text_enum::text_enum,
};

pub use unfit::Unfit;

/// How long what was deleted can be put back.
pub const DELETED_FOR: SignedDuration = SignedDuration::from_mins(10);

/// Records that one edit may name, at most. One that means all of a list may change any number.
pub const MOST_NAMED: usize = 200;

text_enum! {
    /// What kind of record a bulk edit is about.
    pub enum EditSubject {
        /// Leads.
        Leads = "leads",
        /// Contacts.
        Contacts = "contacts",
    }
}

impl EditSubject {
    /// The word for one of them.
    pub const fn one(self) -> &'static str {
        match self {
            Self::Leads => "lead",
            Self::Contacts => "contact",
        }
    }
}

text_enum! {
    /// How far a bulk edit is.
    pub enum BulkEditStatus {
        /// Records are being changed.
        Running = "running",
        /// Every record that was meant had its turn.
        Done = "done",
        /// Records are being put back.
        Undoing = "undoing",
        /// Every record that nobody touched since is as it was.
        Undone = "undone",
    }
}

impl BulkEditStatus {
    /// Whether somebody has to work on it.
    pub const fn is_working(self) -> bool {
        matches!(self, Self::Running | Self::Undoing)
    }

    /// What it is once every record had its turn.
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
    /// What became of one record.
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

/// What is to be different about each record. Contacts have no status and are nobody's alone.
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
    /// It is not to be there.
    Delete,
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
            Self::AddTag(tag) => LeadChange {
                tags: added(tag, &lead.tags)?,
                ..change
            },
            Self::RemoveTag(tag) => LeadChange {
                tags: removed(tag, &lead.tags),
                ..change
            },
            Self::Delete => change,
        })
    }

    /// What this asks of one contact.
    pub fn of_contact(&self, contact: &Contact) -> Result<ContactChange, Unfit> {
        let tags = match self {
            Self::AddTag(tag) => added(tag, &contact.tags)?,
            Self::RemoveTag(tag) => removed(tag, &contact.tags),
            Self::Delete => Patch::Keep,
            Self::Status { .. } | Self::AssignedTo(_) => return Err(Unfit::NotOfContacts),
        };
        Ok(ContactChange {
            tags,
            ..ContactChange::default()
        })
    }

    /// Whether such records have what is to be different.
    pub const fn fits(&self, subject: EditSubject) -> bool {
        match subject {
            EditSubject::Leads => true,
            EditSubject::Contacts => matches!(self, Self::AddTag(_) | Self::RemoveTag(_) | Self::Delete),
        }
    }
}

fn added(tag: &String, tags: &[String]) -> Result<Patch<Vec<String>>, Unfit> {
    match tags {
        tags if tags.contains(tag) => Ok(Patch::Keep),
        tags if tags.len() >= MOST_TAGS => Err(Unfit::TooManyTags),
        tags => Ok(Patch::Set(tags.iter().chain([tag]).cloned().collect())),
    }
}

fn removed(tag: &String, tags: &[String]) -> Patch<Vec<String>> {
    Patch::Set(tags.iter().filter(|word| *word != tag).cloned().collect())
}

/// Which leads or contacts an edit is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Meant {
    /// These, [`MOST_NAMED`] at most.
    Named(Vec<Uuid>),
    /// All that a list with this query shows and that were there when the edit began.
    Listed(String),
}

/// What a bulk edit may change about a record, as it was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Before {
    /// About a lead. Tried first when it is read: it has all that a contact has.
    Lead(LeadBefore),
    /// About a contact.
    Contact(ContactBefore),
}

/// What a bulk edit may change about a contact, as it was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactBefore {
    /// The words on them.
    pub tags: Vec<String>,
}

impl ContactBefore {
    /// What of this contact an edit may change.
    pub fn of(contact: &Contact) -> Self {
        Self {
            tags: contact.tags.clone(),
        }
    }

    /// The change that puts a contact back.
    pub fn again(&self) -> ContactChange {
        ContactChange {
            tags: Patch::Set(self.tags.clone()),
            ..ContactChange::default()
        }
    }
}

/// What a bulk edit may change about a lead, as it was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeadBefore {
    /// Where it stood.
    pub status: LeadStatus,
    /// Why it had ended.
    pub close_reason: Option<CloseReason>,
    /// Whose it was.
    pub assigned_to: Option<PersonId>,
    /// The words on it.
    pub tags: Vec<String>,
    /// What the database had worked out of it, if the edit changes that; none in one that was begun before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<LeadNumbers>,
}

/// What the database works out of a lead and keeps in it: its status writes it, and undoing that must put it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeadNumbers {
    /// After how many microseconds it was answered; none while it waits.
    pub answered_after: Option<i64>,
    /// Whether it was qualified or won before it went on.
    pub was_qualified: bool,
}

impl LeadBefore {
    /// What of this lead an edit may change.
    pub fn of(lead: &Lead) -> Self {
        Self {
            status: lead.status,
            close_reason: lead.close_reason,
            assigned_to: lead.assigned_to,
            tags: lead.tags.clone(),
            numbers: None,
        }
    }

    /// Whoever it was goes no more among those who may have leads: put back, it is nobody's.
    pub fn only_of(&mut self, may_have: &[PersonId]) {
        self.assigned_to = self.assigned_to.filter(|person| may_have.contains(person));
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

/// What became of one record of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedRecord {
    /// Which one it was, from 1.
    pub number: i64,
    /// The lead's or contact's id.
    pub record_id: Uuid,
    /// In a word.
    pub outcome: EditOutcome,
    /// Why, of one that was left alone, as a sentence.
    pub reason: Option<String>,
    /// How it was, of one that was changed.
    pub before: Option<Before>,
    /// The version the edit left it at, of one that was changed.
    pub version: Option<i64>,
}

/// How many records had which outcome.
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
    /// Counts one more record.
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

/// One change to many records, and how far we are with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkEdit {
    /// Names it within its tenant.
    pub id: BulkEditId,
    /// What is to be different.
    pub change: BulkChange,
    /// What kind of record it is about.
    pub subject: EditSubject,
    /// Which of them.
    pub meant: Meant,
    /// How many they were when it began.
    pub record_count: i64,
    /// How many had their turn since the status last changed.
    pub records_done: i64,
    /// The record that had its turn last, by the time it came and its id; none before the first.
    pub last: Option<(Timestamp, Uuid)>,
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
    /// When what a deletion took is forgotten, once it is over.
    pub forget_at: Option<Timestamp>,
}

impl BulkEdit {
    /// Until when it can be undone, of a deletion that can; none of anything else.
    pub fn undo_until(&self) -> Option<Timestamp> {
        self.forget_at.filter(|_| self.status == BulkEditStatus::Done)
    }

    /// Whether it can be undone now, as far as it is known how it stands.
    pub fn may_be_undone(&self, now: Timestamp) -> bool {
        let is_in_time = match self.change {
            BulkChange::Delete => self.undo_until().is_some_and(|until| now < until),
            _ => true,
        };
        self.status == BulkEditStatus::Done && self.counts.changed > 0 && is_in_time
    }
}

#[cfg(test)]
mod tests;
