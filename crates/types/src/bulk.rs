//! Bulk actions: what is done to many dead letters at once, with its progress, so that it can be watched and stopped.

use jiff::Timestamp;
use serde::Serialize;

use crate::{Actor, AuditAction, AuditEventId, BulkActionId, TenantId, text_enum::text_enum};

text_enum! {
    /// What is done to each.
    pub enum BulkKind {
        /// It goes back in line.
        Requeue = "requeue",
        /// It is given up for good.
        Discard = "discard",
    }
}

/// What is done to dead letters, by an operator in the console or by a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeadLetterMove {
    /// Back in line, with their attempts forgotten.
    Requeue,
    /// Out of sight, for this reason.
    Discard(String),
}

impl DeadLetterMove {
    /// What it is in a word.
    pub const fn kind(&self) -> BulkKind {
        match self {
            Self::Requeue => BulkKind::Requeue,
            Self::Discard(_) => BulkKind::Discard,
        }
    }

    /// Why they are given up.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Requeue => None,
            Self::Discard(why) => Some(why),
        }
    }
}

impl BulkKind {
    /// What the trail calls it.
    pub const fn action(self) -> AuditAction {
        match self {
            Self::Requeue => AuditAction::IngestionRequeue,
            Self::Discard => AuditAction::IngestionDiscard,
        }
    }
}

text_enum! {
    /// How far it is.
    pub enum BulkStatus {
        /// Somebody works on it, or will go on with it.
        Running = "running",
        /// Everything that was meant is moved.
        Done = "done",
        /// Somebody stopped it; what was moved stays moved.
        Stopped = "stopped",
    }
}

/// Many dead letters on their way. What is meant was settled when it began: what dies later is not among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkAction {
    /// Names it.
    pub id: BulkActionId,
    /// What is done to each.
    pub kind: BulkKind,
    /// Why they are given up.
    pub why: Option<String>,
    /// Those of this tenant.
    pub tenant_id: Option<TenantId>,
    /// Those whose error begins with this.
    pub reason: Option<String>,
    /// Those that were ticked, so many; none when a filter says which.
    pub chosen: Option<i64>,
    /// At most so many.
    #[serde(skip)]
    pub limit: i64,
    /// After so many.
    #[serde(skip)]
    pub offset: i64,
    /// Who began it.
    #[serde(skip)]
    pub actor: Actor,
    /// With which request.
    #[serde(skip)]
    pub request_id: Option<String>,
    /// The line of the trail that allowed it.
    #[serde(skip)]
    pub attempt_id: Option<AuditEventId>,
    /// How many were meant when it began.
    pub meant: i64,
    /// How many are moved.
    pub moved: i64,
    /// How far it is.
    pub status: BulkStatus,
    /// Since when.
    pub started_at: Timestamp,
    /// When it last went on.
    pub updated_at: Timestamp,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

impl BulkAction {
    /// Meant too, but moved by somebody else in the meantime: known once it is over.
    pub fn skipped(&self) -> i64 {
        match self.status {
            BulkStatus::Done => (self.meant - self.moved).max(0),
            BulkStatus::Running | BulkStatus::Stopped => 0,
        }
    }
}
