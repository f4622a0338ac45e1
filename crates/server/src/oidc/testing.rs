//! An identity provider of a test's own.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, routing::get};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use types::{Clock as _, TestClock};

use crate::{
    outgoing::Url,
    testing::{a_service, says},
};

/// Two Ed25519 keys that were made for tests: the private one, and the public one's `x`.
pub const FIRST: (&str, &str) = (
    "MC4CAQAwBQYDK2VwBCIEIMpQ99MmIyBOtET+COUVXYxK3DTMXRgd78l3YHppQO9y",
    "M8fVesrKeNlpuUmMfb5y0SIPVeDfg__Fj8KsYe-P9F0",
);
/// The one that no issuer shows.
pub const SECOND: (&str, &str) = (
    "MC4CAQAwBQYDK2VwBCIEILf3/LcOunfLe5TVBRSNplZIvltHHwqlYOxDPpmyD5aW",
    "SiXRAq46RI0Wc4PTsAkaU__t0k0X2OYrjkkYgwdrMto",
);

/// An issuer that shows the first key under the name `first`, and counts who asks.
pub struct Issuer {
    pub keys_at: Url,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    pub async fn start() -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        let keys = json!({ "keys": [
            { "kty": "OKP", "crv": "Ed25519", "kid": "first", "x": FIRST.1, "alg": "EdDSA", "use": "sig" },
            { "kty": "something of tomorrow", "kid": "second" },
        ] });
        let answer = get(async move || {
            counter.fetch_add(1, Ordering::Relaxed);
            says(200, &keys)
        });
        let service = a_service(Router::new().route("/keys", answer)).await;
        Self {
            keys_at: service.join("keys").expect("a path"),
            asked,
        }
    }

    /// How often somebody asked for the keys.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// A token that says `freehold` who `ann@example.com` is, with some of its claims another way; null takes one away.
pub fn token((key, kid): (&str, Option<&str>), changed: &Value) -> String {
    let at = TestClock::default().now().as_second();
    let mut claims = json!({
        "iss": "https://id.example.com", "aud": "freehold", "sub": "1", "exp": at + 300, "iat": at,
        "email": "Ann@Example.com", "email_verified": true,
    });
    for (name, value) in changed.as_object().expect("claims are an object") {
        claims[name] = value.clone();
    }
    claims
        .as_object_mut()
        .expect("an object")
        .retain(|_, value| !value.is_null());
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = kid.map(str::to_owned);
    let key = EncodingKey::from_ed_der(&STANDARD.decode(key).expect("a key of these"));
    jsonwebtoken::encode(&header, &claims, &key).expect("claims can be signed")
}
