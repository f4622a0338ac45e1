//! What directories met before, kept small: a file is tried in steps that write nothing, and a row of a later step must
//! meet whom an earlier one would have made.

use std::{
    collections::{BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher as _},
};

use jiff::Timestamp;

use super::{Directory, Person, State};
use crate::{Contact, ContactId, Email, Phone, TenantId};

/// Contacts that would be new or fuller if anything had been written: about a hundred bytes of each, and the name.
#[derive(Debug, Default)]
pub struct Memory {
    entries: Vec<Remembered>,
    by_id: HashMap<ContactId, usize>,
    by_email: HashMap<u64, usize>,
    by_phone: HashMap<u64, usize>,
}

/// Of a contact, what the next row can fill in or is told apart by: its name, hashes of its address and number, and its tags.
#[derive(Debug)]
struct Remembered {
    contact: ContactId,
    name: Option<String>,
    email: Option<u64>,
    /// Zero for words that are no number: nobody is found by them.
    phone: Option<u64>,
    tags: Vec<String>,
}

impl Remembered {
    /// What is there stays: of a contact that was recalled, it may be only a stand-in.
    fn fill(&mut self, now: &Self) {
        if self.name.is_none() {
            self.name.clone_from(&now.name);
        }
        self.email = self.email.or(now.email);
        self.phone = self.phone.or(now.phone);
        // Tags are only added.
        if now.tags.len() > self.tags.len() {
            self.tags.clone_from(&now.tags);
        }
    }
}

/// Stands for what a contact has and nobody will look at.
const SOMETHING: &str = "…";

impl Memory {
    /// Remembers whom a directory made or filled in.
    pub fn remember(&mut self, directory: &Directory) {
        let changed = directory
            .entries
            .iter()
            .filter(|entry| matches!(entry.state, State::Filled | State::New));
        for contact in changed.map(|entry| &entry.contact) {
            let remembered = Remembered {
                contact: contact.id,
                name: contact.full_name.clone(),
                email: contact.email.as_ref().map(hash),
                phone: contact.phone.as_ref().map(|phone| phone.e164().map_or(0, hash)),
                tags: contact.tags.clone(),
            };
            let index = *self.by_id.entry(contact.id).or_insert(self.entries.len());
            self.by_email.extend(remembered.email.map(|email| (email, index)));
            self.by_phone.extend(
                remembered
                    .phone
                    .filter(|phone| *phone != 0)
                    .map(|phone| (phone, index)),
            );
            match self.entries.get_mut(index) {
                Some(known) => known.fill(&remembered),
                None => self.entries.push(remembered),
            }
            let Remembered { email, phone, .. } = self.entries[index];
            self.by_email.extend(email.map(|email| (email, index)));
            self.by_phone
                .extend(phone.filter(|phone| *phone != 0).map(|phone| (phone, index)));
        }
    }

    /// Enters into a directory whom it would know by now, as far as these people could meet them.
    pub fn recall(&self, directory: &mut Directory, tenant_id: &TenantId, people: &[&Person]) {
        let (mut emails, mut phones) = (HashMap::new(), HashMap::new());
        for person in people {
            emails.extend(person.email.as_ref().map(|email| (hash(email), email)));
            let e164 = person
                .phone
                .as_ref()
                .and_then(|phone| Some((hash(phone.e164()?), phone)));
            phones.extend(e164);
        }
        let entries = directory.entries.iter().enumerate();
        let known: HashMap<_, _> = entries.map(|(index, entry)| (entry.contact.id, index)).collect();
        let met: BTreeSet<usize> = (emails.keys().filter_map(|email| self.by_email.get(email)))
            .chain(phones.keys().filter_map(|phone| self.by_phone.get(phone)))
            .chain(known.keys().filter_map(|id| self.by_id.get(id)))
            .copied()
            .collect();
        for index in met {
            let remembered = &self.entries[index];
            let email = remembered.email.map(|hash| match emails.get(&hash) {
                Some(email) => (*email).clone(),
                None => elsewhere(remembered.contact),
            });
            let phone = remembered.phone.map(|hash| match phones.get(&hash) {
                Some(phone) => (*phone).clone(),
                None => Phone::from_stored(SOMETHING.to_owned(), None),
            });
            let contact = Contact {
                full_name: remembered.name.clone(),
                email,
                phone,
                tags: remembered.tags.clone(),
                ..Contact::new(remembered.contact, SOMETHING, Timestamp::UNIX_EPOCH)
            };
            directory.enter_again(tenant_id, contact, known.get(&remembered.contact).copied());
        }
    }
}

/// An address that is only this contact's.
fn elsewhere(contact: ContactId) -> Email {
    let address = format!("{contact}@remembered.invalid");
    address
        .parse()
        .expect("an id and a reserved name make an address")
}

fn hash(key: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish().max(1)
}
