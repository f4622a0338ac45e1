//! Saved views: a list as somebody likes to see it, under a name.

use jiff::Timestamp;

use crate::{PersonId, ViewId, text_enum::text_enum};

text_enum! {
    /// Which list a view is of.
    pub enum ListKind {
        /// Leads.
        Leads = "leads",
        /// Contacts.
        Contacts = "contacts",
    }
}

/// A list with its filters, order and columns, kept by a member for themselves or for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Names the view within its tenant.
    pub id: ViewId,
    /// What it lists.
    pub list: ListKind,
    /// What people call it.
    pub name: String,
    /// The query of the list's address.
    pub query: String,
    /// Whose it is.
    pub owner_id: PersonId,
    /// Whether every member sees it.
    pub is_shared: bool,
    /// How often this was written, from 1.
    pub version: i64,
    /// When it was saved first.
    pub created_at: Timestamp,
    /// When any of this last changed.
    pub updated_at: Timestamp,
}

/// What is to be different about a view. The default changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ViewChange {
    /// What people call it.
    pub name: Option<String>,
    /// The query of the list's address.
    pub query: Option<String>,
    /// Whether every member sees it.
    pub is_shared: Option<bool>,
}

impl SavedView {
    /// Whether this member sees it.
    pub fn is_seen_by(&self, person_id: PersonId) -> bool {
        self.is_shared || self.owner_id == person_id
    }

    /// Changes the view; says whether anything differs.
    pub fn apply(&mut self, change: ViewChange, now: Timestamp) -> bool {
        let before = self.clone();
        self.name = change.name.unwrap_or_else(|| before.name.clone());
        self.query = change.query.unwrap_or_else(|| before.query.clone());
        self.is_shared = change.is_shared.unwrap_or(before.is_shared);
        let differs = *self != before;
        if differs {
            self.updated_at = now;
        }
        differs
    }
}
