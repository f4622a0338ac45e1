//! Whose wish is it? Finds the contact an event speaks of among those known, or makes it; never a second one for
//! the same person.
//!
//! The e-mail decides, else the phone. What a contact already says of itself stays: only empty fields are filled, and
//! tags are added.
//! When the e-mail is one contact's and the phone another's, the e-mail's contact it is, the phone stays where it
//! is, and somebody is asked whether the two are one.
//!
//! Lists of people name everybody, and in a list two may share a number: where [`Directory::tell_apart_by_name`] was
//! asked for, it leads to nobody of another name.

mod former;
mod memory;
mod names;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

pub use former::Former;
use jiff::Timestamp;
pub use memory::Memory;
use names::differ;

use crate::{Contact, ContactId, Email, Ids, MOST_TAGS, Phone, TenantId};

/// A person as an event describes them, with at least one way to reach them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What to call them.
    pub name: Option<String>,
    /// Where to write to.
    pub email: Option<Email>,
    /// Where to ring.
    pub phone: Option<Phone>,
    /// Where they would come from, if nobody knows them yet.
    pub source: String,
    /// Words on them, added to what is known.
    pub tags: Vec<String>,
}

/// Stands before a tag that was added, among what a contact was filled with.
pub const TAG: &str = "tag:";

/// How a person was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// Their contact.
    pub contact_id: ContactId,
    /// Whether nobody knew them.
    pub is_new: bool,
    /// What their contact lacked until now: `name`, `email`, `phone`, and each tag behind [`TAG`].
    pub filled: Vec<String>,
    /// What of theirs their contact did not take: it has another one, or another contact has theirs.
    pub left_out: Vec<Reach>,
    /// The version their contact has once this is written.
    pub version: i64,
}

/// A way to reach a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Their address.
    Email,
    /// Their number.
    Phone,
}

/// Why a person is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmet {
    /// What leads to their contact; it is hidden.
    Hidden(Reach),
    /// Nothing but their number leads to a contact, and that has another name. They would be a contact that nobody could
    /// reach, since no two have the same number.
    NamedOtherwise,
}

/// Two contacts that may be one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspicion {
    /// Whose contacts they are.
    pub tenant_id: TenantId,
    /// The one the e-mail named.
    pub contact_id: ContactId,
    /// The one the phone named.
    pub other_id: ContactId,
}

/// The contacts that a batch of events may speak of, as the database knows them, and what the batch makes of them.
///
/// Several events may speak of one person, also one nobody knew before: they meet here.
#[derive(Debug, Default)]
pub struct Directory {
    entries: Vec<Entry>,
    by_email: HashMap<(TenantId, Email), usize>,
    by_phone: HashMap<(TenantId, String), usize>,
    suspicions: BTreeMap<(ContactId, ContactId), Suspicion>,
    lines: Lines,
}

/// Whom a number leads to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Lines {
    /// Whoever has it.
    #[default]
    OfOne,
    /// Whoever has it, unless they are named otherwise.
    Shared,
}

#[derive(Debug)]
struct Entry {
    tenant_id: TenantId,
    contact: Contact,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Known, but not to whoever brings these people.
    Hidden,
    Known,
    Filled,
    New,
}

impl Directory {
    /// Enters a contact that is known already.
    pub fn enter(&mut self, tenant_id: TenantId, contact: Contact) {
        self.add(Entry {
            tenant_id,
            contact,
            state: State::Known,
        });
    }

    /// Enters a contact, in place of what was known of it if something was.
    fn enter_again(&mut self, tenant_id: &TenantId, contact: Contact, known: Option<usize>) {
        match known {
            Some(index) => {
                self.entries[index].contact = contact;
                self.index(index);
            }
            None => self.enter(tenant_id.clone(), contact),
        }
    }

    /// Lets addresses and numbers lead to contacts that were entered, unless they are somebody's by now. Of two that lead
    /// elsewhere the first counts.
    pub fn lead(&mut self, former: Vec<Former>) {
        let entries = self.entries.iter().enumerate();
        let entered: HashMap<_, _> = entries.map(|(index, entry)| (entry.contact.id, index)).collect();
        for former in former {
            let Some(index) = entered.get(&former.contact_id) else {
                continue;
            };
            if let Some(email) = former.email {
                let key = (former.tenant_id.clone(), email);
                self.by_email.entry(key).or_insert(*index);
            }
            if let Some(e164) = former.e164 {
                self.by_phone.entry((former.tenant_id, e164)).or_insert(*index);
            }
        }
    }

