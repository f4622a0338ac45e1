//! What a listing is called, by the service it comes from.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

/// Letters, digits, dashes, dots and underscores: it stands in addresses of pages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ListingId(String);

/// Text that is no id. Reads as the end of "this id …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 64 letters, digits, dashes, dots or underscores")]
pub struct ListingIdError;

impl ListingId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ListingId {
    type Err = ListingIdError;

    fn from_str(text: &str) -> Result<Self, ListingIdError> {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let is_one = (1..=64).contains(&text.len()) && text.bytes().all(is_word) && !text.starts_with('.');
        is_one.then(|| Self(text.to_owned())).ok_or(ListingIdError)
    }
}

impl fmt::Display for ListingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for ListingId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
