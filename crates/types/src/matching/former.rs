//! What merged contacts were reached by.

use super::Person;
use crate::{ContactId, Email, Phone, TenantId};

/// Where an address or a number leads that was a contact's before it was merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// Whose contact it is.
    pub tenant_id: TenantId,
    /// The contact that is left.
    pub contact_id: ContactId,
    /// The address.
    pub email: Option<Email>,
    /// The number, as it is dialled.
    pub e164: Option<String>,
}

impl Former {
    /// Whether this person has the address.
    pub fn has_email_of(&self, tenant_id: &TenantId, person: &Person) -> bool {
        self.tenant_id == *tenant_id && self.email.is_some() && self.email == person.email
    }

    /// Whether this person has the number.
    pub fn has_phone_of(&self, tenant_id: &TenantId, person: &Person) -> bool {
        let dialled = person.phone.as_ref().and_then(Phone::e164);
        self.tenant_id == *tenant_id && dialled.is_some() && self.e164.as_deref() == dialled
    }
}
