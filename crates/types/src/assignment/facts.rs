//! What is known of a lead when it has to become somebody's.

use jiff::Timestamp;

use super::ZipCode;
use crate::{Lead, LeadType, Money};

/// What a tenant's listing says of the home that a lead is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedHome {
    /// The town, as people call it.
    pub city: String,
    /// Its postal code, if it is one.
    pub zip: Option<ZipCode>,
    /// What it costs.
    pub price: Money,
}

/// What the rules are asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadFacts {
    /// Which form, list or person it came from.
    pub source: String,
    /// What it is about.
    pub lead_type: LeadType,
    /// The town of the listing, when it is about one.
    pub town: Option<String>,
    /// The postal code of the listing, when it is about one.
    pub zip: Option<ZipCode>,
    /// The address it is about, in somebody's words.
    pub address: Option<String>,
    /// The words on it, and on whom it is from.
    pub tags: Vec<String>,
    /// The least and the most it is about; the same of a listing.
    pub price: Option<(Money, Money)>,
    /// When it came.
    pub at: Timestamp,
}

impl LeadFacts {
    /// What a new lead says, and the listing it is about, if it is one of the tenant's.
    pub fn of(lead: &Lead, home: Option<&ListedHome>) -> Self {
        let property = &lead.property;
        let said = match (property.price_min, property.price_max) {
            (Some(least), Some(most)) => Some((least, most)),
            (Some(one), None) | (None, Some(one)) => Some((one, one)),
            (None, None) => None,
        };
        Self {
            source: lead.source.clone(),
            lead_type: lead.lead_type,
            town: home.map(|home| home.city.clone()),
            zip: home.and_then(|home| home.zip.clone()),
            tags: lead.tags.clone(),
            address: property.listing_address.clone(),
            price: said.or_else(|| home.map(|home| (home.price, home.price))),
            at: lead.created_at,
        }
    }

    /// The same from somebody who has these words on them.
    #[must_use]
    pub fn from_somebody_tagged(mut self, tags: &[String]) -> Self {
        self.tags.extend_from_slice(tags);
        self
    }

    /// Its postal code: that of its listing, or else the one its address ends with.
    pub fn zip(&self) -> Option<ZipCode> {
        let written = || ZipCode::of_address(self.address.as_deref()?);
        self.zip.clone().or_else(written)
    }

    /// Whether it is about this town: that of its listing, or else the one its address names.
    pub fn is_in(&self, town: &str) -> bool {
        match (&self.town, &self.address) {
            (Some(listed), _) => words(listed) == words(town),
            (None, Some(address)) => names(address, town),
            (None, None) => false,
        }
    }
}

/// The words of a text, in lower case.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Whether an address ends with this town, but for a state and a ZIP code: `12 Elm Street, Wilton, CT 06897`.
///
/// A road may be called after a town somewhere else, so what stands before the first comma only counts where there is
/// none.
fn names(address: &str, town: &str) -> bool {
    let wanted = words(town);
    if wanted.is_empty() {
        return false;
    }
    match address.split_once(',') {
        Some((_, rest)) => rest.split(',').any(|part| place(part) == wanted),
        None => {
            let place = place(address);
            place.len() > wanted.len() && place.ends_with(&wanted)
        }
    }
}

/// The words of a part of an address without the state and the ZIP code at its end.
fn place(part: &str) -> Vec<String> {
    let mut place = words(part);
    while place.len() > 1 && place.last().is_some_and(|word| is_digits(word)) {
        place.pop();
    }
    if place.len() > 1 && place.last().is_some_and(|word| word.len() == 2) {
        place.pop();
    }
    place
}

fn is_digits(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}
