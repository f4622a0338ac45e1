//! Whether a seller lets a home be shown, in whichever words a service says it.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{ListingId, ResoListing, reso::is_off_market};

/// An answer to whether something may be shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Permission {
    /// Nobody says anything: it may.
    #[default]
    Unsaid,
    Given,
    Refused,
    /// Neither yes nor no. Nobody may be shown whose word cannot be read.
    Unreadable,
}

/// The field that says so of a whole listing.
pub(super) const OF_LISTING: &str = "InternetEntireListingDisplayYN";

/// The field that says so of its address.
pub(super) const OF_ADDRESS: &str = "InternetAddressDisplayYN";

impl Permission {
    fn of(said: &Value) -> Self {
        match said {
            Value::Null => Self::Unsaid,
            Value::Bool(true) => Self::Given,
            Value::Bool(false) => Self::Refused,
            Value::String(text) => Self::of_word(text),
            Value::Number(number) => Self::of_word(&number.to_string()),
            Value::Array(_) | Value::Object(_) => Self::Unreadable,
        }
    }

    fn of_word(word: &str) -> Self {
        match &*word.trim().to_ascii_lowercase() {
            "" => Self::Unsaid,
            "true" | "t" | "y" | "yes" | "1" => Self::Given,
            "false" | "f" | "n" | "no" | "0" => Self::Refused,
            _ => Self::Unreadable,
        }
    }

    /// Whether something that was shown may be shown no longer.
    const fn takes_off(self) -> bool {
        matches!(self, Self::Refused | Self::Unreadable)
    }
}

/// Never fails: a word that is neither yes nor no must not keep a home on the site.
impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|said| Self::of(&said))
    }
}

impl ResoListing {
    /// The listing that must leave the site by the word of this row, although the rest of the row cannot be read.
    pub fn must_go(row: &Value) -> Option<ListingId> {
        // Without the rest of the row, a home that may be shown without its address cannot be shown so.
        let is_refused = [OF_LISTING, OF_ADDRESS]
            .iter()
            .any(|field| Permission::of(&row[*field]).takes_off());
        let is_gone = row["StandardStatus"].as_str().is_some_and(is_off_market);
        let key = row["ListingKey"].as_str().filter(|_| is_refused || is_gone)?;
        key.trim().parse().ok()
    }
}
