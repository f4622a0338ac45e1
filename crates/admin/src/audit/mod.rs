//! The audit trail as the API and `--json` show it.

pub(crate) mod api;
#[cfg(test)]
mod tests;

use serde::{Serialize, Serializer};
use serde_json::json;
use types::AuditEvent;

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
        })
        .serialize(serializer)
    }
}
