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
    let mut response = page::see_other(page::came_from(&headers, facts.host.authority()).unwrap_or("/"));
    let cookie = theme.cookie(facts.secure_cookies());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
