//! What goes with a contact, for the questions that are asked before one is taken away.

use db::{
    TenantScope, Tx,
    tenant::{
        activities::{self, ActivityFilter},
        contacts,
        leads::{self, LeadFilter},
    },
};
use server::Failure;
use types::ContactId;

/// A contact as the question names them, and how much is theirs.
pub(super) struct AtStake {
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) leads: i64,
    pub(super) activities: i64,
}

impl AtStake {
    /// # Errors
    ///
    /// Not found, also for another tenant's.
    pub(super) async fn of(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<Self, Failure> {
        let contact = contacts::find(tx, scope, id).await?.ok_or(Failure::NotFound)?;
        let theirs = LeadFilter {
            contact_id: Some(id),
            ..LeadFilter::default()
        };
        let with_them = ActivityFilter {
            contact_id: Some(id),
            ..ActivityFilter::default()
        };
        Ok(Self {
            version: contact.version,
            name: contact.display_name().to_owned(),
            leads: leads::count(tx, scope, &theirs).await?,
            activities: activities::count(tx, scope, &with_them).await?,
        })
    }
}
