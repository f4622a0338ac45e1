//! What the people of a page of leads did lately on the site: found by one statement, whatever their number.

use std::collections::HashMap;

use db::{
    TenantScope, Tx,
    tenant::{heat, leads::LeadWithContact},
};
use jiff::Timestamp;
use server::Failure;
use types::{ContactId, heat::Sign};

use super::Badge;

/// Signs that somebody should be rung now.
pub(crate) struct Heat(HashMap<ContactId, Vec<Sign>>);

impl Heat {
    /// Finds the signs of these leads.
    pub(crate) async fn find(
        tx: &mut Tx,
        scope: &TenantScope,
        leads: &[LeadWithContact],
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let mut contacts: Vec<_> = leads.iter().filter_map(contact).collect();
        contacts.sort_unstable();
        contacts.dedup();
        let steps = heat::list(tx, scope, &contacts, now).await?;
        let signs = steps.into_iter().map(|(id, steps)| (id, steps.signs()));
        Ok(Self(signs.collect()))
    }

    /// Those of one of them, the strongest first.
    pub(crate) fn of(&self, found: &LeadWithContact) -> Vec<Badge> {
        let signs = contact(found).and_then(|id| self.0.get(&id));
        let signs = signs.into_iter().flatten();
        signs.map(badge).collect()
    }
}

impl Heat {
    /// Those of the contact whose leads these are: while one of them is open, once.
    pub(crate) fn of_contact(&self, leads: &[LeadWithContact]) -> Vec<Badge> {
        let open = leads.iter().find(|found| contact(found).is_some());
        open.map(|found| self.of(found)).unwrap_or_default()
    }
}

/// Whose steps matter: nobody is rung about a lead that is over.
fn contact(found: &LeadWithContact) -> Option<ContactId> {
    found.lead.contact_id.filter(|_| !found.lead.status.is_closed())
}

fn badge(sign: &Sign) -> Badge {
    Badge {
        class: "badge badge-hot",
        text: sign.to_string(),
    }
}
