//! `POST /appearance`: light, dark, or as the reader's system has it. The cookie that remembers it is read by the server, so
//! that no page flashes.

use axum::{
    http::{HeaderMap, header},
    response::Response,
};
use server::{
    Facts, Form,
    page::{self, Theme},
};

use crate::member::Member;

/// Remembers it, and leads back to where somebody was.
pub(crate) async fn choose(_: Member, facts: Facts, headers: HeaderMap, Form(typed): Form) -> Response {
    let theme = Theme::named(typed.get("theme"));
    let back = page::came_from(&headers, facts.host.authority());
    let mut response = page::see_other(back.unwrap_or("/"));
    let cookie = theme.cookie(facts.secure_cookies());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
