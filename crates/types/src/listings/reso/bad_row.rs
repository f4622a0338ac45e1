//! Why a row of a service or a file is no listing.

use super::LONGEST_STREET;

/// Why a row is none. Reads as the end of "this listing …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRow {
    /// A status that no site shows.
    #[error("has the status {0}, which no site shows")]
    Status(String),
    /// A kind of home nobody here knows.
    #[error("is a {0}, which is no kind of home")]
    Kind(String),
    /// Nothing says what kind of home it is.
    #[error("has neither a PropertySubType nor a PropertyType")]
    NoKind,
    /// What is asked for it is asked again every month.
    #[error("is for rent, and a site shows what is for sale")]
    Rent,
    /// Its parts make an address longer than any.
    #[error("has an address of more than {LONGEST_STREET} characters")]
    Address,
    /// The seller keeps it off the internet.
    #[error("may not be shown on the internet")]
    Hidden,
    /// Nobody can read whether the seller keeps it off the internet.
    #[error("has an {0} that is neither yes nor no, and is not shown until it is")]
    Unreadable(&'static str),
    /// More bathrooms than any home has.
    #[error("has more bathrooms than any home")]
    Baths,
    /// Nobody gives a home away: a 0 is what services write for what they do not know.
    #[error("has a price of 0")]
    Price,
}

/// The words of RESO for what is not to be had, now or any more.
const OFF_MARKET: [&str; 6] = ["Canceled", "Delete", "Expired", "Hold", "Incomplete", "Withdrawn"];

pub(in crate::listings) fn is_off_market(word: &str) -> bool {
    OFF_MARKET.contains(&word.trim())
}

impl BadRow {
    /// Whether the row is right, and says that the listing is to leave the site.
    pub fn takes_off(&self) -> bool {
        match self {
            Self::Hidden => true,
            Self::Status(word) => is_off_market(word),
            Self::Kind(_)
            | Self::NoKind
            | Self::Rent
            | Self::Address
            | Self::Baths
            | Self::Price
            | Self::Unreadable(_) => false,
        }
    }
}
