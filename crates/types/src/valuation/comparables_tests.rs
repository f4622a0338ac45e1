use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::json;

use super::{Confidence, Home, Method, Range, Valuation, is_at};
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
fn nobody_is_told_a_day_of_sale_that_no_service_said() {
    let undated = five(|home| home.sold_at = None);
    let of = |listings: &[Listing]| {
        let range = range(&home("4", Some("2400")), listings);
        serde_json::to_value(&range.comparables[0]).unwrap()
    };

    let (dated, undated) = (of(&five(|_| ())), of(&undated));

    assert_eq!(dated["soldAt"], json!(now()));
    assert_eq!(undated.get("soldAt"), None);
    assert_eq!(undated["asOf"], json!(now()), "it ages since its listing changed");
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
fn a_home_of_unknown_size_is_asked_only_where_too_few_others_are() {
    let subject = home("4", Some("3000"));
    let unknown = |id| {
        let mut home = sold(id);
        (home.sqft, home.price) = (None, "500000".parse().unwrap());
        home
    };
    let known: Vec<_> = (0..6).map(sold).collect();
    let with = |known: &[Listing], count: usize| -> Vec<Listing> {
        (20..20 + count)
            .map(unknown)
            .chain(known.iter().cloned())
            .collect()
    };
    let ids = |range: &Range| -> Vec<String> {
        let homes = range.comparables.iter();
        homes.map(|home| home.listing_id.to_string()).collect()
    };

    let all = range(&subject, &with(&known, 3));
    assert_eq!(all, range(&subject, &known));
    let few = range(&subject, &with(&known[..3], 4));
    assert_eq!(ids(&few), ["S0", "S1", "S2", "S20", "S21"]);
    assert!(few.low > 700_000, "{few:?}");
    let without_size = range(&home("4", None), &with(&known, 3));
    assert_eq!(without_size.comparables.len(), 9);
}

#[test]
fn a_home_is_not_its_own_comparable() {
    let is_its_own = |street: &str, asked: &str| {
        let mut home = sold(0);
        home.address.street = Some(street.to_owned());
        is_at(&home, asked)
    };
    for (street, asked) in [
        ("76 Clover Terrace", "76 Clover Terrace, Wilton"),
        ("76 Clover Terrace", "76 clover ter wilton ct"),
        ("48 N Main St", "48 North Main Street, Ridgefield, CT 06877"),
        ("48 Main St, Ridgefield, CT", "48 Main Street, Ridgefield"),
        ("50 Main Street #4B", "50 Main St, Unit 4b, Wilton"),
        ("12 O'Brien’s Way", "12 OBriens Way, Wilton"),
    ] {
        assert!(is_its_own(street, asked), "{street}: {asked}");
    }
    for (street, asked) in [
        ("76 Clover Terrace", "7 Clover Terrace, Wilton"),
        ("76 Clover Terrace", "76 Clover Lane, Wilton"),
        ("50 Main Street #4B", "50 Main Street #4C, Wilton"),
        ("1 Post Road", "1 Post Road West, Westport"),
        ("Main Street", "Main Street, Wilton"),
        ("", "12 Elm Street"),
    ] {
        assert!(!is_its_own(street, asked), "{street}: {asked}");
    }
    let mut untold = sold(0);
    untold.address.street = None;
    assert!(!is_at(&untold, "0 Elm Street, Wilton"));
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
