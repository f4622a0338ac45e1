//! What visitors do: search, look at homes, mark them.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::payload::{Address, Id, Word, payload};
use crate::{
    property::{Baths, Beds, ListingType, Price, Sqft},
    text::{Private, Text},
};

payload! {
    /// A visitor searched for homes.
    pub struct SearchPerformed {
        /// From which page.
        source: Word,
        /// What they searched for.
        search_context: SearchContext,
    } optional {
        /// How many homes they saw.
        result_count: u32,
        /// Who.
        actor: Actor,
    }
}

payload! {
    /// A search: words, filters, order, page.
    pub struct SearchContext {} optional {
        /// What they typed, which may be anything.
        query: Private<Text<300>>,
        /// The filters.
        filters_json: FiltersJson,
        /// By what the homes were sorted.
        sort_field: Word,
        /// Which way.
        sort_order: Word,
        /// Which page of them.
        page: u32,
    }
}

payload! {
    /// A visitor did something with a home.
    pub struct ListingBehaviour {
        /// On which page.
        source: Word,
        /// Which home.
        listing: ViewedListing,
    } optional {
        /// The search that led to it.
        search_context: SearchContext,
        /// Who.
        actor: Actor,
    }
}

payload! {
    /// A home as the visitor saw it, since the listing may be gone when an agent looks.
    pub struct ViewedListing {
        /// Its id.
        id: Id,
    } optional {
        /// Where it stands.
        address: Address,
        /// Its city.
        city: Id,
        /// Its state.
        state: Word,
        /// Its postal code.
        zip: Word,
        /// What kind of home.
        property_type: ListingType,
        /// What is asked for it.
        price: Price,
        /// Bedrooms.
        beds: Beds,
        /// Bathrooms.
        baths: Baths,
        /// Living space.
        sqft: Sqft,
    }
}

payload! {
    /// Who did it: a browser, as far as we know it.
    pub struct Actor {} optional {
        /// The first-party cookie.
        visitor_id: Id,
        /// The visit.
        session_id: Id,
    }
}

/// The filters of a search as JSON text. Clients send the text, or the object itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FiltersJson(Text<8_000>);

impl FiltersJson {
    /// The JSON text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl<'de> Deserialize<'de> for FiltersJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => text,
            filters => filters.to_string(),
        };
        Text::parse(&text).map(Self).map_err(de::Error::custom)
    }
}
