//! Which browser it is: a name that says nothing about anybody, which a script of the site keeps in a cookie.
//!
//! What a browser did is somebody's once they send a form with it. Nothing is read of a browser that asks not to be
//! followed.

use axum::http::HeaderMap;
use server::cookie;
use types::{events::Actor, text::Text};

use crate::attribution;

const NAME: &str = "visitor";

/// The browser, if it says which it is.
pub(super) fn of(headers: &HeaderMap) -> Option<Actor> {
    if attribution::wants_no_follower(headers) {
        return None;
    }
    let visitor_id = Text::parse(cookie::get(headers, NAME)?).ok()?;
    Some(Actor {
        visitor_id: Some(visitor_id),
        session_id: None,
    })
}