    /// The contacts that are known already.
    pub fn known(&self) -> Vec<ContactId> {
        let known = self.entries.iter().filter(|entry| entry.state == State::Known);
        known.map(|entry| entry.contact.id).collect()
    }

    /// Hides every contact but these from whoever brings people: ask [`Directory::unmet`] of each before they are met.
    pub fn hide_all_but(&mut self, seen: &HashSet<ContactId>) {
        for entry in &mut self.entries {
            if !seen.contains(&entry.contact.id) {
                entry.state = State::Hidden;
            }
        }
    }

    /// From now on a number leads to nobody who is named otherwise than the person who gives it. Ask [`Directory::unmet`]
    /// of each before they are met.
    pub fn tell_apart_by_name(&mut self) {
        self.lines = Lines::Shared;
    }

    /// Why this person cannot be met; none when they can.
    pub fn unmet(&self, tenant_id: &TenantId, person: &Person) -> Option<Unmet> {
        let is_hidden = |index: usize| self.entries[index].state == State::Hidden;
        let email = person.email.as_ref();
        if let Some(index) = email.and_then(|email| self.with_email(tenant_id, email)) {
            return is_hidden(index).then_some(Unmet::Hidden(Reach::Email));
        }
        let phone = person.phone.as_ref();
        let index = phone.and_then(|phone| self.with_phone(tenant_id, phone))?;
        if is_hidden(index) {
            return Some(Unmet::Hidden(Reach::Phone));
        }
        let is_unreached = email.is_none() && self.is_named_otherwise(index, person);
        is_unreached.then_some(Unmet::NamedOtherwise)
    }

    /// Whether somebody else shares this contact's line, as far as names tell. Of a number that a contact had before it was
    /// merged nobody knows the name.
    fn is_named_otherwise(&self, index: usize, person: &Person) -> bool {
        let known = &self.entries[index].contact;
        let dialled = |phone: &Option<Phone>| phone.as_ref()?.e164().map(str::to_owned);
        let names = known.full_name.as_deref().zip(person.name.as_deref());
        self.lines == Lines::Shared
            && dialled(&known.phone) == dialled(&person.phone)
            && names.is_some_and(|(known, name)| differ(known, name))
    }

    /// The contact of this person: found, filled with what it lacked, or made.
    pub fn find_or_add(
        &mut self,
        tenant_id: &TenantId,
        person: &Person,
        ids: &dyn Ids,
        now: Timestamp,
    ) -> ContactId {
        self.meet(tenant_id, person, ids, now).contact_id
    }

    /// The same, saying how they were met.
    pub fn meet(&mut self, tenant_id: &TenantId, person: &Person, ids: &dyn Ids, now: Timestamp) -> Met {
        let by_email = person
            .email
            .as_ref()
            .and_then(|email| self.with_email(tenant_id, email));
        let by_phone = person
            .phone
            .as_ref()
            .and_then(|phone| self.with_phone(tenant_id, phone));
        let met = match (by_email, by_phone) {
            (Some(index), Some(other)) if index != other => {
                self.suspect(index, other);
                self.fill(index, &without_phone(person), now)
            }
            (None, Some(other)) if person.email.is_some() && self.is_named_otherwise(other, person) => {
                let met = self.make(tenant_id, &without_phone(person), ids, now);
                self.suspect(self.entries.len() - 1, other);
                met
            }
            (Some(index), _) | (None, Some(index)) => self.fill(index, person, now),
            (None, None) => self.make(tenant_id, person, ids, now),
        };
        Met {
            left_out: self.left_out(tenant_id, person, met.contact_id),
            ..met
        }
    }

    /// What of a person does not lead to the contact they were met as.
    fn left_out(&self, tenant_id: &TenantId, person: &Person, met: ContactId) -> Vec<Reach> {
        let leads_there =
            |index: Option<usize>| index.is_some_and(|index| self.entries[index].contact.id == met);
        let email = person
            .email
            .as_ref()
            .filter(|email| !leads_there(self.with_email(tenant_id, email)));
        let dialled = person.phone.as_ref().filter(|phone| phone.e164().is_some());
        let phone = dialled.filter(|phone| !leads_there(self.with_phone(tenant_id, phone)));
        let left_out = [email.map(|_| Reach::Email), phone.map(|_| Reach::Phone)];
        left_out.into_iter().flatten().collect()
    }

