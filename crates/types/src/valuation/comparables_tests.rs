use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::json;

use super::{Confidence, Home, Method, Range, Valuation};
use crate::{Clock as _, PropertyType, TestClock, listings::Listing};

fn now() -> Timestamp {
    TestClock::default().now()
}

/// A house of four bedrooms that was sold today for a million.
fn sold(id: usize) -> Listing {
    serde_json::from_value(json!({
        "id": format!("S{id}"), "status": "sold", "price": 1_000_000, "beds": 4, "baths": 2.5, "sqft": 2_400,
        "address": {"street": format!("{id} Elm Street"), "city": "Wilton", "state": "CT", "zip": "06897"},
        "propertyType": "single-family", "description": "", "photos": [],
        "listedAt": now(), "updatedAt": now(), "soldAt": now(),
        "attribution": {"office": "Saltmarsh Realty", "disclaimer": ""},
    }))
    .unwrap()
}

fn five(change: impl Fn(&mut Listing)) -> Vec<Listing> {
    let mut homes: Vec<_> = (0..5).map(sold).collect();
    homes.iter_mut().for_each(change);
    homes
}

fn home(beds: &str, sqft: Option<&str>) -> Home {
    Home {
        property_type: PropertyType::SingleFamily,
        beds: beds.parse().unwrap(),
        baths: "2.5".parse().unwrap(),
        sqft: sqft.map(|sqft| sqft.parse().unwrap()),
    }
}

fn range(home: &Home, listings: &[Listing]) -> Range {
    match home.estimate_beside(listings, now()) {
        Valuation::Ok(range) => range,
        Valuation::NeedsReview { reason } => panic!("{reason}"),
    }
}

#[test]
fn a_home_like_five_that_sold_is_worth_what_they_fetched() {
    let range = range(&home("4", Some("2400")), &five(|_| ()));

    assert_eq!((range.low, range.high), (950_000, 1_050_000));
    assert_eq!(
        (range.method, range.confidence),
        (Method::Comparables, Confidence::Medium)
    );
    assert_eq!(range.comparables.len(), 5);
    assert_eq!(range.comparables[0].adjusted_price, 1_000_000);
}

#[test]
fn rooms_size_and_age_are_adjusted_for() {
    let long_ago = now() - SignedDuration::from_hours(24 * 365);
    let subject = home("4", Some("2400"));
    for (what, listings, worth_more) in [
        (
            "fewer beds",
            five(|home| home.beds = Some("3".parse().unwrap())),
            true,
        ),
        (
            "more beds",
            five(|home| home.beds = Some("5".parse().unwrap())),
            false,
        ),
        (
            "fewer baths",
            five(|home| home.baths = Some("2".parse().unwrap())),
            true,
        ),
        (
            "smaller",
            five(|home| home.sqft = Some("2000".parse().unwrap())),
            true,
        ),
        (
            "larger",
            five(|home| home.sqft = Some("3000".parse().unwrap())),
            false,
        ),
        ("a year ago", five(|home| home.sold_at = Some(long_ago)), true),
        (
            "only asked",
            five(|home| home.status = "active".parse().unwrap()),
            false,
        ),
    ] {
        let adjusted = range(&subject, &listings).comparables[0].adjusted_price;
        assert_eq!(adjusted > 1_000_000, worth_more, "{what}: {adjusted}");
        assert_ne!(adjusted, 1_000_000, "{what}");
    }
}

#[test]
fn too_few_or_too_different_homes_leave_the_baseline() {
    let subject = home("4", Some("2400"));
    let years_ago = now() - SignedDuration::from_hours(24 * 800);
    for listings in [
        five(|_| ())[1..].to_vec(),
        five(|home| home.property_type = "condo".parse().unwrap()),
        five(|home| home.beds = Some("7".parse().unwrap())),
        five(|home| home.sqft = Some("1100".parse().unwrap())),
        five(|home| home.sold_at = Some(years_ago)),
    ] {
        assert_eq!(range(&subject, &listings).method, Method::Baseline);
    }
}

#[test]
fn the_likest_come_first_and_ten_are_enough() {
    let mut listings: Vec<_> = (0..14).map(sold).collect();
    listings[13].sold_at = Some(now() - SignedDuration::from_hours(24 * 300));
    listings[0].beds = Some("6".parse().unwrap());

    let range = range(&home("4", Some("2400")), &listings);

    assert_eq!(range.comparables.len(), 10);
    assert_eq!(range.confidence, Confidence::High);
    let ids: Vec<_> = range
        .comparables
        .iter()
        .map(|home| home.listing_id.as_str())
        .collect();
    assert!(!ids.contains(&"S0") && !ids.contains(&"S13"), "{ids:?}");
}

#[test]
fn an_unusual_home_still_needs_an_agent() {
    let answer = home("11", None).estimate_beside(&five(|_| ()), now());

    assert!(matches!(answer, Valuation::NeedsReview { .. }));
}

proptest! {
    #[test]
    fn a_range_holds_what_its_homes_say(prices in proptest::collection::vec(1_000u32..=20_000_000, 5..20), sqft in 1_200u32..=4_800) {
        let listings: Vec<_> = prices
            .iter()
            .enumerate()
            .map(|(id, price)| {
                let mut home = sold(id);
                home.price = price.to_string().parse().unwrap();
                home
            })
            .collect();

        let range = range(&home("4", Some(&sqft.to_string())), &listings);

        let least = range.comparables.iter().map(|home| home.adjusted_price).min().unwrap();
        let most = range.comparables.iter().map(|home| home.adjusted_price).max().unwrap();
        prop_assert!(range.low <= range.high);
        prop_assert!(range.low <= most && range.high + 1_000 >= least, "{range:?}");
    }
}
