//! A sentence that survives one redirect: "Status changed to Won."
//!
//! It travels in a signed cookie, so that a neighbouring subdomain, which may set cookies for
//! us, cannot put words in our mouth. The edge takes it away with the next page.

use axum::{
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{Facts, Secrets, cookie, secrets::Purpose};

const NAME: &str = "flash";
/// Longer than any redirect takes; a flash that waits longer would surprise.
const SECONDS: u32 = 60;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    Success,
    Info,
    Danger,
}

impl Tone {
    /// The word in the class of the banner.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Info => "info",
            Self::Danger => "danger",
        }
    }

    /// Read out at once, and given the focus.
    pub fn is_alarming(self) -> bool {
        self == Self::Danger
    }

    /// A name of `layout/parts/icon.html`.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Success => "check",
            Self::Info => "inbox",
            Self::Danger => "alert",
        }
    }
}

/// What the next page says first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    pub tone: Tone,
    pub text: String,
}

impl Flash {
    pub fn success(text: impl Into<String>) -> Self {
        Self::new(Tone::Success, text)
    }

    pub fn info(text: impl Into<String>) -> Self {
        Self::new(Tone::Info, text)
    }

    pub fn danger(text: impl Into<String>) -> Self {
        Self::new(Tone::Danger, text)
    }

    fn new(tone: Tone, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { tone, text }
    }

    /// Sends it along with a redirect: `flash.on(page::see_other("/leads"), &facts)`.
    pub fn on(&self, mut response: Response, facts: &Facts) -> Response {
        let value = self.sealed(facts.secrets());
        let cookie = set(&value, SECONDS, facts.secure_cookies());
        response.headers_mut().append(header::SET_COOKIE, cookie);
        response
    }

    /// The flash a request brought, if we wrote it.
    pub fn of(parts: &Parts) -> Option<Self> {
        let sealed = cookie::get(&parts.headers, NAME)?;
        Self::opened(sealed, Facts::of(parts).secrets())
    }

    fn sealed(&self, secrets: &Secrets) -> String {
        let json = serde_json::to_vec(self).expect("a flash is always JSON");
        let tag = secrets.key(Purpose::Flash).tag(&[&json]);
        format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(&json),
            URL_SAFE_NO_PAD.encode(tag)
        )
    }

    fn opened(sealed: &str, secrets: &Secrets) -> Option<Self> {
        let (json, tag) = sealed.split_once('.')?;
        let json = URL_SAFE_NO_PAD.decode(json).ok()?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        let ours = secrets.key(Purpose::Flash).is_tag(&[&json], &tag);
        ours.then(|| serde_json::from_slice(&json).ok()).flatten()
    }
}

/// Did the request bring one, which the page it gets will show?
pub(crate) fn is_brought(headers: &HeaderMap) -> bool {
    cookie::get(headers, NAME).is_some()
}

/// Takes the flash away once a page has shown it.
pub(crate) fn spend(response: &mut Response, secure: bool) {
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page && !response.status().is_redirection() {
        let headers = response.headers_mut();
        headers.append(header::SET_COOKIE, set("", 0, secure));
    }
}

fn set(value: &str, seconds: u32, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!("{NAME}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&cookie).expect("base64 is ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flash_comes_back_and_a_forged_one_does_not() {
        let secrets = Secrets::random();
        let flash = Flash::success("Saved “Ann’s” lead");
        let sealed = flash.sealed(&secrets);
        assert_eq!(Flash::opened(&sealed, &secrets), Some(flash));
        assert_eq!(Flash::opened(&sealed, &Secrets::random()), None);
        assert_eq!(Flash::opened("e30.", &secrets), None);
    }
}
