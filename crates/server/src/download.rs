//! Files that are sent in parts: a download that broke off goes on where it was (RFC 9110, 14), and whoever has all of it
//! can check that (RFC 9530).

use std::ops::Range;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::Failure;

/// A file that never changes: another one has another hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What to save it as. Letters, digits, dots and hyphens.
    pub name: String,
    /// Its media type.
    pub kind: &'static str,
    /// How many bytes it has.
    pub length: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// What of a file is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// All of it.
    Whole,
    /// These bytes, of which there is at least one.
    Part(Range<u64>),
    /// Bytes that it does not have.
    Beyond,
}

impl Wanted {
    /// The bytes to be sent, of a file of this length.
    pub fn bytes(&self, length: u64) -> Range<u64> {
        match self {
            Self::Whole => 0..length,
            Self::Part(bytes) => bytes.clone(),
            Self::Beyond => 0..0,
        }
    }
}

impl File {
    fn tag(&self) -> String {
        format!("\"{}\"", self.sha256)
    }

    /// What a request asks for. Several ranges at once, and what cannot be read, get all of it, as the RFC allows.
    pub fn wanted(&self, asked: &HeaderMap) -> Wanted {
        let text = |name| {
            asked
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        // Dates are no strong validators of ours, and a weak tag is of something alike.
        if text(header::IF_RANGE).is_some_and(|known| known != self.tag()) {
            return Wanted::Whole;
        }
        text(header::RANGE)
            .and_then(|range| part(range, self.length))
            .unwrap_or(Wanted::Whole)
    }

    /// The answer that sends `body`, which is what was wanted and nothing else.
    ///
    /// # Errors
    ///
    /// Internal, for a hash that is none.
    pub fn answer(&self, wanted: &Wanted, body: Body) -> Result<Response, Failure> {
        let mut response = match wanted {
            Wanted::Whole => body.into_response(),
            Wanted::Part(_) => (StatusCode::PARTIAL_CONTENT, body).into_response(),
            Wanted::Beyond => (StatusCode::RANGE_NOT_SATISFIABLE, Body::empty()).into_response(),
        };
        let length = self.length;
        let bytes = wanted.bytes(length);
        let range = match wanted {
            Wanted::Whole => None,
            Wanted::Part(part) => Some(format!("bytes {}-{}/{length}", part.start, part.end - 1)),
            Wanted::Beyond => Some(format!("bytes */{length}")),
        };
        let hash = hex::decode(&self.sha256).map_err(|error| Failure::Internal(error.into()))?;
        let digest = format!("sha-256=:{}:", BASE64_STANDARD.encode(hash));
        let all = [
            (header::CONTENT_TYPE, Some(self.kind.to_owned())),
            (
                header::CONTENT_LENGTH,
                Some((bytes.end - bytes.start).to_string()),
            ),
            (header::CONTENT_RANGE, range),
            (header::ACCEPT_RANGES, Some("bytes".to_owned())),
            (header::ETAG, Some(self.tag())),
            (HeaderName::from_static("repr-digest"), Some(digest)),
            (
                header::CONTENT_DISPOSITION,
                Some(format!("attachment; filename=\"{}\"", self.name)),
            ),
        ];
        for (name, value) in all {
            let Some(value) = value else { continue };
            let value = value.parse().expect("names, numbers and hashes are ASCII");
            response.headers_mut().insert(name, value);
        }
        Ok(response)
    }
}

/// The one range of `bytes=2-5`, `bytes=2-` or `bytes=-3`. None for what is no single range of bytes.
fn part(text: &str, length: u64) -> Option<Wanted> {
    let (first, last) = text.strip_prefix("bytes=")?.trim().split_once('-')?;
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        // More than fits is beyond any end.
        is_number.then(|| digits.parse().unwrap_or(u64::MAX))
    };
    let bytes = match (first, last) {
        ("", last) => length.saturating_sub(number(last)?)..length,
        (first, "") => number(first)?..length,
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(length)
        }
    };
    match bytes.start < bytes.end {
        true => Some(Wanted::Part(bytes)),
        false => Some(Wanted::Beyond),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> File {
        File {
            name: "all.zip".to_owned(),
            kind: "application/zip",
            length: 10,
            sha256: "00ff".to_owned(),
        }
    }

    fn wanted(headers: &[(HeaderName, &str)]) -> Wanted {
        let mut asked = HeaderMap::new();
        for (name, value) in headers {
            asked.insert(name, value.parse().unwrap());
        }
        file().wanted(&asked)
    }

    #[test]
    fn a_range_is_what_the_rfc_says() {
        for (range, expected) in [
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=2-5", Wanted::Part(2..6)),
            ("bytes=2-", Wanted::Part(2..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-30", Wanted::Part(0..10)),
            ("bytes=5-99999999999999999999999", Wanted::Part(5..10)),
            ("bytes=10-", Wanted::Beyond),
            ("bytes=-0", Wanted::Beyond),
            ("bytes=99999999999999999999999-", Wanted::Beyond),
            ("bytes=5-2", Wanted::Whole),
            ("bytes=1-2,4-5", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("lines=1-2", Wanted::Whole),
        ] {
            assert_eq!(wanted(&[(header::RANGE, range)]), expected, "{range}");
        }
    }

    #[test]
    fn a_part_is_sent_only_of_the_very_file_that_was_begun() {
        let asked = |tag| wanted(&[(header::RANGE, "bytes=2-"), (header::IF_RANGE, tag)]);
        assert_eq!(asked("\"00ff\""), Wanted::Part(2..10));
        for other in ["\"00fe\"", "W/\"00ff\"", "Sat, 29 Oct 1994 19:43:31 GMT"] {
            assert_eq!(asked(other), Wanted::Whole, "{other}");
        }
    }

    #[test]
    fn an_answer_says_which_bytes_it_has_and_how_to_check_the_whole() {
        let heads = |wanted: Wanted| {
            let response = file().answer(&wanted, Body::empty()).unwrap();
            let head = |name: &str| {
                let value = response.headers().get(name);
                value.map_or("", |value| value.to_str().unwrap()).to_owned()
            };
            assert_eq!(head("repr-digest"), "sha-256=:AP8=:");
            assert_eq!(
                (head("etag"), head("accept-ranges")),
                ("\"00ff\"".to_owned(), "bytes".to_owned())
            );
            (
                response.status().as_u16(),
                head("content-length"),
                head("content-range"),
            )
        };
        let text = str::to_owned;
        assert_eq!(heads(Wanted::Whole), (200, text("10"), text("")));
        assert_eq!(heads(Wanted::Part(2..6)), (206, text("4"), text("bytes 2-5/10")));
        assert_eq!(heads(Wanted::Beyond), (416, text("0"), text("bytes */10")));
    }
}
