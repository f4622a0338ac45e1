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
    /// As people read it, and as a phone dials it, if one can.
    pub(crate) phone: Option<(String, Option<String>)>,
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
            phone: contact.phone.as_ref().map(dialled),
            tags: (!contact.tags.is_empty()).then(|| contact.tags.join(", ")),
            first_seen: zone.date(contact.created_at),
        }
    }
}

/// A number as people read it, and as a phone dials it, if one can.
pub(crate) fn dialled(phone: &Phone) -> (String, Option<String>) {
    (phone.display_national(), phone.dialled())
}

/// `AR`.
pub(crate) fn initials(name: &str) -> String {
    let letters = name.split_whitespace().filter_map(|word| word.chars().next());
    letters.take(2).flat_map(char::to_uppercase).collect()
}
