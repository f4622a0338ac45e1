//! Which browser it is: a name that says nothing about anybody, which a script of the site keeps in a cookie.
//!
//! What a browser did is somebody's once they send a form with it. Nothing is read of a browser that asks not to be
//! followed.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use server::cookie;
use types::{events::Actor, text::Text};

use crate::attribution;

const NAME: &str = "visitor";

/// The browser, if it says which it is.
pub(super) fn of(headers: &HeaderMap) -> Option<Actor> {
    if attribution::wants_no_follower(headers) {
        return None;
    }
    called(cookie::get(headers, NAME)?)
}

/// The browser of this name.
pub(super) fn called(name: &str) -> Option<Actor> {
    Some(Actor {
        visitor_id: Some(Text::parse(name).ok()?),
        session_id: None,
    })
}

/// Whether it may be told what this browser does: the site's script goes by the same. Programs that say what they are do
/// not count as visitors.
pub(super) fn is_followed(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let agent = agent.to_ascii_lowercase();
    let is_program = ["bot", "crawl", "spider"].iter().any(|word| agent.contains(word));
    !is_program && !attribution::wants_no_follower(headers)
}

/// Has the browser go by this name from now on: as the site's script does, which reads it.
pub(super) fn rename(response: &mut Response, name: &str, secure: bool) {
    const DAYS_90: u32 = 90 * 24 * 3_600;
    set(response, name, DAYS_90, secure);
}

/// Has the browser forget its name.
pub(super) fn forget(response: &mut Response, secure: bool) {
    set(response, "", 0, secure);
}

fn set(response: &mut Response, name: &str, seconds: u32, secure: bool) {
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!("{NAME}={name}; Path=/; Max-Age={seconds}; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
