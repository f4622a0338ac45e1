//! Tokens for API clients: a signed name of a session, good for a quarter of an hour.
//!
//! The token carries no rights of its own. Whoever takes it looks the session up, as with a
//! cookie, so revoking the session ends its tokens at once.

use axum::http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use types::SessionId;

use crate::secrets::{Purpose, Secrets};

/// RFC 8725, 3.11: a token of one kind is never taken for another.
const TYPE: &str = "freehold-session+jwt";
const ISSUER: &str = "freehold";
const LIFE: SignedDuration = SignedDuration::from_mins(15);

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

/// What a token says once it is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer {
    pub session: SessionId,
}

/// A new token and when it ends.
#[derive(Debug, Clone)]
pub struct Issued {
    pub token: String,
    pub expires_at: Timestamp,
}

/// Makes and checks the tokens of one app.
pub struct Bearers {
    app: &'static str,
    kid: String,
    signing: EncodingKey,
    checking: DecodingKey,
}

impl Bearers {
    /// A token of `crm` is none of `admin`.
    pub fn new(secrets: &Secrets, app: &'static str) -> Self {
        let key = secrets.key(Purpose::BearerToken);
        // Names the key without telling it, so that a rotated one is recognised as another.
        let kid = hex::encode(&key.tag(&[b"kid"])[..6]);
        Self {
            app,
            kid,
            signing: EncodingKey::from_secret(key.bytes()),
            checking: DecodingKey::from_secret(key.bytes()),
        }
    }

    /// A token for a session. `subject` is whose it is: an id, never a name.
    ///
    /// # Errors
    /// Only when the machine cannot sign.
    pub fn issue(&self, subject: &str, session: SessionId, now: Timestamp) -> anyhow::Result<Issued> {
        let expires_at = now + LIFE;
        let claims = Claims {
            iss: ISSUER.into(),
            aud: self.app.into(),
            sub: subject.into(),
            sid: session,
            iat: now.as_second(),
            exp: expires_at.as_second(),
        };
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(self.kid.clone());
        header.typ = Some(TYPE.into());
        let token = jsonwebtoken::encode(&header, &claims, &self.signing)?;
        Ok(Issued { token, expires_at })
    }

    /// What a token says, if it is ours, for this app, and not over.
    pub fn check(&self, token: &str, now: Timestamp) -> Option<Bearer> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[self.app]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // By our clock below, which a test can move.
        rules.validate_exp = false;
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.checking, &rules).ok()?;
        let header = decoded.header;
        let named = header.typ.as_deref() == Some(TYPE) && header.kid.as_deref() == Some(&self.kid);
        let claims = decoded.claims;
        let life = claims.exp - claims.iat;
        let current = claims.exp > now.as_second() && life <= LIFE.as_secs();
        (named && current).then_some(Bearer { session: claims.sid })
    }
}

/// The token in `Authorization: Bearer …`, if there is one. The scheme's name is the same in any case.
pub fn of(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use types::{Clock, TestClock, TestIds};

    fn session() -> SessionId {
        SessionId::new(&TestIds::default())
    }

    #[test]
    fn the_name_of_the_scheme_is_the_same_in_any_case() {
        for (value, token) in [
            ("Bearer abc", Some("abc")),
            ("bearer abc", Some("abc")),
            ("BEARER abc", Some("abc")),
            ("Basic abc", None),
            ("Bearer", None),
        ] {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
            assert_eq!(of(&headers), token, "{value}");
        }
    }

    #[test]
    fn a_token_names_its_session_until_it_is_over() {
        let clock = TestClock::default();
        let crm = Bearers::new(&Secrets::random(), "crm");
        let issued = crm.issue("ann", session(), clock.now()).unwrap();
        assert_eq!(crm.check(&issued.token, clock.now()).unwrap().session, session());
        clock.advance(LIFE);
        assert_eq!(crm.check(&issued.token, clock.now()), None);
    }

    #[test]
    fn a_token_of_another_app_or_key_is_none() {
        let (clock, secrets) = (TestClock::default(), Secrets::random());
        let crm = Bearers::new(&secrets, "crm");
        let token = crm.issue("ann", session(), clock.now()).unwrap().token;
        let admin = Bearers::new(&secrets, "admin");
        assert_eq!(admin.check(&token, clock.now()), None);
        let elsewhere = Bearers::new(&Secrets::random(), "crm");
        assert_eq!(elsewhere.check(&token, clock.now()), None);
    }

    #[test]
    fn a_token_without_a_signature_is_none() {
        let clock = TestClock::default();
        let crm = Bearers::new(&Secrets::random(), "crm");
        let token = crm.issue("ann", session(), clock.now()).unwrap().token;
        let claims = token.split('.').nth(1).unwrap();
        let header = format!(r#"{{"alg":"none","typ":"{TYPE}","kid":"{}"}}"#, crm.kid);
        let forged = format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(header));
        assert_eq!(crm.check(&forged, clock.now()), None);
    }
}
