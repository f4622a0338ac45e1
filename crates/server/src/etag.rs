//! Versions of single resources: `ETag` out, `If-Match` in.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    response::Response,
};
use jiff::Timestamp;

use crate::Failure;

/// The version of a resource: when it was last changed, to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version(Timestamp);

impl Version {
    pub fn of(updated_at: Timestamp) -> Self {
        Self(updated_at)
    }

    fn tag(self) -> String {
        format!("\"{:x}\"", self.0.as_microsecond())
    }

    /// Names the version in the answer.
    pub fn on(self, mut response: Response) -> Response {
        let tag = HeaderValue::from_str(&self.tag()).expect("a number is ASCII");
        response.headers_mut().insert(header::ETAG, tag);
        response
    }
}

/// The version a caller wants to change, if it said so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IfMatch(Option<String>);

impl IfMatch {
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
    fn only_the_version_that_was_read_may_be_changed() {
        let current = Version::of("2026-03-02T12:00:00.000001Z".parse().unwrap());
        let older = Version::of("2026-03-02T12:00:00Z".parse().unwrap());
        let if_match = |wanted: &str| IfMatch(Some(wanted.to_owned())).allows(current);
        assert!(if_match(&current.tag()).is_ok());
        assert!(if_match(&format!("{}, {}", older.tag(), current.tag())).is_ok());
        assert!(if_match("*").is_ok());
        assert!(IfMatch::default().allows(current).is_ok());
        assert!(matches!(if_match(&older.tag()), Err(Failure::Stale)));
        assert!(matches!(if_match("nonsense"), Err(Failure::Stale)));
    }
}
