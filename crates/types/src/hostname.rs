//! Hostnames: which tenant a request is for is decided by comparing these.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Deserializer, Serialize, de};
use unicode_security::MixedScript as _;

/// A DNS name in lower-case A-label form, or an IP address (IPv6 in brackets).
///
/// Two spellings of one host are equal: case, one trailing dot and Unicode form are gone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Hostname(String);

/// What is wrong with a hostname. Reads as the end of "this hostname …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HostnameError {
    /// Nothing is there.
    #[error("is missing")]
    Empty,
    /// Neither a DNS name nor an IP address.
    #[error("must look like www.example.com, without http:// or a path")]
    Malformed,
    /// Every name below one: nobody can prove those one by one.
    #[error("is a wildcard: add each name by itself")]
    Wildcard,
}

impl Hostname {
    /// Reads a hostname as a person types it, without a port.
    pub fn parse(text: &str) -> Result<Self, HostnameError> {
        let text = text.trim();
        let text = text.strip_suffix('.').unwrap_or(text);
        if text.is_empty() {
            return Err(HostnameError::Empty);
        }
        if text.starts_with('[') {
            return parse_ipv6(text);
        }
        if text.starts_with("*.") {
            return Err(HostnameError::Wildcard);
        }
        // Underscores and other non-LDH characters are refused by STD3, long labels and names by DnsLength.
        let ascii = Uts46::new()
            .to_ascii(
                text.as_bytes(),
                AsciiDenyList::STD3,
                Hyphens::CheckFirstLast,
                DnsLength::Verify,
            )
            .map_err(|_| HostnameError::Malformed)?;
        // A last label of digits can only be an IPv4 address, and 127.1 is not a way to write one.
        if ends_in_number(&ascii) && ascii.parse::<Ipv4Addr>().is_err() {
            return Err(HostnameError::Malformed);
        }
        Ok(Self(ascii.into_owned()))
    }

    /// Reads a `Host` header (or the authority of a URL): a hostname and perhaps a port.
    pub fn from_host_header(value: &str) -> Result<Self, HostnameError> {
        Self::parse(without_port(value.trim())?)
    }

    /// The normalised name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host without its leading `www.`, if it has one.
    pub fn without_www(&self) -> Option<Self> {
        self.0.strip_prefix("www.").map(|rest| Self(rest.to_owned()))
    }

    /// Whether this is this machine talking to itself: the hosts of development.
    pub fn is_loopback_name(&self) -> bool {
        self.0 == "localhost"
            || self.0.ends_with(".localhost")
            || self.0 == "[::1]"
            || self
                .0
                .parse::<Ipv4Addr>()
                .is_ok_and(|address| address.is_loopback())
    }

    /// Whether this is an IP address, which cannot be proven by DNS.
    pub fn is_ip_address(&self) -> bool {
        self.0.starts_with('[') || ends_in_number(&self.0)
    }

    /// The name as people read it: `bücher.example`, not `xn--bcher-kva.example`.
    pub fn to_unicode(&self) -> String {
        if self.is_ip_address() {
            return self.0.clone();
        }
        let (name, _) =
            Uts46::new().to_unicode(self.0.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast);
        name.into_owned()
    }

    /// Whether a label has letters of scripts that no language writes together: some may pass for others, as the
    /// Cyrillic letter that looks like an `a` (Unicode's technical standard 39).
    pub fn mixes_scripts(&self) -> bool {
        self.to_unicode()
            .split('.')
            .any(|label| !label.is_single_script())
    }
}

fn parse_ipv6(text: &str) -> Result<Hostname, HostnameError> {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let address = inner.and_then(|inner| inner.parse::<Ipv6Addr>().ok());
    address
        .map(|address| Hostname(format!("[{address}]")))
        .ok_or(HostnameError::Malformed)
}

fn ends_in_number(name: &str) -> bool {
    name.rsplit('.')
        .next()
        .is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()))
}

/// Cuts `:port` off. The port may be empty (RFC 3986) but must be a number.
fn without_port(authority: &str) -> Result<&str, HostnameError> {
    let name_end = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let Some(colon) = authority[name_end..].find(':') else {
        return Ok(authority);
    };
    let (name, port) = authority.split_at(name_end + colon);
    let port = &port[1..];
    if port.bytes().all(|b| b.is_ascii_digit()) && (port.is_empty() || port.parse::<u16>().is_ok()) {
        Ok(name)
    } else {
        Err(HostnameError::Malformed)
    }
}

