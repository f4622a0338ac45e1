//! Who has a lead, small enough for a card.

use types::{Member, PersonId};

use crate::contacts::initials;

/// Whoever has a lead: two letters to see, the name to hear and on hover.
pub(crate) struct Owner {
    pub(crate) initials: String,
    pub(crate) name: String,
}

impl Owner {
    /// None for a lead that nobody has, or that somebody has who works here no more.
    pub(crate) fn of(person: Option<PersonId>, members: &[Member]) -> Option<Self> {
        let theirs = members.iter().find(|member| Some(member.person_id) == person)?;
        Some(Self {
            initials: initials(&theirs.name),
            name: theirs.name.clone(),
        })
    }
}
