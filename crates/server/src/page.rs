//! Answers for people: a template drawn, a form that leads on, a look that is remembered.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};

use types::Page;

use crate::{Failure, Submitted, cookie, pieces::Pieces};

/// A page of somebody signed in: never kept by any cache. The edge adds `no-store`.
pub fn private(page: &impl askama::Template) -> Result<Response, Failure> {
    with_status(StatusCode::OK, page)
}

/// A page that is the same for everybody who asks this host: kept, but asked about again.
pub fn public(page: &impl askama::Template) -> Result<Response, Failure> {
    Ok(open_to_all(page.render()?))
}

/// The same for one that is drawn already.
pub fn open_to_all(text: impl Into<Body>) -> Response {
    let cache = HeaderValue::from_static("private, no-cache");
    ([(header::CACHE_CONTROL, cache)], Html(text.into())).into_response()
}

/// A page of somebody's that lies in pieces: most of them are the same for everybody, and are not copied for anybody.
pub fn in_pieces(pieces: Vec<Bytes>) -> Response {
    let pieces = Pieces::new(pieces);
    let mut response = Html(pieces.body()).into_response();
    response.extensions_mut().insert(pieces);
    response
}

/// A page drawn from a form that was sent, with what was typed and no secret: its sender's browser may keep it. Else the
/// way back to it would ask whether to send the form again.
pub fn kept_by_sender(status: StatusCode, page: &impl askama::Template) -> Result<Response, Failure> {
    let mut response = open_to_all(page.render()?);
    *response.status_mut() = status;
    Ok(response)
}

/// A form that was refused, with what was typed and what is wrong.
pub fn refused(page: &impl askama::Template) -> Result<Response, Failure> {
    with_status(StatusCode::UNPROCESSABLE_ENTITY, page)
}

pub fn with_status(status: StatusCode, page: &impl askama::Template) -> Result<Response, Failure> {
    Ok((status, Html(page.render()?)).into_response())
}

/// After a form: 303, so that reloading does not send it again.
pub fn see_other(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// A path to come back to after signing in, if it is one of ours: `//evil.example` and
/// `/\evil.example` are addresses elsewhere to a browser.
pub fn own_path(next: &str) -> Option<&str> {
    let inside = next.starts_with('/') && !next.starts_with("//") && !next.starts_with("/\\");
    let visible = next.bytes().all(|byte| byte.is_ascii_graphic());
    (inside && visible).then_some(next)
}

/// The page of ours, at this authority, that the browser says it comes from: its whole address, as a search has its
/// state there.
pub fn came_from<'a>(headers: &'a HeaderMap, authority: &str) -> Option<&'a str> {
    let address = headers.get(header::REFERER)?.to_str().ok()?;
    let (_, rest) = address.split_once("://")?;
    let (host, path) = rest.split_at(rest.find('/')?);
    let is_ours = host.eq_ignore_ascii_case(authority);
    own_path(path).filter(|_| is_ours)
}

/// The way through a list, for `layout/parts/pager.html`. Links keep the list's filters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pager {
    /// `leads`.
    pub what: &'static str,
    /// `1–50 of about 1,284`.
    pub range: String,
    pub previous: Option<String>,
    pub next: Option<String>,
}

impl Pager {
    /// The way round this page of the list at `path`, whose parameters were `asked`.
    pub fn of<T>(
        what: &'static str,
        (path, asked): (&str, &Submitted),
        page: &Page<T>,
        total: Option<i64>,
    ) -> Self {
        let (limit, offset) = (page.request.limit(), page.request.offset());
        let link = |offset: u32| {
            let offset = (offset > 0).then(|| offset.to_string());
            match asked.query_with("offset", offset.as_deref()) {
                query if query.is_empty() => path.to_owned(),
                query => format!("{path}?{query}"),
            }
        };
        Self {
            what,
            range: range(offset.into(), page.items.len(), total),
            previous: (offset > 0).then(|| link(offset.saturating_sub(limit))),
            next: page.next_offset().map(link),
        }
    }
}

fn range(before: i64, shown: usize, total: Option<i64>) -> String {
    let last = before + i64::try_from(shown).expect("a page is short");
    let range = match shown {
        0 => "None".to_owned(),
        _ => format!("{}–{}", thousands(before + 1), thousands(last)),
    };
    match total {
        Some(total) => format!("{range} of {}", thousands(total)),
        None => range,
    }
}

/// `1284` as people write it: `1,284`.
pub fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of a noun that takes an s: `1 lead`, `1,284 leads`.
pub fn amount(count: i64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(count))
}

/// Light, dark, or as the system says. Read by the server, so that no page flashes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    Light,
    Dark,
    #[default]
    System,
}

impl Theme {
    pub fn of(headers: &HeaderMap) -> Self {
        cookie::get(headers, "theme").map_or(Self::System, Self::named)
    }

    /// Anything unknown is the system's.
    pub fn named(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The value of `data-theme`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::System => "system",
        }
    }

    /// The cookie that remembers the choice for a year. Not a secret, but nobody's business.
    pub fn cookie(self, secure: bool) -> HeaderValue {
        let secure = if secure { "; Secure" } else { "" };
        let cookie = format!(
            "theme={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}",
            self.name()
        );
        HeaderValue::from_str(&cookie).expect("a theme cookie is ASCII")
    }
}

#[cfg(test)]
mod tests {
    use types::PageRequest;

    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let numbers = [0, 999, 1000, 1_234_567, -1000].map(thousands);
        assert_eq!(numbers, ["0", "999", "1,000", "1,234,567", "-1,000"]);
    }

    #[test]
    fn a_pager_leads_round_the_page_and_keeps_the_filters() {
        let asked = Submitted::default().with("status", "new").with("offset", "50");
        let rows = (0..51).collect();
        let page = Page::from_fetched(rows, PageRequest::new(50, 50));
        let pager = Pager::of("leads", ("/leads", &asked), &page, Some(1284));
        assert_eq!(pager.range, "51–100 of 1,284");
        assert_eq!(pager.previous.as_deref(), Some("/leads?status=new"));
        assert_eq!(pager.next.as_deref(), Some("/leads?status=new&offset=100"));
    }

    #[test]
    fn only_paths_of_ours_lead_back() {
        for path in ["/", "/leads?status=new"] {
            assert_eq!(own_path(path), Some(path));
        }
        for elsewhere in [
            "",
            "leads",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\nb",
            "/a b",
        ] {
            assert_eq!(own_path(elsewhere), None, "{elsewhere:?}");
        }
    }
}
