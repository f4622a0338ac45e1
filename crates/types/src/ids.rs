//! Typed ids, and the trait that makes new ones.

use std::{
    fmt,
    str::FromStr,
    sync::atomic::{AtomicU64, Ordering},
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Slug;

/// Where new ids come from. The real one makes `UUIDv7`, so ids sort by age; tests count up.
pub trait Ids: Send + Sync {
    /// An id nobody has had before.
    fn new_id(&self) -> Uuid;
}

/// Ids that count up from one, so that a test's snapshots are the same on every run.
#[derive(Debug, Default)]
pub struct TestIds(AtomicU64);

impl Ids for TestIds {
    fn new_id(&self) -> Uuid {
        // The version and variant bits of a v7 keep them ordinary to every parser.
        let count = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0000 | u128::from(count))
    }
}

macro_rules! ids {
    ($( $(#[$meta:meta])* $name:ident ),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id from `ids`.
            pub fn new(ids: &dyn Ids) -> Self {
                Self(ids.new_id())
            }

            /// The bare value, for storage.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )+ };
}

ids! {
    /// Names a lead within its tenant.
    LeadId,
    /// Names a contact within its tenant.
    ContactId,
    /// Names an activity within its tenant.
    ActivityId,
    /// Names a rule of assignment within its tenant.
    AssignmentRuleId,
    /// Names a notice within its tenant.
    NoticeId,
    /// Names a saved view within its tenant.
    ViewId,
    /// Names a reminder within its tenant.
    ReminderId,
    /// Names an import of contacts within its tenant.
    ImportId,
    /// Names a merge of contacts within its tenant.
    MergeId,
    /// Names a hostname of a tenant.
    DomainId,
    /// Names a person, over all tenants.
    PersonId,
    /// Names a job of the ingestion queue.
    JobId,
    /// Names an operator of the platform.
    OperatorId,
    /// Names a signed-in session of a member or an operator.
    SessionId,
    /// Names a revision of a document within its tenant.
    RevisionId,
    /// Names a visitor's account within its tenant.
    AccountId,
    /// Names a search that a visitor keeps, within its tenant.
    SavedSearchId,
    /// Names a message that is to be sent, within its tenant.
    MailId,
    /// Names a row of the audit trail.
    AuditEventId,
    /// Names something that is done to many dead letters.
    BulkActionId,
    /// Names one change to many leads, within its tenant.
    BulkEditId,
    /// Names an export of everything a tenant has.
    ExportId,
    /// Names a time that an operator looked in at a tenant.
    SupportSessionId,
    /// Names an API token within its tenant.
    ApiTokenId,
    /// Names a webhook endpoint within its tenant.
    EndpointId,
    /// Names a message to a webhook endpoint within its tenant.
    DeliveryId,
    /// Names an invitation within its tenant.
    InvitationId,
    /// Names a sign-in within its tenant.
    SignInId,
}

/// Names a tenant: `tenant_` and its slug, so that a log line says whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct TenantId(String);

impl TenantId {
    const PREFIX: &'static str = "tenant_";

    /// The id of the tenant with this slug.
    pub fn of(slug: &Slug) -> Self {
        Self(format!("{}{slug}", Self::PREFIX))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Text that is not `tenant_` and a slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be tenant_ followed by a slug")]
pub struct TenantIdError;

impl FromStr for TenantId {
    type Err = TenantIdError;

    fn from_str(text: &str) -> Result<Self, TenantIdError> {
        let slug = text.strip_prefix(Self::PREFIX).ok_or(TenantIdError)?;
        Slug::parse(slug).map_err(|_| TenantIdError)?;
        Ok(Self(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for TenantId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
