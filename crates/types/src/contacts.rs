//! Contacts: the people a tenant knows.

use jiff::Timestamp;

use crate::{ContactId, Email, Phone};

/// A person a tenant knows, once per tenant by e-mail and by phone.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    /// Names the contact within its tenant.
    pub id: ContactId,
    /// What to call them.
    pub full_name: Option<String>,
    /// Where to write to.
    pub email: Option<Email>,
    /// Where to ring, as they wrote it and as E.164 where that could be read.
    pub phone: Option<Phone>,
    /// Where they came from: a form's name, `csv_import`, [`CRM_MANUAL`](crate::sources::CRM_MANUAL)…
    pub source: String,
    /// Words the tenant put on them.
    pub tags: Vec<String>,
    /// How often this was written, from 1.
    pub version: i64,
    /// When they were first known.
    pub created_at: Timestamp,
    /// When any of this last changed.
    pub updated_at: Timestamp,
}

impl Contact {
    /// A contact of whom nothing is known yet but where they came from.
    pub fn new(id: ContactId, source: impl Into<String>, at: Timestamp) -> Self {
        Self {
            id,
            full_name: None,
            email: None,
            phone: None,
            source: source.into(),
            tags: Vec::new(),
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }

    /// What to show where a name belongs: the name, else the address, else the number.
    pub fn display_name(&self) -> &str {
        let address = || self.email.as_ref().map(Email::as_str);
        let number = || self.phone.as_ref().map(Phone::original);
        self.full_name
            .as_deref()
            .or_else(address)
            .or_else(number)
            .unwrap_or("Unknown visitor")
    }
}
