//! Answers for people: a template drawn, a form that leads on, a look that is remembered.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};

use crate::{Failure, cookie};

/// A page of somebody signed in: never kept by any cache. The edge adds `no-store`.
pub fn private(page: &impl askama::Template) -> Result<Response, Failure> {
    with_status(StatusCode::OK, page)
}

/// A page that is the same for everybody who asks this host: kept, but asked about again.
pub fn public(page: &impl askama::Template) -> Result<Response, Failure> {
    let mut response = private(page)?;
    let cache = HeaderValue::from_static("private, no-cache");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
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

/// Light, dark, or as the system says. Read by the server, so that no page flashes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
    use super::*;

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
