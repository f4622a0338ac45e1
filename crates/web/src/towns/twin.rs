//! `….md`: the same as a page, for programs that read text. Search engines are told that the page is the thing itself.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use serde::Deserialize;
use types::{Slug, SlugError};

const MARKDOWN: HeaderValue = HeaderValue::from_static("text/markdown; charset=utf-8");
const NOT_FOUND_BY_SEARCHING: HeaderValue = HeaderValue::from_static("noindex");

/// The last part of an address: a name, and whether its text is wanted rather than its page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Named {
    pub(crate) slug: Slug,
    pub(crate) form: Form,
}

/// What of a page is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Page,
    Text,
}

impl TryFrom<String> for Named {
    type Error = SlugError;

    fn try_from(part: String) -> Result<Self, SlugError> {
        let (name, form) = match part.strip_suffix(".md") {
            Some(name) => (name, Form::Text),
            None => (&*part, Form::Page),
        };
        let slug = Slug::parse(name)?;
        Ok(Self { slug, form })
    }
}

/// Says of an answer that it is Markdown, and of which page it is the text.
pub(crate) fn as_text(mut response: Response, page: &str) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, MARKDOWN);
    headers.insert("x-robots-tag", NOT_FOUND_BY_SEARCHING);
    if let Ok(link) = HeaderValue::from_str(&format!("<{page}>; rel=\"canonical\"")) {
        headers.insert(header::LINK, link);
    }
    response
}
