//! Exactly one believable `Host`, or 400.
//!
//! Everything that follows, tenant resolution first of all, hangs on this header; hyper lets
//! none, two, or nonsense through.

use axum::http::{HeaderMap, HeaderValue, Uri, header};

use crate::Failure;

/// The host a request was made to, as the caller sees it: lower case, without trailing dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    authority: String,
    name_ends: usize,
}

impl Host {
    /// The name alone: `fairfield.example.com`, `127.0.0.1`, `[::1]`.
    pub fn name(&self) -> &str {
        self.authority[..self.name_ends].trim_end_matches('.')
    }

    /// Name and port, as in an `Origin`: `fairfield.localhost:3000`.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Reads `name`, `name:port`, `[v6]` or `[v6]:port`; anything else is no host.
    pub fn parse(text: &str) -> Option<Self> {
        // 253 octets of name, a dot, a colon and five digits.
        if text.is_empty() || text.len() > 260 {
            return None;
        }
        let name_ends = match text.strip_prefix('[') {
            Some(rest) => {
                let inside = &rest[..rest.find(']')?];
                inside.parse::<std::net::Ipv6Addr>().ok()?;
                inside.len() + 2
            }
            None => text.find(':').unwrap_or(text.len()),
        };
        let (name, port) = text.split_at(name_ends);
        let good_name = name.starts_with('[') || is_name(name);
        let good_port = port.is_empty() || port[1..].parse::<u16>().is_ok() && is_port(port);
        (good_name && good_port).then(|| Self {
            authority: text.to_ascii_lowercase(),
            name_ends,
        })
    }
}

fn is_port(text: &str) -> bool {
    text.starts_with(':') && text[1..].bytes().all(|byte| byte.is_ascii_digit())
}

fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    !name.is_empty() && name.bytes().all(allowed) && !name.starts_with(['.', '-']) && !name.contains("..")
}

/// The one host of a request.
pub(super) fn strict(headers: &HeaderMap, uri: &Uri) -> Result<Host, Failure> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(Failure::malformed("A request names exactly one Host."));
    };
    let host = read(host)?;
    match uri.authority() {
        // RFC 9112 lets the absolute form win; a caller whose two differ is up to something.
        Some(authority) if !authority.as_str().eq_ignore_ascii_case(&host.authority) => Err(
            Failure::malformed("The Host and the address of the request differ."),
        ),
        _ => Ok(host),
    }
}

/// The host a trusted proxy says it was asked for: the last one, which that proxy wrote.
pub(super) fn forwarded(headers: &HeaderMap) -> Result<Option<Host>, Failure> {
    let Some(value) = headers.get_all("x-forwarded-host").iter().next_back() else {
        return Ok(None);
    };
    let last = value.to_str().unwrap_or("").rsplit(',').next().unwrap_or("");
    Host::parse(last.trim())
        .map(Some)
        .ok_or_else(|| Failure::malformed("The forwarded host is not a host."))
}

fn read(value: &HeaderValue) -> Result<Host, Failure> {
    value
        .to_str()
        .ok()
        .and_then(Host::parse)
        .ok_or_else(|| Failure::malformed("The Host is not a host."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ports_are_told_apart() {
        for (text, name) in [
            ("Fairfield.localhost:3000", "fairfield.localhost"),
            ("example.com.", "example.com"),
            ("127.0.0.1:80", "127.0.0.1"),
            ("[::1]:3000", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(Host::parse(text).unwrap().name(), name, "{text}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in [
            "", ":80", "a b", "a@b", "a/b", "a:b", "a:", "a:+1", "a:99999", "[::1", "[x]", "[::1]x", "..",
            "a..b", "-a", "a,b", "a%2e", "ümlaut",
        ] {
            assert_eq!(Host::parse(text), None, "{text}");
        }
        assert_eq!(Host::parse(&"a".repeat(261)), None);
    }

    proptest::proptest! {
        #[test]
        fn what_is_taken_for_a_host_is_one(text in "[a-zA-Z0-9.:@/\\[\\]_ -]{0,40}|.{0,40}") {
            if let Some(host) = Host::parse(&text) {
                let parsed: axum::http::uri::Authority = text.parse().unwrap();
                let plain = parsed.host().trim_end_matches('.').to_ascii_lowercase();
                proptest::prop_assert_eq!(host.name(), plain);
                proptest::prop_assert!(!text.contains('@'));
            }
        }
    }
}
