//! Who a form says it is from, where that is not whom the CRM took them for: somebody who gave the number of a person
//! whom the workspace knows is that person's lead, and what they called themselves must not be lost.

use serde_json::Value;
use types::{Contact, Phone, Region};

use crate::contacts::Number;

/// What stood below a form, as far as it differs from its contact.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) phone: Option<Number>,
}

impl Signature {
    /// None when the form says nothing else than what the contact says, `submitted` being what it sent.
    pub(super) fn of(submitted: Option<&Value>, contact: Option<&Contact>) -> Option<Self> {
        let (said, contact) = (&submitted?["contact"], contact?);
        let text = |name: &str| said[name].as_str().map(str::trim).filter(|text| !text.is_empty());
        let name = text("name").filter(|name| !is_same(name, contact.full_name.as_deref()));
        let known = contact.email.as_ref().map(ToString::to_string);
        let email = text("email").filter(|email| !is_same(email, known.as_deref()));
        let phone = text("phone").and_then(|text| Phone::parse(text, Region::US).ok());
        let phone = phone.filter(|phone| !is_number_of(phone, contact));
        let is_other = name.is_some() || email.is_some() || phone.is_some();
        is_other.then(|| Self {
            name: name.map(str::to_owned),
            email: email.map(str::to_owned),
            phone: phone.as_ref().map(Number::of),
        })
    }
}

fn is_same(said: &str, known: Option<&str>) -> bool {
    known.is_some_and(|known| known.trim().to_lowercase() == said.to_lowercase())
}

fn is_number_of(said: &Phone, contact: &Contact) -> bool {
    contact
        .phone
        .as_ref()
        .is_some_and(|known| match (known.e164(), said.e164()) {
            (Some(known), Some(said)) => known == said,
            _ => known.original().trim() == said.original().trim(),
        })
}
