//! Homes for sale: what a listing is, and what a search for one asks.

mod bounds;
mod census;
mod id;
mod line;
mod moment;
mod permission;
mod reso;
mod search;
mod street;
#[cfg(test)]
mod tests;
mod withheld;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use bounds::{Bounds, BoundsError};
pub use census::{Census, HomeFacts};
pub use id::{ListingId, ListingIdError};
pub use reso::{BadRow, Oddity, ResoListing};
pub use search::{ListingSearch, ListingSort, SortKey, SortOrder, searched_words};

use crate::{
    ListingType, Slug,
    property::{Baths, Beds, Price, Sqft},
    text_enum::text_enum,
};

text_enum! {
    /// Where a listing stands.
    pub enum ListingStatus {
        /// For sale.
        Active = "active",
        /// An offer was accepted.
        Pending = "pending",
        /// Gone.
        Sold = "sold",
    }
}

impl ListingStatus {
    /// What is to be had, or may be again: an offer that was accepted is no sale.
    pub const FOR_SALE: [Self; 2] = [Self::Active, Self::Pending];

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Active => "For sale",
            Self::Pending => "Offer accepted",
            Self::Sold => "Sold",
        }
    }
}

impl ListingType {
    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::SingleFamily => "House",
            Self::Condo => "Condominium",
            Self::Townhouse => "Townhouse",
            Self::MultiFamily => "Multi-family",
            Self::Land => "Land",
        }
    }
}

/// A home that is, or was, for sale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing {
    /// Names it within its tenant.
    pub id: ListingId,
    /// Where it stands.
    pub status: ListingStatus,
    /// Where it lies.
    pub address: ListingAddress,
    /// What is asked for it, or was paid.
    pub price: Price,
    /// Bedrooms; none on land.
    pub beds: Option<Beds>,
    /// Bathrooms; none on land.
    pub baths: Option<Baths>,
    /// Living space.
    pub sqft: Option<Sqft>,
    /// The land it stands on.
    pub lot_acres: Option<f64>,
    /// The year it was built.
    pub year_built: Option<i64>,
    /// What it is.
    pub property_type: ListingType,
    /// What is said of it.
    pub description: String,
    /// Addresses of pictures; a drawing of ours stands in when there are none.
    pub photos: Vec<String>,
    /// Degrees north, when its place may be told.
    pub lat: Option<f64>,
    /// Degrees east, when its place may be told.
    pub lng: Option<f64>,
    /// Its number in the listing service.
    pub mls_number: Option<String>,
    /// When it was first offered, or heard of.
    pub listed_at: Timestamp,
    /// From when it is offered, if it was announced for a day to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered_from: Option<Timestamp>,
    /// When any of this last changed.
    pub updated_at: Timestamp,
    /// When it was sold, if it was and the service says when.
    #[serde(default)]
    pub sold_at: Option<Timestamp>,
    /// Whose listing it is: shown wherever the listing is.
    pub attribution: Attribution,
}

/// Where a home lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListingAddress {
    /// Number and street; absent when the seller does not want it shown.
    pub street: Option<String>,
    /// The city, as people call it.
    pub city: String,
    /// The state, in two letters.
    pub state: String,
    /// The postal code.
    pub zip: String,
    /// The part of the city, as people call it.
    pub neighborhood: Option<String>,
}

/// Whose listing it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribution {
    /// The agent.
    pub broker: Option<String>,
    /// The firm.
    pub office: String,
    /// How the firm is reached.
    pub contact: Option<String>,
    /// What must be said besides.
    pub disclaimer: String,
}

impl Listing {
    /// The town it lies in, as addresses of pages name it.
    pub fn town(&self) -> Option<Slug> {
        Slug::from_name(&self.address.city).ok()
    }

    /// The part of the town, as addresses of pages name it.
    pub fn neighborhood(&self) -> Option<Slug> {
        Slug::from_name(self.address.neighborhood.as_deref()?).ok()
    }

    /// One line that names it: the street, or what may be told instead.
    pub fn headline(&self) -> String {
        match (&self.address.street, &self.address.neighborhood) {
            (Some(street), _) => street.clone(),
            (None, Some(part)) => format!("{} in {part}", self.property_type.label()),
            (None, None) => format!("{} in {}", self.property_type.label(), self.address.city),
        }
    }

    /// `4 beds · 2.5 baths · 2,450 sq ft`, as far as known.
    pub fn facts(&self) -> String {
        let rooms = |count: String, one: &str| match count.as_str() {
            "1" => format!("1 {one}"),
            _ => format!("{count} {one}s"),
        };
        let facts = [
            self.beds.map(|beds| rooms(beds.to_string(), "bed")),
            self.baths.map(|baths| rooms(baths.to_string(), "bath")),
            self.sqft.map(|sqft| format!("{} sq ft", grouped(sqft.get()))),
            self.lot_acres
                .filter(|_| self.property_type == ListingType::Land)
                .map(|acres| format!("{acres} acres")),
        ];
        let facts: Vec<_> = facts.into_iter().flatten().collect();
        facts.join(" · ")
    }
}

/// `2450` as people write it: `2,450`.
fn grouped(number: u32) -> String {
    crate::Money::from_dollars(number.into())
        .expect("four billion dollars fit")
        .to_string()
        .trim_start_matches('$')
        .to_owned()
}
