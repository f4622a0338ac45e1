//! `POST /appearance`: light, dark, or as the visitor's system has it. The cookie that remembers it is read by the server,
//! so that no page flashes.

use axum::{
    http::{HeaderMap, header},
    response::Response,
};
use server::{
    Facts, Form,
    page::{self, Theme},
};

pub(crate) async fn choose(facts: Facts, headers: HeaderMap, Form(form): Form) -> Response {
    let theme = Theme::named(form.get("theme"));
    let mut response = page::see_other(way_back(&headers, &facts).unwrap_or("/"));
    let cookie = theme.cookie(facts.secure_cookies());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// The page of ours that the button was on: its whole address, as a search has its state there.
pub(crate) fn way_back<'a>(headers: &'a HeaderMap, facts: &Facts) -> Option<&'a str> {
    let address = headers.get(header::REFERER)?.to_str().ok()?;
    let (_, rest) = address.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find('/')?);
    let is_ours = authority.eq_ignore_ascii_case(facts.host.authority());
    page::own_path(path).filter(|_| is_ours)
}
