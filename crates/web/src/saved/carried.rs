//! The homes a browser carries in a cookie until somebody signs in.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::Response,
};
use server::{Facts, cookie};
use types::listings::ListingId;

use crate::app::App;

const NAME: &str = "saved_homes";

/// A letter that no id has and every cookie may have.
const BETWEEN: &str = "~";

/// A cookie of more is refused by some browsers, and nobody finds their way through it.
const MOST: usize = 40;

/// A year.
const SECONDS: u32 = 31_536_000;

/// What a browser carries.
pub(crate) struct Carried {
    /// The last kept first.
    pub(crate) homes: Vec<ListingId>,
    /// How its cookies are set.
    pub(crate) facts: Facts,
}

/// The homes in the cookie of a request, the last kept first.
pub(super) fn homes_in(headers: &HeaderMap) -> Vec<ListingId> {
    let ids = cookie::get(headers, NAME).unwrap_or_default().split(BETWEEN);
    ids.filter_map(|id| id.parse().ok()).take(MOST).collect()
}

impl Carried {
    /// Adds a home in front. False, and nothing changed, where there is no room for it.
    pub(crate) fn add(&mut self, home: ListingId) -> bool {
        let is_new = !self.homes.contains(&home);
        if is_new && self.homes.len() >= MOST {
            return false;
        }
        self.homes.retain(|kept| *kept != home);
        self.homes.insert(0, home);
        true
    }

    /// Takes a home away, for which there is always room.
    pub(crate) fn remove(&mut self, home: &ListingId) -> bool {
        self.homes.retain(|kept| kept != home);
        true
    }

    /// Gives it back to the browser.
    pub(crate) fn keep(&self, response: Response) -> Response {
        let homes: Vec<_> = self.homes.iter().map(ListingId::as_str).collect();
        set(&homes.join(BETWEEN), SECONDS, &self.facts, response)
    }

    /// Takes it from the browser: the account has it now.
    pub(crate) fn forget(&self, response: Response) -> Response {
        match self.homes.is_empty() {
            true => response,
            false => set("", 0, &self.facts, response),
        }
    }
}

fn set(value: &str, seconds: u32, facts: &Facts, mut response: Response) -> Response {
    let secure = if facts.secure_cookies() { "; Secure" } else { "" };
    let cookie = format!("{NAME}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let cookie = HeaderValue::from_str(&cookie).expect("ids are letters, digits and dashes");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

impl FromRequestParts<App> for Carried {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self {
            homes: homes_in(&parts.headers),
            facts: Facts::of(parts).clone(),
        })
    }
}
