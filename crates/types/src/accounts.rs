//! Visitors who proved an e-mail address, and what they keep.

use jiff::Timestamp;

use crate::{AccountId, Email, SavedSearchId};

/// A visitor's account at one tenant's website. At another they are somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Names the account within its tenant.
    pub id: AccountId,
    /// The address they proved.
    pub email: Email,
    /// Their first name, if they said.
    pub first_name: Option<String>,
    /// Their last name, if they said.
    pub last_name: Option<String>,
    /// When they first signed in.
    pub created_at: Timestamp,
}

/// A search that a visitor keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    /// Names the search within its tenant.
    pub id: SavedSearchId,
    /// What they call it.
    pub name: String,
    /// The query of the search page, without the page: `towns=wilton&beds=3`.
    pub query: String,
    /// Whether they want to hear of new homes.
    pub alerts: bool,
    /// When they kept it.
    pub created_at: Timestamp,
}
