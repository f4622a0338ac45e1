//! Slugs: names that are safe in a URL, a hostname and an id.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

/// Lower-case letters, digits and single dashes between them, at most as long as a DNS label.
///
/// A tenant's slug may become the first label of a hostname, hence 63.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Slug(String);

/// What is wrong with a slug. Reads as the end of "this slug …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    /// Nothing is there, or nothing that a slug could keep.
    #[error("needs at least one letter or digit")]
    Empty,
    /// Longer than a DNS label.
    #[error("must be at most {} characters", Slug::MAX_LEN)]
    TooLong,
    /// Anything but `[a-z0-9-]`.
    #[error("may only have lower-case letters, digits and dashes")]
    Character,
    /// A dash at an edge, or two in a row.
    #[error("must have dashes only one at a time, between letters or digits")]
    Dash,
}

impl Slug {
    /// The longest label DNS allows.
    pub const MAX_LEN: usize = 63;

    /// Reads a slug that should already be one. Corrects nothing: two spellings would be two tenants.
    pub fn parse(text: &str) -> Result<Self, SlugError> {
        if text.is_empty() {
            return Err(SlugError::Empty);
        }
        if text.len() > Self::MAX_LEN {
            return Err(SlugError::TooLong);
        }
        if !text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        {
            return Err(SlugError::Character);
        }
        if text.starts_with('-') || text.ends_with('-') || text.contains("--") {
            return Err(SlugError::Dash);
        }
        Ok(Self(text.to_owned()))
    }

    /// Makes a slug of any name: `Château & Søn` becomes `chateau-son`.
    pub fn from_name(name: &str) -> Result<Self, SlugError> {
        // Letters without a Latin spelling vanish; they must not become a "[?]" that reads as a word break.
        let ascii = deunicode::deunicode_with_tofu(name, "");
        let mut slug = String::with_capacity(ascii.len().min(Self::MAX_LEN));
        for letter in ascii.chars() {
            if slug.len() == Self::MAX_LEN {
                break;
            }
            if letter.is_ascii_alphanumeric() {
                slug.push(letter.to_ascii_lowercase());
            } else if letter != '\'' && !slug.is_empty() && !slug.ends_with('-') {
                // An apostrophe joins: "Ann's" is anns, not ann-s.
                slug.push('-');
            }
        }
        slug.truncate(slug.trim_end_matches('-').len());
        Self::parse(&slug)
    }

    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        Self::parse(text)
    }
}

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_becomes_a_slug() {
        for (name, slug) in [
            ("Fairfield Baseline", "fairfield-baseline"),
            ("  Château & Søn, LLC ", "chateau-son-llc"),
            ("Ann's Homes", "anns-homes"),
            ("--New--Canaan--", "new-canaan"),
            ("北京", "bei-jing"),
        ] {
            assert_eq!(Slug::from_name(name).unwrap().as_str(), slug, "{name}");
        }
        assert_eq!(Slug::from_name(" !?\u{e000} "), Err(SlugError::Empty));
    }

    #[test]
    fn a_slug_is_not_corrected() {
        for (text, error) in [
            ("", SlugError::Empty),
            ("Fairfield", SlugError::Character),
            ("new canaan", SlugError::Character),
            ("-a", SlugError::Dash),
            ("a-", SlugError::Dash),
            ("a--b", SlugError::Dash),
            (&"a".repeat(64), SlugError::TooLong),
        ] {
            assert_eq!(Slug::parse(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_a_name_becomes_is_a_slug(name in ".{0,200}") {
            if let Ok(slug) = Slug::from_name(&name) {
                prop_assert_eq!(Slug::parse(slug.as_str()), Ok(slug.clone()));
                prop_assert_eq!(Slug::from_name(slug.as_str()), Ok(slug));
            }
        }
    }
}
