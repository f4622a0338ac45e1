//! Versions of single resources: `ETag` out, `If-Match` or `If-None-Match` in.

use std::fmt;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::Failure;

/// The version of a resource: how often it was changed, or what it says. Not when it was changed, because two changes
/// may share a microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(i64);

impl Version {
    pub fn of(count: i64) -> Self {
        Self(count)
    }

    /// The version of a resource that counts no changes: what it says.
    ///
    /// # Panics
    ///
    /// For what is no JSON, which no answer of ours is.
    pub fn of_content(content: &impl Serialize) -> Self {
        let content = serde_json::to_vec(content).expect("an answer is JSON");
        let hash: [u8; 32] = Sha256::digest(content).into();
        let (first, _) = hash
            .split_first_chunk()
            .expect("a hash has more than eight bytes");
        Self(i64::from_be_bytes(*first) & i64::MAX)
    }

    fn tag(self) -> String {
        format!("\"{self}\"")
    }

    /// Names the version in the answer.
    pub fn on(self, mut response: Response) -> Response {
        let tag = HeaderValue::from_str(&self.tag()).expect("a number is ASCII");
        response.headers_mut().insert(header::ETAG, tag);
        response
    }
}

/// What a form carries of it in a hidden field.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Answers with a text that programs ask for again and again: that there is nothing new, when they have it already.
pub fn unless_known(asked: &HeaderMap, kind: &'static str, text: String) -> Response {
    let tag = format!("\"{}\"", &hex::encode(Sha256::digest(&text))[..32]);
    let known = asked
        .get(header::IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok());
    let is_known = known.is_some_and(|known| {
        let mut tags = known.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|known| known == tag)
    });
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, kind)], text).into_response(),
    };
    let headers = response.headers_mut();
    let tag = HeaderValue::from_str(&tag).expect("hexadecimal is ASCII");
    headers.insert(header::ETAG, tag);
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    response
}

/// The version a caller wants to change, if it said so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IfMatch(Option<String>);

impl IfMatch {
    /// The version a form carries in a hidden field: the one its page showed.
    pub fn of_form(version: &str) -> Self {
        Self(Some(format!("\"{version}\"")))
    }

    /// Lets the change pass when the caller read this version, or did not say which.
    ///
    /// # Errors
    /// `Failure::Stale`.
    pub fn allows(&self, current: Version) -> Result<(), Failure> {
        let Some(wanted) = &self.0 else {
            return Ok(());
        };
        let tag = current.tag();
        let matches = |wanted: &str| wanted == "*" || wanted == tag;
        if wanted.split(',').map(str::trim).any(matches) {
            Ok(())
        } else {
            Err(Failure::Stale)
        }
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let header = parts.headers.get(header::IF_MATCH);
        header
            .map(|value| value.to_str().map(str::to_owned))
            .transpose()
            .map(Self)
            .map_err(|_| Failure::malformed("If-Match is not readable."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_something_else_is_another_version() {
        assert_eq!(Version::of_content(&["a"]), Version::of_content(&["a"]));
        assert_ne!(Version::of_content(&["a"]), Version::of_content(&["b"]));
    }

    #[test]
    fn only_the_version_that_was_read_may_be_changed() {
        let current = Version::of(3);
        let older = Version::of(2);
        let if_match = |wanted: &str| IfMatch(Some(wanted.to_owned())).allows(current);
        assert!(if_match(&current.tag()).is_ok());
        assert!(if_match(&format!("{}, {}", older.tag(), current.tag())).is_ok());
        assert!(if_match("*").is_ok());
        assert!(IfMatch::of_form("3").allows(current).is_ok());
        assert!(IfMatch::default().allows(current).is_ok());
        assert!(matches!(if_match(&older.tag()), Err(Failure::Stale)));
        // A weak tag never matches here: RFC 9110, 13.1.1 wants the very same state.
        for nonsense in ["W/\"3\"", "3", "nonsense"] {
            assert!(matches!(if_match(nonsense), Err(Failure::Stale)));
        }
    }
}
