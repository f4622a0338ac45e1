//! What a home is worth beside homes like it: their prices, brought to its rooms, its size and today.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{Confidence, Home, Method, Range};
use crate::{
    ListingType, PropertyType,
    listings::{Listing, ListingId, ListingStatus},
    property::{Baths, Beds, Price, Sqft},
};

/// Fewer homes than this say more about themselves than about the town.
pub const ENOUGH: usize = 5;

/// More than this only brings in homes that are less alike.
const MOST: usize = 10;

/// An older sale tells of another market.
const OLDEST: SignedDuration = SignedDuration::from_hours(24 * 730);

/// What a year does to a price.
const A_YEAR: f64 = 0.04;
/// What a bedroom and a bathroom more or less do to it, the size being equal.
const A_BED: f64 = 0.03;
const A_BATH: f64 = 0.04;
/// A home twice as large costs half as much again, not twice as much.
const SIZE_POWER: f64 = 0.6;

/// How many percent less than what is asked for it a home for sale counts: that is rarely what is paid.
pub const OFF_ASKED: u8 = 3;
/// The same of one with an accepted offer.
pub const OFF_PENDING: u8 = 1;

/// How far a home whose size nobody knows is from one of a known size: further than one of twice the size.
const UNKNOWN_SIZE: f64 = 4.0;

/// Spread of the prices up to which they agree, and beyond which they say little.
const AGREED: f64 = 0.15;
const APART: f64 = 0.30;

/// A home like the one that is valued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparable {
    /// The listing.
    pub listing_id: ListingId,
    /// Where it stands, as far as its seller tells.
    pub address: String,
    /// Whether it was sold, or is still to be had.
    pub status: ListingStatus,
    /// What was paid, or is asked.
    pub price: Price,
    /// The same, brought to the rooms and the size of the valued home, and to today. Whole dollars.
    pub adjusted_price: u64,
    /// Bedrooms.
    pub beds: Option<Beds>,
    /// Bathrooms.
    pub baths: Option<Baths>,
    /// Living space.
    pub sqft: Option<Sqft>,
    /// When it was sold, or when the listing last changed.
    pub as_of: Timestamp,
    /// When it was sold, if the service says when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sold_at: Option<Timestamp>,
    /// Whose listing it is.
    pub office: String,
    /// What must be said beside it.
    pub disclaimer: String,
}

/// A listing beside the home, and how far it is from it.
struct Beside<'a> {
    listing: &'a Listing,
    distance: f64,
    adjusted: f64,
}

/// The range that the listings speak for, if enough of them are like the home.
pub(super) fn range(home: &Home, listings: &[Listing], now: Timestamp) -> Option<Range> {
    let alike = listings.iter().filter_map(|listing| beside(home, listing, now));
    let is_measured = |beside: &Beside<'_>| home.sqft.is_none() || beside.listing.sqft.is_some();
    let (mut alike, mut unmeasured): (Vec<_>, Vec<_>) = alike.partition(is_measured);
    nearest(&mut alike, MOST);
    // Homes that may be of any size say something only where too few others do.
    nearest(&mut unmeasured, ENOUGH.saturating_sub(alike.len()));
    alike.append(&mut unmeasured);
    if alike.len() < ENOUGH {
        return None;
    }
    let (value, spread) = weighed(&alike);
    // Half of the spread on either side holds most of the homes; less than 5 % nobody can know.
    let doubt = (spread * 0.6).clamp(0.05, 0.2);
    Some(Range {
        low: dollars(value * (1.0 - doubt)),
        high: dollars(value * (1.0 + doubt)),
        confidence: confidence(home, alike.len(), spread),
        method: Method::Comparables,
        comparables: alike.iter().map(comparable).collect(),
    })
}

/// Leaves so many of them, the likest first.
fn nearest(alike: &mut Vec<Beside<'_>>, most: usize) {
    alike.sort_by(|a, b| a.distance.total_cmp(&b.distance));
    alike.truncate(most);
}

