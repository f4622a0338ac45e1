//! Event keys: what makes a second click the same event.

use std::{fmt, io, str};

use sha2::{Digest, Sha256};

use crate::{
    TenantId,
    events::{EventType, WebsiteEvent},
};

/// The name of an event within its tenant: SHA-256 in 64 hexadecimal digits.
///
/// Unforgeable across tenants: the tenant is hashed with it, so no text a visitor of one site can send makes a key of
/// another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventKey([u8; 64]);

impl EventKey {
    /// The key of an event whose sender gave it no name: its type, version, tenant and payload.
    ///
    /// Not its time, which is the time of the request: a double click has two. Hashed is the serialisation of the typed
    /// payload, not what the client sent: its field order is the struct's, numbers are integers or in one normal form,
    /// absent, null and blank are the same, texts are trimmed and unknown keys are gone. Two requests that mean the same thus
    /// have the same bytes, which is all RFC 8785 would give, without sorting a map.
    pub fn of_event(event: &WebsiteEvent) -> Self {
        let mut hash = start("payload", event.payload.event_type(), &event.tenant.tenant_id);
        serde_json::to_writer(HashWriter(&mut hash), &event.payload)
            .expect("a payload has only string keys, and a hash takes every byte");
        Self::finish(hash)
    }

    /// The key of an event its sender named, by an `Idempotency-Key` or a form's `submissionId`.
    pub fn from_submission(event_type: EventType, tenant_id: &TenantId, submission_id: &str) -> Self {
        let mut hash = start("submission", event_type, tenant_id);
        hash.update(submission_id);
        Self::finish(hash)
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("hexadecimal digits are ASCII")
    }

    fn finish(hash: Sha256) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(hash.finalize()) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        Self(text)
    }
}

/// The parts that are not free text end in NUL, which none of them can hold, so no two lists of parts run together.
fn start(kind: &str, event_type: EventType, tenant_id: &TenantId) -> Sha256 {
    let mut hash = Sha256::new();
    hash.update([WebsiteEvent::VERSION]);
    for part in [kind, event_type.as_str(), tenant_id.as_str()] {
        hash.update(part);
        hash.update([0]);
    }
    hash
}

/// Lets serde write into the hash, so that the text is never built.
struct HashWriter<'a>(&'a mut Sha256);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventKey({self})")
    }
}