    /// Contacts that nobody knew, in the order they were met.
    pub fn new_contacts(&self) -> impl Iterator<Item = (&TenantId, &Contact)> {
        self.in_state(State::New)
    }

    /// Known contacts that have something they lacked.
    pub fn filled_contacts(&self) -> impl Iterator<Item = (&TenantId, &Contact)> {
        self.in_state(State::Filled)
    }

    /// Contacts that may be one person, each pair once.
    pub fn suspicions(&self) -> impl Iterator<Item = &Suspicion> {
        self.suspicions.values()
    }

    fn in_state(&self, state: State) -> impl Iterator<Item = (&TenantId, &Contact)> {
        let entries = self.entries.iter().filter(move |entry| entry.state == state);
        entries.map(|entry| (&entry.tenant_id, &entry.contact))
    }

    fn with_email(&self, tenant_id: &TenantId, email: &Email) -> Option<usize> {
        self.by_email.get(&(tenant_id.clone(), email.clone())).copied()
    }

    fn with_phone(&self, tenant_id: &TenantId, phone: &Phone) -> Option<usize> {
        self.by_phone
            .get(&(tenant_id.clone(), phone.e164()?.to_owned()))
            .copied()
    }

    fn make(&mut self, tenant_id: &TenantId, person: &Person, ids: &dyn Ids, now: Timestamp) -> Met {
        let contact = Contact {
            full_name: person.name.clone(),
            email: person.email.clone(),
            phone: person.phone.clone(),
            tags: person.tags.clone(),
            ..Contact::new(ContactId::new(ids), person.source.as_str(), now)
        };
        let met = Met {
            contact_id: contact.id,
            is_new: true,
            filled: Vec::new(),
            left_out: Vec::new(),
            version: 1,
        };
        self.add(Entry {
            tenant_id: tenant_id.clone(),
            contact,
            state: State::New,
        });
        met
    }

    fn fill(&mut self, index: usize, person: &Person, now: Timestamp) -> Met {
        let entry = &mut self.entries[index];
        let contact = &mut entry.contact;
        let lacked = contact.clone();
        contact.full_name = contact.full_name.take().or_else(|| person.name.clone());
        contact.email = contact.email.take().or_else(|| person.email.clone());
        contact.phone = contact.phone.take().or_else(|| person.phone.clone());
        let differs = [
            ("name", contact.full_name != lacked.full_name),
            ("email", contact.email != lacked.email),
            ("phone", contact.phone != lacked.phone),
        ];
        let mut filled: Vec<_> = differs
            .into_iter()
            .filter(|(_, differs)| *differs)
            .map(|(name, _)| name.to_owned())
            .collect();
        for tag in &person.tags {
            if contact.tags.len() < MOST_TAGS && !contact.tags.contains(tag) {
                contact.tags.push(tag.clone());
                filled.push(format!("{TAG}{tag}"));
            }
        }
        if !filled.is_empty() && entry.state == State::Known {
            contact.updated_at = now;
            entry.state = State::Filled;
        }
        let met = Met {
            contact_id: contact.id,
            is_new: false,
            filled,
            left_out: Vec::new(),
            version: contact.version + i64::from(entry.state == State::Filled),
        };
        self.index(index);
        met
    }

    fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
        self.index(self.entries.len() - 1);
    }

    fn index(&mut self, index: usize) {
        let Entry {
            tenant_id, contact, ..
        } = &self.entries[index];
        if let Some(email) = &contact.email {
            self.by_email.insert((tenant_id.clone(), email.clone()), index);
        }
        if let Some(e164) = contact.phone.as_ref().and_then(Phone::e164) {
            self.by_phone.insert((tenant_id.clone(), e164.to_owned()), index);
        }
    }

    fn suspect(&mut self, index: usize, other: usize) {
        let suspicion = Suspicion {
            tenant_id: self.entries[index].tenant_id.clone(),
            contact_id: self.entries[index].contact.id,
            other_id: self.entries[other].contact.id,
        };
        let pair = if suspicion.contact_id <= suspicion.other_id {
            (suspicion.contact_id, suspicion.other_id)
        } else {
            (suspicion.other_id, suspicion.contact_id)
        };
        self.suspicions.entry(pair).or_insert(suspicion);
    }
}

fn without_phone(person: &Person) -> Person {
    Person {
        phone: None,
        ..person.clone()
    }
}
