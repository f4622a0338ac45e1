//! The audit trail: how it is shown, written out, looked after, checked, and proved line by line.

pub(crate) mod api;
pub(crate) mod export;
pub(crate) mod keeper;
pub(crate) mod page;
mod proof;
#[cfg(test)]
mod proof_tests;
#[cfg(test)]
mod root_tests;
#[cfg(test)]
mod tests;
mod trees;
mod verify;
#[cfg(test)]
mod verify_tests;

use serde::{Serialize, Serializer};
use serde_json::json;
use server::seal::PublicKey;
use types::AuditEvent;

pub use proof::prove;
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

/// The key that proofs are signed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicKeyOut {
    /// A short name of it.
    pub key_id: String,
    /// How it signs.
    pub algorithm: &'static str,
    /// The key, in hexadecimal.
    pub public_key: String,
    /// The key as OpenSSL reads it.
    pub pem: String,
}

impl PublicKeyOut {
    /// A key as it is published.
    pub fn of(key: &PublicKey) -> Self {
        Self {
            key_id: key.id(),
            algorithm: "Ed25519",
            public_key: key.to_string(),
            pem: key.pem(),
        }
    }
}