/// The listing beside the home, if it is like it.
fn beside<'a>(home: &Home, listing: &'a Listing, now: Timestamp) -> Option<Beside<'a>> {
    let is_of_kind = match home.property_type {
        PropertyType::SingleFamily => listing.property_type == ListingType::SingleFamily,
        PropertyType::Condo => matches!(listing.property_type, ListingType::Condo | ListingType::Townhouse),
        PropertyType::MultiFamily => false,
    };
    let beds = f64::from(home.beds.get()) - f64::from(listing.beds?.get());
    let baths = home.baths.as_f64() - listing.baths?.as_f64();
    let (size, unsure) = match (home.sqft, listing.sqft) {
        (Some(own), Some(other)) => (f64::from(own.get()) / f64::from(other.get()), 0.0),
        (Some(_), None) => (1.0, UNKNOWN_SIZE),
        (None, _) => (1.0, 0.0),
    };
    let age = now.duration_since(as_of(listing));
    let is_recent = listing.status != ListingStatus::Sold || age <= OLDEST;
    let is_alike = beds.abs() <= 2.0 && baths.abs() <= 2.0 && (0.5..=2.0).contains(&size);
    if !(is_of_kind && is_recent && is_alike) {
        return None;
    }
    let years = match listing.status {
        ListingStatus::Sold => age.as_secs_f64().max(0.0) / (365.25 * 86_400.0),
        ListingStatus::Active | ListingStatus::Pending => 0.0,
    };
    let (off, doubt) = match listing.status {
        ListingStatus::Sold => (0, 0.0),
        ListingStatus::Pending => (OFF_PENDING, 0.25),
        ListingStatus::Active => (OFF_ASKED, 0.5),
    };
    let paid = f64::from(100 - off) / 100.0;
    let rooms = (1.0 + A_BED * beds) * (1.0 + A_BATH * baths);
    let price = f64::from(listing.price.dollars());
    Some(Beside {
        listing,
        distance: beds.abs() + baths.abs() + 4.0 * size.ln().abs() + years + doubt + unsure,
        adjusted: price * paid * rooms * size.powf(SIZE_POWER) * (1.0 + A_YEAR * years),
    })
}

/// The mean of the adjusted prices, the likest counting most, and how far they lie from it: 0.1 is ten percent.
fn weighed(alike: &[Beside<'_>]) -> (f64, f64) {
    let weight = |home: &Beside<'_>| 1.0 / (1.0 + home.distance);
    let total: f64 = alike.iter().map(weight).sum();
    let mean = alike.iter().map(|home| weight(home) * home.adjusted).sum::<f64>() / total;
    let off = |home: &Beside<'_>| (home.adjusted / mean - 1.0).powi(2);
    let variance = alike.iter().map(|home| weight(home) * off(home)).sum::<f64>() / total;
    (mean, variance.sqrt())
}

fn confidence(home: &Home, alike: usize, spread: f64) -> Confidence {
    match (home.sqft, spread) {
        (Some(_), spread) if spread <= AGREED && alike >= 8 => Confidence::High,
        (Some(_), spread) if spread <= APART => Confidence::Medium,
        (None, spread) if spread <= AGREED => Confidence::Medium,
        _ => Confidence::Low,
    }
}

fn comparable(beside: &Beside<'_>) -> Comparable {
    let listing = beside.listing;
    Comparable {
        listing_id: listing.id.clone(),
        address: format!("{}, {}", listing.headline(), listing.address.city),
        status: listing.status,
        price: listing.price,
        adjusted_price: dollars(beside.adjusted),
        beds: listing.beds,
        baths: listing.baths,
        sqft: listing.sqft,
        as_of: as_of(listing),
        sold_at: listing.sold_at,
        office: listing.attribution.office.clone(),
        disclaimer: listing.attribution.disclaimer.clone(),
    }
}

fn as_of(listing: &Listing) -> Timestamp {
    listing.sold_at.unwrap_or(listing.updated_at)
}

/// To the thousand: more digits would promise more than anybody knows.
fn dollars(value: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a price of at most four billion, adjusted by factors below ten"
    )]
    let thousands = (value / 1_000.0).round() as u64;
    thousands * 1_000
}
