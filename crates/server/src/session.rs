//! The cookie that says who is signed in: 256 random bits, of which we store only a hash.

use std::fmt;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use types::TokenHash;

use crate::{Facts, cookie};

/// The secret half of a session. Whoever has it is signed in.
#[derive(Clone)]
pub struct SessionToken(SecretString);

impl SessionToken {
    /// A new one: at every sign-in, never reused.
    pub fn random() -> Self {
        let bytes: [u8; 32] = rand::random();
        Self(URL_SAFE_NO_PAD.encode(bytes).into())
    }

    /// The half that is stored. A leaked table opens no session.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(self.0.expose_secret())
    }

    /// The half that its bearer carries, for a link in a message.
    pub fn exposed(&self) -> &str {
        self.0.expose_secret()
    }

    /// Reads a token as its bearer sends it.
    pub fn parse(text: &str) -> Option<Self> {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (text.len() == 43 && text.bytes().all(good)).then(|| Self(text.into()))
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

/// The session cookie of one app. Apps have different names, because ports share cookies.
#[derive(Debug, Clone, Copy)]
pub struct SessionCookie {
    plain: &'static str,
    /// `__Host-`: a browser takes it only over https, for the whole host and from nobody else.
    host_bound: &'static str,
}

pub const CRM: SessionCookie = SessionCookie {
    plain: "freehold_crm",
    host_bound: "__Host-freehold_crm",
};

pub const ADMIN: SessionCookie = SessionCookie {
    plain: "freehold_admin",
    host_bound: "__Host-freehold_admin",
};

/// A visitor's account at one website.
pub const ACCOUNT: SessionCookie = SessionCookie {
    plain: "freehold_account",
    host_bound: "__Host-freehold_account",
};

impl SessionCookie {
    /// The token a request brought.
    pub fn read(self, headers: &HeaderMap, facts: &Facts) -> Option<SessionToken> {
        cookie::get(headers, self.name(facts)).and_then(SessionToken::parse)
    }

    /// Signs in: the browser keeps the token until it is closed or the session ends.
    pub fn give(self, token: &SessionToken, facts: &Facts, mut response: Response) -> Response {
        let cookie = self.set(token.0.expose_secret(), "", facts);
        response.headers_mut().append(header::SET_COOKIE, cookie);
        response
    }

    /// Signs in for this many seconds, whether or not the browser is closed meanwhile.
    pub fn give_for(
        self,
        token: &SessionToken,
        seconds: u64,
        facts: &Facts,
        mut response: Response,
    ) -> Response {
        let life = format!("; Max-Age={seconds}");
        let cookie = self.set(token.0.expose_secret(), &life, facts);
        response.headers_mut().append(header::SET_COOKIE, cookie);
        response
    }

    /// Signs out.
    pub fn take_away(self, facts: &Facts, mut response: Response) -> Response {
        let cookie = self.set("", "; Max-Age=0", facts);
        response.headers_mut().append(header::SET_COOKIE, cookie);
        response
    }

    fn name(self, facts: &Facts) -> &'static str {
        if facts.secure_cookies() {
            self.host_bound
        } else {
            self.plain
        }
    }

    fn set(self, value: &str, life: &str, facts: &Facts) -> HeaderValue {
        let name = self.name(facts);
        let secure = if facts.secure_cookies() { "; Secure" } else { "" };
        let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{life}");
        let mut cookie = HeaderValue::from_str(&cookie).expect("a token is ASCII");
        cookie.set_sensitive(true);
        cookie
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_256_random_bits_and_hides() {
        let token = SessionToken::random();
        let text = token.0.expose_secret().to_owned();
        assert_ne!(text, SessionToken::random().0.expose_secret());
        assert_eq!(SessionToken::parse(&text).unwrap().hash(), token.hash());
        assert_eq!(format!("{token:?}"), "SessionToken(…)");
    }

    #[test]
    fn what_is_no_token_asks_no_database() {
        for text in ["", "short", &"a".repeat(44), &"é".repeat(43), &" ".repeat(43)] {
            assert!(SessionToken::parse(text).is_none(), "{text:?}");
        }
    }
}
