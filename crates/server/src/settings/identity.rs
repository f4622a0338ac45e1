//! The identity provider whose tokens are believed; without one, people sign in with our own passwords alone.

use super::reader::Reader;
use crate::outgoing::{Url, is_private};

/// Whom to believe, about what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcSettings {
    /// Who signs: `iss`.
    pub issuer: String,
    /// For whom: `aud`.
    pub audience: String,
    /// Where the issuer shows its public keys.
    pub keys_at: Url,
}

const NAMES: [&str; 3] = ["OIDC_ISSUER", "OIDC_AUDIENCE", "OIDC_JWKS_URL"];

/// All three, or none.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<OidcSettings> {
    let found = NAMES.map(|name| reader.text(name));
    if found.iter().all(Option::is_none) {
        return None;
    }
    for (name, value) in NAMES.iter().zip(&found) {
        if value.is_none() {
            let sentence = "is missing; OIDC_ISSUER, OIDC_AUDIENCE and OIDC_JWKS_URL go together";
            reader.mistake(name, sentence);
        }
    }
    let [issuer, audience, keys_at] = found;
    let keys_at: Url = match keys_at?.parse() {
        Ok(address) if is_private(&address) => address,
        _ => {
            reader.mistake("OIDC_JWKS_URL", "must be an address that begins with https://");
            return None;
        }
    };
    Some(OidcSettings {
        issuer: issuer?,
        audience: audience?,
        keys_at,
    })
}
