//! E-mail addresses, normalised so that one person is one contact.

use std::{fmt, str::FromStr};

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Deserializer, Serialize, de};

/// An address a message can be sent to: trimmed, lower case, with a domain that has a dot.
///
/// Lower case in the local part too: no provider people use tells `Ann@` from `ann@`, and agents must not either.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Email(String);

/// What is wrong with an e-mail. Reads as the end of "this e-mail …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing but space.
    #[error("is missing")]
    Empty,
    /// Longer than SMTP carries.
    #[error("must be at most {} characters", Email::MAX_LEN)]
    TooLong,
    /// Not `name@domain.tld`.
    #[error("must look like name@example.com")]
    Malformed,
}

impl Email {
    /// RFC 5321 gives a path 256 bytes, two of which are its angle brackets.
    pub const MAX_LEN: usize = 254;

    /// Reads an address as a person types it.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let address = text.trim().to_lowercase();
        if address.is_empty() {
            return Err(EmailError::Empty);
        }
        if address.len() > Self::MAX_LEN {
            return Err(EmailError::TooLong);
        }
        let options = Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        let parsed =
            EmailAddress::parse_with_options(&address, options).map_err(|_| EmailError::Malformed)?;
        // Quoted local parts are legal, unheard of, and carry spaces and brackets into mail headers.
        let quoted = address.contains(['"', '\\']);
        if quoted
            || address.chars().any(|c| c.is_control() || c.is_whitespace())
            || is_address_literal(parsed.domain())
        {
            return Err(EmailError::Malformed);
        }
        Ok(Self(address))
    }

    /// The normalised address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// `1.2.3.4` has dots but is no domain: the last label of one is never a number.
fn is_address_literal(domain: &str) -> bool {
    domain
        .rsplit('.')
        .next()
        .is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()))
}

/// Personal data: a log line or a failed assertion must not spread it.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_normalised() {
        for (text, address) in [
            ("ann@example.com", "ann@example.com"),
            ("  Ann.Smith+Homes@Example.COM\n", "ann.smith+homes@example.com"),
            ("o'neill@mail.example.co.uk", "o'neill@mail.example.co.uk"),
            ("ÉLODIE@example.com", "élodie@example.com"),
        ] {
            assert_eq!(Email::parse(text).unwrap().as_str(), address);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (text, error) in [
            ("", EmailError::Empty),
            (" \t", EmailError::Empty),
            ("ann", EmailError::Malformed),
            ("ann@", EmailError::Malformed),
            ("@example.com", EmailError::Malformed),
            ("ann@localhost", EmailError::Malformed),
            ("ann@example..com", EmailError::Malformed),
            ("ann@1.2.3.4", EmailError::Malformed),
            ("ann@[1.2.3.4]", EmailError::Malformed),
            ("Ann <ann@example.com>", EmailError::Malformed),
            ("\"ann smith\"@example.com", EmailError::Malformed),
            ("ann smith@example.com", EmailError::Malformed),
            ("ann@example.com\r\nBcc: all@example.com", EmailError::Malformed),
            ("ann@exa\0mple.com", EmailError::Malformed),
            (&format!("{}@example.com", "a".repeat(65)), EmailError::Malformed),
            (&format!("ann@{}.com", "a.".repeat(126)), EmailError::TooLong),
        ] {
            assert_eq!(Email::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_log_line_does_not_show_it() {
        let email = Email::parse("ann@example.com").unwrap();

        assert_eq!(format!("{email:?}"), "Email(…)");
        assert_eq!(email.to_string(), "ann@example.com");
        assert_eq!(email.domain(), "example.com");
    }

    proptest! {
        #[test]
        fn parsing_twice_changes_nothing(text in "[ \"]?[\\PC]{1,20}@[\\PC]{1,20}\\.[a-zA-Z]{2,5} ?") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
            }
        }

        #[test]
        fn an_ordinary_address_is_accepted(local in "[a-zA-Z0-9]{1,20}", domain in "[a-zA-Z0-9]{1,20}") {
            let text = format!("{local}@{domain}.com");
            prop_assert!(Email::parse(&text).is_ok());
        }
    }
}
