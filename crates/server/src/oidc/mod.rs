//! Tokens of an identity provider: who somebody is, as the issuer says that is configured (OIDC).
//!
//! The issuer says whose address it is. Whether they are a member here, and what they may do, stays ours: a token opens a
//! session as a password does, and nothing else.

#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::Jwk};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use types::Email;

use crate::{
    OidcSettings,
    outgoing::{Outgoing, Question},
};

/// What a key may sign with. Nothing symmetric: a public key would be everybody's secret.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

/// After so long the keys are asked for again: one that was taken back is trusted no longer than that.
const FRESH: SignedDuration = SignedDuration::from_hours(1);

/// So long the issuer is left alone, whatever names of keys strangers make up.
const PAUSE: SignedDuration = SignedDuration::from_secs(60);

/// A token that begins to count a little later is of a clock that is a little ahead.
const LEEWAY_SECONDS: i64 = 60;

/// How long the issuer may take, and how much it may say.
const PATIENCE: Duration = Duration::from_secs(5);
const MOST_BYTES: usize = 256 * 1024;

/// The issuer that is believed.
pub struct Oidc {
    settings: OidcSettings,
    outgoing: Outgoing,
    keys: Mutex<Keys>,
}

/// The issuer's keys by their names, as far as they are known.
#[derive(Default)]
struct Keys {
    known: HashMap<String, Jwk>,
    fetched_at: Option<Timestamp>,
    asked_at: Option<Timestamp>,
}

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Disbelief {
    /// Not the issuer's, not for us, over, or no token at all. Which, is for nobody who made it up.
    #[error("the token is not one that opens this door")]
    Token,
    /// The issuer does not say that the address is theirs.
    #[error("the token names no e-mail address that its issuer verified")]
    Unverified,
    /// The issuer's keys cannot be had.
    #[error("the identity provider cannot be asked now")]
    Unreachable,
}

#[derive(Deserialize)]
struct Claims {
    exp: i64,
    nbf: Option<i64>,
    email: Option<String>,
    /// A boolean; of some issuers a word.
    email_verified: Option<Value>,
}

impl Oidc {
    /// Believes this issuer.
    ///
    /// # Errors
    ///
    /// When this machine has no certificates to know others by.
    pub fn new(settings: OidcSettings) -> anyhow::Result<Self> {
        Ok(Self {
            settings,
            outgoing: Outgoing::new(PATIENCE, MOST_BYTES)?,
            keys: Mutex::default(),
        })
    }

    /// Whose token this is.
    ///
    /// # Errors
    ///
    /// Why it is not believed.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Email, Disbelief> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Disbelief::Token)?;
        let kid = header.kid.as_deref().ok_or(Disbelief::Token)?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(Disbelief::Token);
        }
        let key = self.key(kid, now).await?;
        let named = key.common.key_algorithm;
        if named.is_some_and(|named| named.to_string() != format!("{:?}", header.alg)) {
            return Err(Disbelief::Token);
        }
        let key = DecodingKey::from_jwk(&key).map_err(|_| Disbelief::Token)?;
        let mut rules = Validation::new(header.alg);
        rules.set_issuer(&[&self.settings.issuer]);
        rules.set_audience(&[&self.settings.audience]);
        rules.set_required_spec_claims(&["exp", "iss", "aud"]);
        // By our clock below, which a test can move.
        rules.validate_exp = false;
        let decoded = jsonwebtoken::decode::<Claims>(token, &key, &rules);
        let claims = decoded.map_err(|_| Disbelief::Token)?.claims;
        let has_begun = claims
            .nbf
            .is_none_or(|nbf| nbf <= now.as_second() + LEEWAY_SECONDS);
        if claims.exp <= now.as_second() || !has_begun {
            return Err(Disbelief::Token);
        }
        let is_verified = matches!(&claims.email_verified, Some(Value::Bool(true)))
            || claims.email_verified.as_ref().and_then(Value::as_str) == Some("true");
        let email = claims
            .email
            .filter(|_| is_verified)
            .ok_or(Disbelief::Unverified)?;
        email.parse().map_err(|_| Disbelief::Unverified)
    }

    /// The key of this name. An unknown name is a reason to ask the issuer again, now and then.
    async fn key(&self, kid: &str, now: Timestamp) -> Result<Jwk, Disbelief> {
        // Held while the issuer is asked: whoever else comes meanwhile needs the same answer, and nobody waits longer
        // than one question may take.
        let mut keys = self.keys.lock().await;
        let is_fresh = keys.fetched_at.is_some_and(|at| now.duration_since(at) < FRESH);
        if let Some(key) = keys.known.get(kid)
            && is_fresh
        {
            return Ok(key.clone());
        }
        let may_ask = keys.asked_at.is_none_or(|at| now.duration_since(at) >= PAUSE);
        if may_ask {
            keys.asked_at = Some(now);
            match self.fetch().await {
                Ok(known) => {
                    keys.known = known;
                    keys.fetched_at = Some(now);
                }
                Err(error) => tracing::warn!("the keys of the identity provider: it {error}"),
            }
        }
        match (keys.known.get(kid), keys.fetched_at) {
            // While the issuer is away, what it said last holds.
            (Some(key), _) => Ok(key.clone()),
            (None, Some(_)) => Err(Disbelief::Token),
            (None, None) => Err(Disbelief::Unreachable),
        }
    }

    async fn fetch(&self) -> Result<HashMap<String, Jwk>, crate::outgoing::Unanswered> {
        let question = Question {
            address: self.settings.keys_at.clone(),
            headers: Vec::new(),
            body: None,
        };
        let answer = self.outgoing.json(question).await?;
        let keys = answer["keys"].as_array().cloned().unwrap_or_default();
        // A key of a kind nobody here knows takes nothing from the others.
        let keys = keys
            .into_iter()
            .filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        Ok(keys
            .filter_map(|key| Some((key.common.key_id.clone()?, key)))
            .collect())
    }
}
