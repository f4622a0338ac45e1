//! The audit trail: who did what to which tenant, and whether they were allowed.

use jiff::Timestamp;
use serde_json::Value;

use crate::{AuditEventId, TenantId, text_enum::text_enum};

text_enum! {
    /// What was done, or tried.
    pub enum AuditAction {
        /// A tenant was made.
        TenantProvision = "tenant.provision",
        /// A tenant was suspended, archived or brought back.
        TenantStatusUpdate = "tenant.status.update",
        /// A hostname was added.
        TenantDomainAdd = "tenant.domain.add",
        /// A hostname was verified, archived or made primary.
        TenantDomainUpdate = "tenant.domain.update",
        /// Plan or features changed.
        TenantSettingsUpdate = "tenant.settings.update",
        /// Somebody became a member.
        TenantMemberAdd = "tenant.member.add",
        /// An operator signed in, or somebody tried.
        OperatorSignIn = "operator.sign_in",
        /// Somebody became an operator.
        OperatorAdd = "operator.add",
        /// Dead letters went back in line.
        IngestionRequeue = "ingestion.requeue",
        /// A dead letter was given up for good.
        IngestionDiscard = "ingestion.discard",
        /// Jobs were told to wait.
        IngestionPause = "ingestion.pause",
        /// Jobs were told to go on.
        IngestionResume = "ingestion.resume",
        /// Homes for sale were imported.
        ListingsImport = "listings.import",
        /// Demo data was written.
        SeedDemo = "seed.demo",
    }
}

text_enum! {
    /// How it ended.
    pub enum AuditStatus {
        /// It may be done; what came of it follows.
        Allowed = "allowed",
        /// It may not.
        Denied = "denied",
        /// It was done.
        Succeeded = "succeeded",
        /// It went wrong, nothing changed.
        Failed = "failed",
    }
}

/// Who acted: an operator of the console, or whoever had a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// An operator's id, or `cli:` and the name of the account.
    pub id: String,
    /// The role they acted in.
    pub role: String,
}

impl Actor {
    /// Whoever has a shell on the machine, by the name of their account there. They hold the database, so they may
    /// do everything.
    pub fn at_command_line(account: &str) -> Self {
        Self {
            id: format!("cli:{account}"),
            role: "admin".to_owned(),
        }
    }
}

/// One line of the trail.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEvent {
    /// Names the line.
    pub id: AuditEventId,
    /// When.
    pub occurred_at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: AuditAction,
    /// How it ended.
    pub status: AuditStatus,
    /// To which tenant, when to one.
    pub tenant_id: Option<TenantId>,
    /// What else a reader wants to know. Never a secret, never a visitor's data.
    pub details: Value,
    /// The request or command it came with.
    pub request_id: Option<String>,
}
