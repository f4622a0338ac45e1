//! The audit trail: how it is shown, written out, looked after and checked.

pub(crate) mod api;
pub(crate) mod export;
pub(crate) mod keeper;
pub(crate) mod page;
#[cfg(test)]
mod tests;
mod verify;
#[cfg(test)]
mod verify_tests;

use serde::{Serialize, Serializer};
use serde_json::json;
use types::AuditEvent;

pub use verify::{Broken, Verification, Witnesses, verify};

/// A line of the trail.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEventOut(pub AuditEvent);

impl From<AuditEvent> for AuditEventOut {
    fn from(event: AuditEvent) -> Self {
        Self(event)
    }
}

impl Serialize for AuditEventOut {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(event) = self;
        json!({
            "id": event.id,
            "occurredAt": event.occurred_at,
            "actorId": event.actor.id,
            "actorRole": event.actor.role,
            "action": event.action,
            "status": event.status,
            "tenantId": event.tenant_id,
            "details": event.details,
            "requestId": event.request_id,
            "attemptId": event.attempt_id,
        })
        .serialize(serializer)
    }
}
