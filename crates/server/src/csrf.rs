//! No other site may make a signed-in browser change something here.
//!
//! `tower_http::csrf` checks the same two headers. Ours differs in three ways it cannot be
//! told: the host behind a trusted proxy counts, a bearer token needs no check, and the refusal
//! is one of our failures.

use axum::http::{HeaderMap, Method, header};

use crate::{Failure, bearer, edge::Host};

/// Refuses a change that another site's page started.
///
/// A caller that sends neither header is not a browser of the last six years, so there is no
/// foreign page to protect from: command-line clients work without ceremony.
pub(crate) fn check(method: &Method, headers: &HeaderMap, host: &Host) -> Result<(), Failure> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) || has_bearer(headers) {
        return Ok(());
    }
    let text = |name| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    let same = match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        // A sibling tenant is `same-site`, and a stranger all the same.
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => is_origin_of(origin, host),
        (None, None) => true,
    };
    if same {
        Ok(())
    } else {
        Err(Failure::forbidden(
            "This change was asked for by another site, so it was not made.",
        ))
    }
}

/// A token is never sent by a browser on its own, so nobody can borrow it.
fn has_bearer(headers: &HeaderMap) -> bool {
    bearer::of(headers).is_some()
}

fn is_origin_of(origin: &str, host: &Host) -> bool {
    origin
        .split_once("://")
        .is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host.authority()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        let host = Host::parse("a.example.com").unwrap();
        check(&Method::POST, &headers, &host).is_ok()
    }

    #[test]
    fn only_our_own_pages_and_no_page_at_all_may_change_things() {
        for (headers, allowed) in [
            (&[][..], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("origin", "https://a.example.com")], true),
            (&[("origin", "https://b.example.com")], false),
            (&[("origin", "https://a.example.com.evil.example")], false),
            (&[("origin", "null")], false),
        ] {
            assert_eq!(post(headers), allowed, "{headers:?}");
        }
    }

    #[test]
    fn the_browsers_own_word_beats_the_origin() {
        let both = [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://a.example.com"),
        ];
        assert!(!post(&both));
    }

    #[test]
    fn a_bearer_token_is_no_cookie() {
        let token = [("authorization", "Bearer x"), ("sec-fetch-site", "cross-site")];
        assert!(post(&token));
    }
}
