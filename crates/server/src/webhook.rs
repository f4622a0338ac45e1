//! What a webhook is signed with, as standardwebhooks.com has it.
//!
//! The secret of an endpoint is kept nowhere: it is made from the key of the installation and a salt that is stored, so
//! that a leaked database signs nothing. Another `SESSION_SECRET` means that every endpoint needs its new secret.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use types::{DeliveryId, EndpointId, TenantId};

use crate::secrets::{Purpose, Secrets};

/// What an endpoint and we know, and nobody else.
pub struct WebhookSecret([u8; 32]);

impl WebhookSecret {
    /// A new salt: the secret that is made from it is another.
    pub fn salt() -> String {
        let bytes: [u8; 16] = rand::random();
        hex::encode(bytes)
    }

    /// The secret of a tenant's endpoint with this salt.
    pub fn of(secrets: &Secrets, (tenant_id, endpoint): (&TenantId, EndpointId), salt: &str) -> Self {
        let endpoint = endpoint.to_string();
        let parts = [tenant_id.as_str(), endpoint.as_str(), salt].map(str::as_bytes);
        Self(secrets.key(Purpose::Webhook).tag(&parts))
    }

    /// The secret as the endpoint's owner copies it.
    pub fn text(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.0))
    }

    /// Reads a secret as an endpoint's owner copied it, for tests that check what it signed.
    #[cfg(any(test, feature = "testing"))]
    pub fn read(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.strip_prefix("whsec_")?).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The signature of a message: `v1,…`.
    pub fn sign(&self, id: DeliveryId, at: Timestamp, body: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(format!("{id}.{}.{body}", at.as_second()).as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use types::{Ids as _, TestIds};

    use super::*;

    fn endpoint() -> EndpointId {
        TestIds::default().new_id().into()
    }

    #[test]
    fn each_endpoint_and_each_salt_has_a_secret_of_its_own() {
        let secrets = Secrets::random();
        let (here, there): (TenantId, TenantId) =
            ("tenant_here".parse().unwrap(), "tenant_there".parse().unwrap());
        let of = |tenant, salt: &str| WebhookSecret::of(&secrets, (tenant, endpoint()), salt).text();

        assert_eq!(of(&here, "a"), of(&here, "a"));
        assert_ne!(of(&here, "a"), of(&there, "a"));
        assert_ne!(of(&here, "a"), of(&here, "b"));
        assert!(of(&here, "a").starts_with("whsec_"));
        assert_ne!(WebhookSecret::salt(), WebhookSecret::salt());
        let hidden = WebhookSecret::of(&secrets, (&here, endpoint()), "a");
        assert_eq!(format!("{hidden:?}"), "WebhookSecret(…)");
    }

    /// Computed with Python's hmac over the same bytes.
    #[test]
    fn a_signature_is_over_the_id_the_time_and_the_body() {
        let secret = WebhookSecret([7; 32]);
        let id: DeliveryId = "0193f2a7-4c1e-7b0a-9d52-1f0c6a3e8b44".parse().unwrap();
        let at = "2026-03-02T12:00:00Z".parse().unwrap();

        let signed = secret.sign(id, at, r#"{"type":"lead.created"}"#);

        assert_eq!(signed, "v1,XQKNaR0nnoVDKJqDlKZizl71BjCjq4dXKXbGuNIBVWc=");
        assert_ne!(secret.sign(id, at, "{}"), signed);
    }
}
