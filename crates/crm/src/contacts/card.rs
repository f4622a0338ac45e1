//! Who somebody is, at a glance: beside their lead, and on their own page.

use server::page::thousands;
use types::{Contact, Phone};

use crate::zone::Zone;

/// Somebody's name, ways to reach them, and since when they are known.
pub(crate) struct ContactCard {
    pub(crate) href: String,
    pub(crate) initials: String,
    pub(crate) name: String,
    pub(crate) leads: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<Number>,
    /// With commas between them.
    pub(crate) tags: Option<String>,
    pub(crate) first_seen: String,
}

impl ContactCard {
    pub(crate) fn new(contact: &Contact, leads: i64, zone: &Zone) -> Self {
        let name = contact.display_name();
        Self {
            href: format!("/contacts/{}", contact.id),
            initials: initials(name),
            name: name.to_owned(),
            leads: match leads {
                1 => "1 lead".to_owned(),
                many => format!("{} leads", thousands(many)),
            },
            email: contact.email.as_ref().map(ToString::to_string),
            phone: contact.phone.as_ref().map(Number::of),
            tags: (!contact.tags.is_empty()).then(|| contact.tags.join(", ")),
            first_seen: zone.date(contact.created_at),
        }
    }
}

/// A number as a page shows it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// As people read it.
    pub(crate) shown: String,
    /// As a phone dials it; none when there is nothing to dial.
    pub(crate) dialled: Option<String>,
    /// Whether it was kept as it was typed, because it reads as no number.
    pub(crate) is_doubtful: bool,
}

impl Number {
    pub(crate) fn of(phone: &Phone) -> Self {
        Self {
            shown: phone.display_national(),
            dialled: phone.dialled(),
            is_doubtful: phone.e164().is_none(),
        }
    }
}

/// What is told of somebody who was saved: that the number is none, if it is none.
pub(crate) fn saved(told: &'static str, contact: &Contact) -> String {
    format!("{told}{}", doubt(contact))
}

/// A sentence, and a space before it, about a number that is none.
pub(super) fn doubt(contact: &Contact) -> String {
    match &contact.phone {
        Some(phone) if phone.e164().is_none() => format!(
            " The phone is kept as it was typed: “{}” is no full number.",
            phone.original()
        ),
        _ => String::new(),
    }
}

/// `AR`.
pub(crate) fn initials(name: &str) -> String {
    let letters = name.split_whitespace().filter_map(|word| word.chars().next());
    letters.take(2).flat_map(char::to_uppercase).collect()
}
