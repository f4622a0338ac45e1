//! One secret of the installation, one key for each purpose.
//!
//! A key that leaks through one use is worth nothing in another, because each is derived by
//! HMAC-SHA256 from the secret and the name of its purpose.

use std::{fmt, sync::Arc};

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;

/// What a key is for. The names are part of the derivation: never change one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    FormToken,
    BearerToken,
    Flash,
    Cursor,
    Idempotency,
    AuditCheckpoint,
    AuditRoot,
    Unsubscribe,
    SecondFactor,
    Webhook,
    Calendar,
    HomeValue,
}

impl Purpose {
    const fn label(self) -> &'static str {
        match self {
            Self::FormToken => "freehold/1/form-token",
            Self::BearerToken => "freehold/1/bearer-token",
            Self::Flash => "freehold/1/flash",
            Self::Cursor => "freehold/1/cursor",
            Self::Idempotency => "freehold/1/idempotency",
            Self::AuditCheckpoint => "freehold/1/audit-checkpoint",
            Self::AuditRoot => "freehold/1/audit-root",
            Self::Unsubscribe => "freehold/1/unsubscribe",
            Self::SecondFactor => "freehold/1/second-factor",
            Self::Webhook => "freehold/1/webhook",
            Self::Calendar => "freehold/1/calendar",
            Self::HomeValue => "freehold/1/home-value",
        }
    }
}

/// A key for one purpose.
pub struct Key([u8; 32]);

impl Key {
    /// The tag of a message made of parts. Lengths go in, so `("ab", "c")` is not `("a", "bc")`.
    pub fn tag(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.mac(parts).finalize().into_bytes().into()
    }

    /// Checks a tag without telling by the time it takes where it differs.
    pub fn is_tag(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.mac(parts).verify_slice(tag).is_ok()
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn mac(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = new_mac(&self.0);
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

fn new_mac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

/// The secret of the installation (`SESSION_SECRET`). Its text never leaves this file.
#[derive(Clone)]
pub struct Secrets {
    secret: Arc<SecretSlice<u8>>,
    kept: bool,
}

impl Secrets {
    /// Shorter than SHA-256's output would be the weak end of everything derived from it.
    pub const MIN_BYTES: usize = 32;

    /// Takes a secret that is long enough.
    pub fn new(secret: &[u8]) -> Option<Self> {
        (secret.len() >= Self::MIN_BYTES).then(|| Self {
            secret: Arc::new(secret.to_vec().into()),
            kept: true,
        })
    }

    /// A secret for as long as this process lives.
    pub fn random() -> Self {
        let bytes: [u8; Self::MIN_BYTES] = rand::random();
        Self {
            secret: Arc::new(bytes.to_vec().into()),
            kept: false,
        }
    }

    /// Whether other processes of the installation know it too, now and later.
    pub const fn are_kept(&self) -> bool {
        self.kept
    }

    pub fn key(&self, purpose: Purpose) -> Key {
        let mut mac = new_mac(self.secret.expose_secret());
        mac.update(purpose.label().as_bytes());
        Key(mac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let secrets = Secrets::new(&[7; 32]).unwrap();
        let form = secrets.key(Purpose::FormToken);
        let flash = secrets.key(Purpose::Flash);
        assert_ne!(form.bytes(), flash.bytes());
        assert!(!flash.is_tag(&[b"x"], &form.tag(&[b"x"])));
    }

    #[test]
    fn where_a_part_ends_matters() {
        let key = Secrets::random().key(Purpose::FormToken);
        assert!(!key.is_tag(&[b"ab", b"c"], &key.tag(&[b"a", b"bc"])));
    }

    #[test]
    fn a_short_secret_is_no_secret() {
        assert!(Secrets::new(&[7; 31]).is_none());
    }

    #[test]
    fn a_secret_never_prints_itself() {
        assert_eq!(format!("{:?}", Secrets::random()), "Secrets(…)");
    }
}
