//! Whether this visit may be remembered. Where a site asks first, nothing of a visit is kept, by the browser or by us,
//! before the visitor said yes; what was kept by an older answer is not read, and taken away when they say no.
//!
//! What a visitor asks for themselves is another thing: the homes they save, the look they choose, the answer itself.

#[cfg(test)]
mod tests;

use axum::{
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::Response,
};
use server::{Facts, Form, cookie, page};

use crate::{attribution, site::Brand, visitor};

/// The cookie that has the answer.
const ANSWER: &str = "remember";

/// Half a year: then one may ask again.
const SECONDS: u32 = 182 * 24 * 60 * 60;

/// How a visitor stands to being remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Remembering {
    /// The site does not ask.
    Unasked,
    /// It asks, and has no answer.
    Asking,
    /// They said yes.
    Allowed,
    /// They said no.
    Refused,
}

impl Remembering {
    pub(crate) fn of(headers: &HeaderMap, brand: &Brand) -> Self {
        match cookie::get(headers, ANSWER) {
            _ if !brand.asks_first => Self::Unasked,
            Some("yes") => Self::Allowed,
            Some("no") => Self::Refused,
            // Who asks not to be followed has answered.
            _ if attribution::wants_no_follower(headers) => Self::Refused,
            _ => Self::Asking,
        }
    }

    /// What [`visitor::admit`] found out.
    pub(crate) fn here(parts: &Parts) -> Self {
        parts.extensions.get().copied().unwrap_or(Self::Asking)
    }

    /// Whether it may be remembered.
    pub(crate) fn may(self) -> bool {
        matches!(self, Self::Unasked | Self::Allowed)
    }

    /// Whether the page asks.
    pub(crate) fn asks(self) -> bool {
        self == Self::Asking
    }

    /// What the foot of a page says of the answer, and offers instead: the sentence, the answer, the button.
    pub(crate) const fn answered(self) -> Option<(&'static str, &'static str, &'static str)> {
        match self {
            Self::Allowed => Some(("Your visit is remembered.", "no", "Forget it")),
            Self::Refused => Some(("Your visit is not remembered.", "yes", "Remember it")),
            Self::Unasked | Self::Asking => None,
        }
    }
}

/// `POST /remember`: keeps the answer, and leads back to the page it was given on. Whatever is not yes is no.
pub(crate) async fn answer(facts: Facts, headers: HeaderMap, Form(form): Form) -> Response {
    let is_yes = form.get("answer") == "yes";
    let mut response = page::see_other(page::came_from(&headers, facts.host.authority()).unwrap_or("/"));
    let secure = if facts.secure_cookies() { "; Secure" } else { "" };
    let answer = if is_yes { "yes" } else { "no" };
    let cookie = format!("{ANSWER}={answer}; Path=/; Max-Age={SECONDS}; HttpOnly; SameSite=Lax{secure}");
    let cookie = HeaderValue::from_str(&cookie).expect("an answer is ASCII");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    if !is_yes {
        attribution::forget(&mut response, &facts);
        visitor::forget(&mut response, &facts);
    }
    response
}
