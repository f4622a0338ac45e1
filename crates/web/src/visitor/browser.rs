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

use super::{Followed, programs::Kind};
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

/// Whether it may be told what this browser does. Programs that say what they are do not count as visitors.
pub(super) fn followed(headers: &HeaderMap) -> Followed {
    let agent = headers.get(header::USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    match Kind::of(agent) {
        _ if attribution::wants_no_follower(headers) => Followed::No,
        Kind::Person => Followed::Yes,
        Kind::Tool => Followed::OnPurpose,
        Kind::Robot => Followed::No,
    }
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
