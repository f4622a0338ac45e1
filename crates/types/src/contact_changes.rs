//! What a member wants to be different about a contact, and what that changed.

use jiff::Timestamp;

use crate::{Contact, Email, Patch, Phone};

/// What is to be different about a contact. The default changes nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ContactChange {
    /// What to call them.
    pub full_name: Patch<String>,
    /// Where to write to.
    pub email: Patch<Email>,
    /// Where to ring.
    pub phone: Patch<Phone>,
    /// The words on them, all of them.
    pub tags: Patch<Vec<String>>,
}

/// Why a contact cannot be changed so, as a whole sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactChangeError {
    /// Nobody could reach them any more.
    #[error("A contact needs an e-mail or a phone.")]
    OutOfReach,
}

impl Contact {
    /// Changes the contact; says which of name, e-mail, phone and tags differ now. Nothing that differs leaves it as
    /// it was, its time too.
    pub fn apply(
        &mut self,
        change: ContactChange,
        now: Timestamp,
    ) -> Result<Vec<&'static str>, ContactChangeError> {
        let before = self.clone();
        let changed = Self {
            full_name: change.full_name.apply(before.full_name.clone()),
            email: change.email.apply(before.email.clone()),
            phone: change.phone.apply(before.phone.clone()),
            tags: change.tags.apply(Some(before.tags.clone())).unwrap_or_default(),
            ..before.clone()
        };
        if changed.email.is_none() && changed.phone.is_none() {
            return Err(ContactChangeError::OutOfReach);
        }
        let differs = [
            ("name", changed.full_name != before.full_name),
            ("e-mail", changed.email != before.email),
            ("phone", changed.phone != before.phone),
            ("tags", changed.tags != before.tags),
        ];
        let names: Vec<_> = differs
            .into_iter()
            .filter_map(|(name, differs)| differs.then_some(name))
            .collect();
        if !names.is_empty() {
            *self = Self {
                updated_at: now,
                ..changed
            };
        }
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;
    use crate::{Clock as _, ContactId, TestClock, TestIds, sources};

    fn ana() -> Contact {
        let now = TestClock::default().now();
        Contact {
            full_name: Some("Ana Ruiz".to_owned()),
            email: Some("ana@example.com".parse().unwrap()),
            ..Contact::new(ContactId::new(&TestIds::default()), sources::CRM_MANUAL, now)
        }
    }

    #[test]
    fn what_differs_is_named_and_what_does_not_leaves_no_trace() {
        let (mut contact, later) = (ana(), TestClock::default().now() + 1.hour());
        let same = ContactChange {
            full_name: Patch::Set("Ana Ruiz".to_owned()),
            ..ContactChange::default()
        };

        assert_eq!(contact.apply(same, later), Ok(vec![]));
        assert_eq!(contact, ana());

        let change = ContactChange {
            full_name: Patch::Clear,
            tags: Patch::Set(vec!["downsizing".to_owned()]),
            ..ContactChange::default()
        };
        assert_eq!(contact.apply(change, later), Ok(vec!["name", "tags"]));
        assert_eq!((contact.full_name, contact.updated_at), (None, later));
    }

    #[test]
    fn nobody_is_put_out_of_reach() {
        let mut contact = ana();
        let change = ContactChange {
            email: Patch::Clear,
            ..ContactChange::default()
        };

        assert_eq!(
            contact.apply(change, TestClock::default().now()),
            Err(ContactChangeError::OutOfReach)
        );
        assert_eq!(contact, ana());
    }
}
