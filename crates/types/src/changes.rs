//! Changes: what an open dashboard is told, in order and without gaps.

use jiff::Timestamp;

use crate::{ActivityId, ContactId, LeadId, text_enum::text_enum};

text_enum! {
    /// What an open dashboard is told.
    pub enum ChangeKind {
        /// A lead is there that was not.
        LeadCreated = "lead_created",
        /// A lead is not what it was.
        LeadUpdated = "lead_updated",
        /// A lead is no more. Open dashboards are told that it is not what it was: they draw themselves anew either way.
        LeadDeleted = "lead_deleted",
        /// A contact is there that was not. Those an import brings are not told one by one.
        ContactCreated = "contact_created",
        /// A contact is not what it was.
        ContactUpdated = "contact_updated",
        /// Something happened with a lead or contact.
        ActivityLogged = "activity_logged",
    }
}

impl ChangeKind {
    /// What an open dashboard is told it as.
    pub const fn as_live(self) -> Self {
        match self {
            Self::LeadDeleted => Self::LeadUpdated,
            kind => kind,
        }
    }
}

/// One line of a tenant's feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its place: counts up by one per tenant, in the order things were committed.
    pub seq: i64,
    /// What happened.
    pub kind: ChangeKind,
    /// To which lead.
    pub lead_id: Option<LeadId>,
    /// To which contact.
    pub contact_id: Option<ContactId>,
    /// As which activity.
    pub activity_id: Option<ActivityId>,
    /// When.
    pub occurred_at: Timestamp,
}
