//! How a visitor found the site: the visit that brought them first and the latest one, kept by their browser until they
//! write.
//!
//! A visit that nothing led to is one, too: somebody typed the address. It is the first if none was before it, but it
//! takes nothing away that is known. Nothing is kept of anybody whose browser asks not to be followed.

#[cfg(test)]
mod tests;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use serde_json::{Map, Value, json};
use server::{Facts, cookie};
use types::{Led, Medium, events::Attribution};

use crate::remembering::Remembering;

const FIRST: &str = "first_touch";
const LAST: &str = "last_touch";

/// A quarter: after that, nobody came because of it.
const SECONDS: u32 = 90 * 24 * 60 * 60;

const TAGS: [&str; 5] = [
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
];

/// What advertisers put in an address to know the click again. It names a person, so only that it was there is kept.
const CLICKS: [&str; 3] = ["gclid", "fbclid", "msclkid"];

/// More letters than any tag of ours or any address worth keeping.
const LONGEST: usize = 200;

/// A visit that begins.
pub(crate) struct Arrival {
    cookies: Vec<HeaderValue>,
}

impl Arrival {
    /// The visit that begins with this request, if one does.
    pub(crate) fn of(request: &Request, facts: &Facts) -> Option<Self> {
        let headers = request.headers();
        let is_page = *request.method() == Method::GET && !request.uri().path().starts_with("/api/");
        if !is_page || wants_no_follower(headers) {
            return None;
        }
        let (medium, touch) = touch(request, facts)?;
        let is_new = |name: &str| cookie::get(headers, name).is_none();
        let is_kept = |name: &&str| is_new(name) || (*name == LAST && medium != Medium::Direct);
        let names = [FIRST, LAST].into_iter().filter(is_kept);
        let cookies: Vec<_> = names.map(|name| set(name, &touch, facts)).collect();
        (!cookies.is_empty()).then_some(Self { cookies })
    }

    /// Has the browser keep it, if it got a page: that of a sold home is one.
    pub(crate) fn keep(self, response: &mut Response) {
        let status = response.status();
        if status.is_success() || status == StatusCode::GONE {
            for cookie in self.cookies {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
        }
    }
}

/// `DNT` and Global Privacy Control.
pub(crate) fn wants_no_follower(headers: &HeaderMap) -> bool {
    ["dnt", "sec-gpc"]
        .iter()
        .any(|name| headers.get(*name).is_some_and(|value| value.as_bytes() == b"1"))
}

/// What led here, and by what means, as a query. None when it was a link of our own.
fn touch(request: &Request, facts: &Facts) -> Option<(Medium, String)> {
    let query = request.uri().query().unwrap_or_default();
    let said: Vec<_> = form_urlencoded::parse(query.as_bytes())
        .filter(|(_, value)| !value.trim().is_empty())
        .collect();
    let tags = said.iter().filter(|(name, _)| TAGS.contains(&name.as_ref()));
    let tags: Vec<_> = tags.collect();
    let is_said = |click: &&&str| said.iter().any(|(name, _)| name == **click);
    let clicks: Vec<_> = CLICKS.iter().filter(is_said).collect();
    let before = text_of(request, header::REFERER);
    let referrer = before.filter(|address| is_elsewhere(address, facts));
    let is_led = !tags.is_empty() || !clicks.is_empty() || referrer.is_some();
    if !is_led && (before.is_some() || !wants_page(request)) {
        return None;
    }
    let tag = |wanted: &str| {
        let found = tags.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| &**value)
    };
    let medium = Medium::of(&Led {
        source: tag("utm_source"),
        medium: tag("utm_medium"),
        has_paid_click: clicks.iter().any(|click| **click != "fbclid"),
        has_social_click: clicks.contains(&&"fbclid"),
        referrer: referrer.and_then(host_of),
    });
    let mut touch = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &tags {
        touch.append_pair(name, shortened(value));
    }
    touch.extend_pairs(clicks.into_iter().map(|click| (click, "true")));
    // Without its query, which may be somebody's words to another site.
    let site = referrer.and_then(|address| address.split(['?', '#']).next());
    touch.extend_pairs(site.map(|site| ("referrer", shortened(site))));
    touch.append_pair("medium", medium.as_str());
    touch.append_pair("landingPath", shortened(request.uri().path()));
    Some((medium, touch.finish()))
}

fn text_of(request: &Request, header: HeaderName) -> Option<&str> {
    let value = request.headers().get(header)?;
    value.to_str().ok()
}

/// Whether somebody opens a page, and not a program a file: a visit begins with a page.
fn wants_page(request: &Request) -> bool {
    text_of(request, header::ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}

fn is_elsewhere(address: &str, facts: &Facts) -> bool {
    authority_of(address).is_some_and(|authority| !authority.eq_ignore_ascii_case(facts.host.authority()))
}

fn authority_of(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    rest.split(['/', '?', '#']).next()
}

/// Without its port.
fn host_of(address: &str) -> Option<&str> {
    let authority = authority_of(address)?;
    authority.split(':').next()
}

fn shortened(text: &str) -> &str {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

fn set(name: &str, touch: &str, facts: &Facts) -> HeaderValue {
    set_for(name, touch, SECONDS, facts)
}

fn set_for(name: &str, touch: &str, seconds: u32, facts: &Facts) -> HeaderValue {
    let secure = if facts.secure_cookies() { "; Secure" } else { "" };
    let cookie = format!("{name}={touch}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&cookie).expect("a query is ASCII")
}

/// Has the browser forget what led here.
pub(crate) fn forget(response: &mut Response, facts: &Facts) {
    for name in [FIRST, LAST] {
        let cookie = set_for(name, "", 0, facts);
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// What the browser kept, if it may.
pub(crate) fn of(parts: &Parts) -> Option<Attribution> {
    if !Remembering::here(parts).may() {
        return None;
    }
    let headers = &parts.headers;
    let first = read(cookie::get(headers, FIRST)?);
    let last = read(cookie::get(headers, LAST).unwrap_or_default());
    let mut kept = json!({ "first": first });
    if !last.is_empty() {
        kept["last"] = last.into();
    }
    serde_json::from_value(kept).ok()
}

fn read(touch: &str) -> Map<String, Value> {
    let pairs = form_urlencoded::parse(touch.as_bytes());
    pairs
        .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
        .collect()
}
