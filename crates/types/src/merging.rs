//! What becomes of several contacts that are one person.

use jiff::Timestamp;

use crate::{Contact, ContactId, MOST_TAGS};

/// The most contacts that are merged at once: more is no person kept twice but a list gone wrong.
pub const MOST_MERGED: usize = 10;

/// Whose value the merged contact has, where somebody chose. Elsewhere it is the kept one's, else the first there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MergeChoice {
    /// Whose name.
    pub full_name: Option<ContactId>,
    /// Whose e-mail.
    pub email: Option<ContactId>,
    /// Whose phone.
    pub phone: Option<ContactId>,
}

/// Why contacts cannot be merged so, as a whole sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// One contact alone, or too many.
    #[error("Choose 2 to 10 different contacts to merge.")]
    Count,
    /// A value is to come from somebody who is not merged.
    #[error("A value can only come from one of the contacts that are merged.")]
    Stranger,
    /// Nobody could reach them any more.
    #[error("A contact needs an e-mail or a phone.")]
    OutOfReach,
}

impl Contact {
    /// The one contact that this one and `others` become. It is known since the first was.
    ///
    /// It keeps its own tags, and takes those of the others in their order while there is room for them: what would be
    /// more than [`MOST_TAGS`] is left out.
    pub fn merged_with(
        &self,
        others: &[Self],
        choice: &MergeChoice,
        now: Timestamp,
    ) -> Result<Self, MergeError> {
        if others.is_empty() || others.len() >= MOST_MERGED {
            return Err(MergeError::Count);
        }
        let all: Vec<&Self> = std::iter::once(self).chain(others).collect();
        let mut tags = self.tags.clone();
        for tag in others.iter().flat_map(|contact| &contact.tags) {
            if tags.len() < MOST_TAGS && !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        let merged = Self {
            full_name: chosen(&all, choice.full_name, |contact| contact.full_name.clone())?,
            email: chosen(&all, choice.email, |contact| contact.email.clone())?,
            phone: chosen(&all, choice.phone, |contact| contact.phone.clone())?,
            tags,
            created_at: all.iter().map(|contact| contact.created_at).min().unwrap_or(now),
            updated_at: now,
            ..self.clone()
        };
        if merged.email.is_none() && merged.phone.is_none() {
            return Err(MergeError::OutOfReach);
        }
        Ok(merged)
    }
}

fn chosen<T>(
    all: &[&Contact],
    whose: Option<ContactId>,
    value: impl Fn(&Contact) -> Option<T>,
) -> Result<Option<T>, MergeError> {
    match whose {
        None => Ok(all.iter().find_map(|contact| value(contact))),
        Some(id) => all
            .iter()
            .find(|contact| contact.id == id)
            .map(|contact| value(contact))
            .ok_or(MergeError::Stranger),
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;
    use crate::{Clock as _, Phone, Region, TestClock, TestIds, sources};

    fn two() -> (Contact, Contact) {
        let (ids, now) = (TestIds::default(), TestClock::default().now());
        let contact = |name: &str| Contact {
            full_name: Some(name.to_owned()),
            ..Contact::new(ContactId::new(&ids), sources::CRM_MANUAL, now)
        };
        let (mut ana, mut a) = (contact("Ana Ruiz"), contact("A. Ruiz"));
        ana.email = Some("ana@example.com".parse().unwrap());
        ana.tags = vec!["seller".to_owned()];
        a.phone = Some(Phone::parse("(203) 555-0123", Region::US).unwrap());
        a.tags = vec!["seller".to_owned(), "downsizing".to_owned()];
        a.created_at = now - 24.hours();
        (ana, a)
    }

    #[test]
    fn the_kept_one_speaks_first_and_the_others_fill_what_it_lacks() {
        let ((ana, a), now) = (two(), TestClock::default().now());

        let one = ana
            .merged_with(std::slice::from_ref(&a), &MergeChoice::default(), now)
            .unwrap();

        assert_eq!(one.id, ana.id);
        assert_eq!(one.full_name.as_deref(), Some("Ana Ruiz"));
        assert_eq!((&one.email, &one.phone), (&ana.email, &a.phone));
        assert_eq!(one.tags, ["seller", "downsizing"]);
        assert_eq!(one.created_at, a.created_at);
    }

    #[test]
    fn there_are_no_more_tags_than_a_contact_may_have_and_the_kept_ones_are_first() {
        let ((mut ana, mut a), now) = (two(), TestClock::default().now());
        let tags = |from: usize, to: usize| (from..to).map(|number| format!("tag {number}"));
        ana.tags = tags(0, 30).collect();
        a.tags = tags(20, 70).collect();

        let one = ana
            .merged_with(std::slice::from_ref(&a), &MergeChoice::default(), now)
            .unwrap();

        assert_eq!(one.tags, tags(0, MOST_TAGS).collect::<Vec<_>>());
    }

    #[test]
    fn a_value_comes_from_whom_was_chosen_and_from_nobody_else() {
        let ((ana, a), now) = (two(), TestClock::default().now());
        let others = std::slice::from_ref(&a);
        let from = |full_name, email| MergeChoice {
            full_name: Some(full_name),
            email: Some(email),
            phone: None,
        };

        let one = ana.merged_with(others, &from(a.id, ana.id), now).unwrap();
        assert_eq!(one.full_name.as_deref(), Some("A. Ruiz"));

        let stranger = ContactId::from(uuid::Uuid::nil());
        assert_eq!(
            ana.merged_with(others, &from(stranger, ana.id), now),
            Err(MergeError::Stranger)
        );
        assert_eq!(
            ana.merged_with(&[], &MergeChoice::default(), now),
            Err(MergeError::Count)
        );
        let many = vec![a.clone(); MOST_MERGED];
        assert_eq!(
            ana.merged_with(&many, &MergeChoice::default(), now),
            Err(MergeError::Count)
        );
        let unreachable = MergeChoice {
            email: Some(a.id),
            phone: Some(ana.id),
            full_name: None,
        };
        assert_eq!(
            ana.merged_with(others, &unreachable, now),
            Err(MergeError::OutOfReach)
        );
    }
}
