//! Errors that are one error: what is left of a message once everything is taken out that differs from case to case.
//!
//! A thousand dead letters usually died of three things. Nothing here is stored, so that a better rule regroups what
//! is already there.

use std::fmt;

use sha2::{Digest, Sha256};

/// What a group of errors is called: short enough to type, and the same on every run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of an error's pattern.
    pub fn of(pattern: &str) -> Self {
        let hash = Sha256::digest(pattern);
        Self(hex::encode(&hash[..5]))
    }

    /// The fingerprint as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A message with placeholders for what is quoted, addresses, ids and numbers.
pub fn pattern(message: &str) -> String {
    let mut pattern = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(first) = rest.chars().next() {
        let (taken, placeholder) = if let Some(length) = quoted(rest) {
            (length, Some("\"…\""))
        } else {
            let word = rest.find(|c: char| !is_of_word(c)).unwrap_or(rest.len());
            match word {
                0 => (first.len_utf8(), None),
                length => (length, placeholder(&rest[..length])),
            }
        };
        match placeholder {
            Some(placeholder) => pattern.push_str(placeholder),
            None => pattern.push_str(&numberless(&rest[..taken])),
        }
        rest = &rest[taken..];
    }
    pattern.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The length of a quotation at the start of `text`. An apostrophe inside a word does not get here.
fn quoted(text: &str) -> Option<usize> {
    let mark = text
        .chars()
        .next()
        .filter(|mark| matches!(mark, '"' | '\'' | '`'))?;
    let end = text[1..].find(mark)?;
    Some(end + 2)
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '@' | '-' | '_' | '/' | '.' | '\'' | '+')
}

fn placeholder(word: &str) -> Option<&'static str> {
    let bare = word.trim_end_matches('.');
    let is_id = bare.len() >= 8
        && bare.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
        && bare.contains(|c: char| c.is_ascii_digit());
    if bare.contains('@') {
        Some("<address>")
    } else if is_id {
        Some("<id>")
    } else {
        None
    }
}

/// The word with every run of digits as one `N`.
fn numberless(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            '0'..='9' if plain.ends_with('N') => {}
            '0'..='9' => plain.push('N'),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_differs_from_case_to_case_is_taken_out() {
        for (message, expected) in [
            (
                "ingestion_failed: others kept writing the same contact",
                "ingestion_failed: others kept writing the same contact",
            ),
            ("waited 30 s, then 120 s", "waited N s, then N s"),
            (
                "job 0199c5a4-7c1e-7d2b-9f0a-3b8d5e6f7a80 of ann@example.com failed.",
                "job <id> of <address> failed.",
            ),
            (
                "duplicate key \"contacts_email_key\" at 'x'",
                "duplicate key \"…\" at \"…\"",
            ),
            ("the worker's lease", "the worker's lease"),
            ("must be at most 4000 characters", "must be at most N characters"),
            ("an  open \" quotation", "an open \" quotation"),
        ] {
            assert_eq!(pattern(message), expected);
        }
    }

    #[test]
    fn one_cause_has_one_fingerprint_and_another_has_another() {
        let of = |message: &str| Fingerprint::of(&pattern(message));

        assert_eq!(of("took 31 s"), of("took 4 s"));
        assert_ne!(of("took 31 s"), of("lost 31 s"));
        assert_eq!(of("took 31 s").as_str().len(), 10);
    }

    proptest! {
        #[test]
        fn a_pattern_of_a_pattern_is_itself(message in "[a-zN0-9@:. -]{0,60}") {
            let once = pattern(&message);
            prop_assert_eq!(pattern(&once), once);
        }

        #[test]
        fn no_text_panics(message: String) {
            let _ = pattern(&message);
        }
    }
}