impl fmt::Display for Hostname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Hostname {
    type Err = HostnameError;

    fn from_str(text: &str) -> Result<Self, HostnameError> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for Hostname {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_host_are_equal() {
        for (text, name) in [
            ("fairfield.localhost", "fairfield.localhost"),
            (" WWW.Example.COM. ", "www.example.com"),
            ("Bücher.example", "xn--bcher-kva.example"),
            ("bu\u{308}cher.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]", "[::1]"),
            ("[0:0:0:0:0:0:0:1]", "[::1]"),
            ("a--b.example", "a--b.example"),
        ] {
            assert_eq!(Hostname::parse(text).unwrap().as_str(), name, "{text}");
        }
    }

    #[test]
    fn what_is_no_hostname_is_refused() {
        for text in [
            "http://example.com",
            "example.com/path",
            "example.com:80",
            "exa mple.com",
            "a_b.example",
            "-a.example",
            "a-.example",
            "a..example",
            "example.com..",
            ".example.com",
            "127.1",
            "1.2.3.400",
            "[::1",
            "::1",
            "xn--a.example",
            "a\0.example",
            "user@example.com",
            &format!("{}.example", "a".repeat(64)),
            &"abcdefgh.".repeat(29),
        ] {
            assert_eq!(Hostname::parse(text), Err(HostnameError::Malformed), "{text}");
        }
        assert_eq!(Hostname::parse(" . "), Err(HostnameError::Empty));
        assert_eq!(Hostname::parse("*.example.com"), Err(HostnameError::Wildcard));
    }

    #[test]
    fn a_host_header_may_have_a_port() {
        for (header, name) in [
            ("Fairfield.localhost:3000", "fairfield.localhost"),
            ("example.com", "example.com"),
            ("example.com.:443", "example.com"),
            ("example.com:", "example.com"),
            ("127.0.0.1:8080", "127.0.0.1"),
            ("[::1]:3000", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(
                Hostname::from_host_header(header).unwrap().as_str(),
                name,
                "{header}"
            );
        }
        for header in [
            "",
            ":80",
            "a:b",
            "a:80:80",
            "a:99999",
            "a:+80",
            "[::1]x:80",
            "::1",
        ] {
            assert!(Hostname::from_host_header(header).is_err(), "{header}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for (text, loopback) in [
            ("localhost", true),
            ("hudson.localhost", true),
            ("127.0.0.1", true),
            ("[::1]", true),
            ("localhost.example.com", false),
            ("notlocalhost", false),
            ("128.0.0.1", false),
        ] {
            assert_eq!(
                Hostname::parse(text).unwrap().is_loopback_name(),
                loopback,
                "{text}"
            );
        }
    }

    #[test]
    fn scripts_that_no_language_writes_together_are_noticed() {
        for (text, mixes) in [
            ("acme.example", false),
            ("bücher.example", false),
            ("\u{430}cme.example", true),
            ("xn--cme-5cd.example", true),
            ("東京タワー.example", false),
            ("пример.example", false),
            ("192.0.2.1", false),
        ] {
            assert_eq!(Hostname::parse(text).unwrap().mixes_scripts(), mixes, "{text}");
        }
    }

    #[test]
    fn www_is_stripped_once_and_unicode_is_for_people() {
        let host = Hostname::parse("www.www.bücher.example").unwrap();

        let stripped = host.without_www().unwrap();

        assert_eq!(stripped.as_str(), "www.xn--bcher-kva.example");
        assert_eq!(stripped.to_unicode(), "www.bücher.example");
        assert_eq!(Hostname::parse("example.com").unwrap().without_www(), None);
    }

    proptest! {
        #[test]
        fn parsing_twice_changes_nothing(text in "\\PC{0,40}|[a-zA-Z0-9.\\-:\\[\\]]{0,40}") {
            if let Ok(host) = Hostname::from_host_header(&text) {
                prop_assert_eq!(Hostname::parse(host.as_str()), Ok(host.clone()));
                prop_assert_eq!(Hostname::parse(&host.to_unicode()), Ok(host));
            }
        }
    }
}
