//! What a search for homes asks: every field that is set narrows it.

use super::{Bounds, ListingStatus};
use crate::{
    ListingType, Slug,
    property::{Baths, Beds, Price, Sqft},
    text_enum::text_enum,
    words::words,
};

/// As many words of a text are looked for. A ninth would hardly tell more homes apart.
const MOST_WORDS: usize = 8;

/// The words that homes are searched for with a text, each of which begins one of a home's address. Without any, no home is
/// found.
pub fn searched_words(text: &str) -> Vec<String> {
    words(text).into_iter().take(MOST_WORDS).collect()
}

/// A search.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListingSearch {
    /// Each word of this begins one of its street, city, state or postal code.
    pub text: Option<String>,
    /// Lies in one of these towns; in any when empty.
    pub towns: Vec<Slug>,
    /// Lies in one of these parts of towns; in any when empty.
    pub neighborhoods: Vec<Slug>,
    /// Stands at one of these; at any when empty.
    pub statuses: Vec<ListingStatus>,
    /// Is one of these; any when empty.
    pub types: Vec<ListingType>,
    /// Costs at least this.
    pub min_price: Option<Price>,
    /// Costs at most this.
    pub max_price: Option<Price>,
    /// Has at least so many bedrooms.
    pub beds: Option<Beds>,
    /// Has at least so many bathrooms.
    pub baths: Option<Baths>,
    /// Has at least so much room.
    pub min_sqft: Option<Sqft>,
    /// Has at most so much room.
    pub max_sqft: Option<Sqft>,
    /// Stands on at least so much land.
    pub min_acres: Option<f64>,
    /// Stands on at most so much land.
    pub max_acres: Option<f64>,
    /// Lies within this part of the map.
    pub bounds: Option<Bounds>,
    /// In which order.
    pub sort: ListingSort,
}

impl ListingSearch {
    /// Every home that is to be had.
    pub fn for_sale() -> Self {
        Self {
            statuses: ListingStatus::FOR_SALE.to_vec(),
            ..Self::default()
        }
    }
}

text_enum! {
    /// What listings are sorted by.
    pub enum SortKey {
        /// What they cost.
        Price = "price",
        /// When they were first offered.
        ListedAt = "listedAt",
        /// How many bedrooms they have.
        Beds = "beds",
        /// How much room they have.
        Sqft = "sqft",
    }
}

text_enum! {
    /// Which end goes first.
    pub enum SortOrder {
        /// The least.
        Asc = "asc",
        /// The most.
        Desc = "desc",
    }
}

/// An order of listings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListingSort {
    /// What they are sorted by.
    pub key: SortKey,
    /// Which end goes first.
    pub order: SortOrder,
}

impl Default for ListingSort {
    /// The newest first.
    fn default() -> Self {
        Self {
            key: SortKey::ListedAt,
            order: SortOrder::Desc,
        }
    }
}
