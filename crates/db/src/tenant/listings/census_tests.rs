//! Homes are counted in memory as the database counts them.

use std::cell::Cell;

use proptest::{
    collection, option,
    prelude::*,
    sample::select,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};
use types::{
    Clock as _, ListingType, TestClock, TestIds,
    listings::{Bounds, Census, Listing, ListingSearch, ListingStatus},
};

use crate::{
    TenantScope, Tx,
    tenant::listings,
    testing::{TestDb, a_listing, a_tenant},
};

/// Homes of all kinds, some of which lie on the edges of what is asked below.
fn homes() -> Vec<Listing> {
    const STREETS: [Option<&str>; 5] = [
        Some("12 Elm Street"),
        Some("9 Dock_side Way"),
        Some("7½ O'Brien's-Wäg"),
        Some("120 Elmwood Rd"),
        None,
    ];
    let all = 0..120_u32;
    let pick = |place: u32, of: usize| place as usize % of;
    all.map(|place| {
        let home = a_listing(&format!("home-{place}")).with(|home| {
            home.status = ListingStatus::ALL[pick(place, 3)];
            home.property_type = ListingType::ALL[pick(place / 3, ListingType::ALL.len())];
            home.address.street = STREETS[pick(place, 5)].map(str::to_owned);
            home.address.city = ["Wilton", "Norwalk", "東"][pick(place / 2, 3)].to_owned();
            home.address.zip = ["06897", "06854"][pick(place / 7, 2)].to_owned();
            home.address.neighborhood = [None, Some("South Norwalk".to_owned())][pick(place, 2)].clone();
            home.price = (place / 4 * 100_000 + 1).to_string().parse().unwrap();
            home.lot_acres = [None, Some(0.5), Some(2.0)][pick(place / 5, 3)];
            if home.property_type == ListingType::Land {
                (home.beds, home.baths, home.sqft) = (None, None, None);
            } else {
                home.beds = (place % 7).to_string().parse().ok();
                home.baths = ["1", "1.5", "2.75"][pick(place / 2, 3)].parse().ok();
                home.sqft = (800 + place % 11 * 200).to_string().parse().ok();
            }
            let at = f64::from(place % 13);
            (home.lat, home.lng) = match place % 13 {
                0 => (None, None),
                _ => (Some(41.0 + at / 10.0), Some(-73.0 - at / 10.0)),
            };
        });
        home.0
    })
    .collect()
}

/// Whoever asks for everything at once finds nothing.
fn rarely<T: std::fmt::Debug>(asked: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    option::weighted(0.2, asked)
}

fn some_of<T: Clone + std::fmt::Debug + 'static>(all: Vec<T>) -> impl Strategy<Value = Vec<T>> {
    rarely(collection::vec(select(all), 1..3)).prop_map(Option::unwrap_or_default)
}

fn searches() -> impl Strategy<Value = ListingSearch> {
    let text = prop_oneof![
        Just("wilton"),
        Just("elm"),
        Just("12 elm"),
        Just("ct 068"),
        Just("brien wäg"),
        Just("東"),
        Just("--"),
        Just("nowhere"),
    ];
    let price = || rarely((0..31_u32).prop_map(|step| step * 100_000 + 1));
    let kinds = (
        rarely(text),
        some_of(vec!["wilton", "norwalk", "nowhere"]),
        some_of(vec!["south-norwalk", "nowhere"]),
        some_of(ListingStatus::ALL.to_vec()),
        some_of(ListingType::ALL.to_vec()),
    );
    let ranges = (
        (price(), price()),
        rarely(0..8_u8),
        rarely(select(vec!["1", "1.5", "3"])),
        (rarely(700..3_000_u32), rarely(700..3_000_u32)),
        (
            rarely(select(vec![0.1, 0.5, 1.0])),
            rarely(select(vec![0.5, 1.0, 2.0])),
        ),
        rarely((41.0..42.5_f64, -74.5..-73.0_f64)),
    );
    (kinds, ranges).prop_map(|(kinds, ranges)| {
        let (text, towns, neighborhoods, statuses, types) = kinds;
        let (price, beds, baths, sqft, acres, corner) = ranges;
        let slugs = |names: Vec<&str>| names.iter().map(|name| name.parse().unwrap()).collect();
        let some = |number: Option<u32>| number.map(|number| number.to_string());
        ListingSearch {
            text: text.map(str::to_owned),
            towns: slugs(towns),
            neighborhoods: slugs(neighborhoods),
            statuses,
            types,
            min_price: some(price.0).and_then(|text| text.parse().ok()),
            max_price: some(price.1).and_then(|text| text.parse().ok()),
            beds: beds.and_then(|beds| beds.to_string().parse().ok()),
            baths: baths.and_then(|baths| baths.parse().ok()),
            min_sqft: some(sqft.0).and_then(|text| text.parse().ok()),
            max_sqft: some(sqft.1).and_then(|text| text.parse().ok()),
            min_acres: acres.0,
            max_acres: acres.1,
            bounds: corner.map(|(south, west)| Bounds {
                south,
                west,
                north: south + 0.5,
                east: west + 0.5,
            }),
            ..ListingSearch::default()
        }
    })
}

/// Reads all homes, a few at a time.
async fn census(tx: &mut Tx, scope: &TenantScope) -> (Census, usize) {
    let (mut census, mut read, mut last) = (Census::default(), 0, None);
    loop {
        let homes = listings::counted(tx, scope, last.as_ref(), 7).await.unwrap();
        homes.iter().for_each(|home| census.push(&home.facts));
        read += homes.len();
        match homes.into_iter().next_back() {
            Some(home) => last = Some(home.id),
            None => return (census, read),
        }
    }
}

#[test]
fn whatever_is_asked_as_many_homes_are_found_in_memory_as_in_the_database() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (test, scope) = runtime.block_on(async {
        let (test, ids) = (TestDb::new().await, TestIds::default());
        let here = a_tenant(&test.db, &ids, "here").await;
        let next_door = a_tenant(&test.db, &ids, "next-door").await;
        let mut tx = test.db.write(&here).await.unwrap();
        let now = TestClock::default().now();
        listings::upsert(&mut tx, &here, &homes(), now).await.unwrap();
        tx.commit().await.unwrap();
        a_listing("foreign").insert(&test.db, &next_door).await;
        (test, here)
    });
    let (census, read) = runtime.block_on(async {
        let mut tx = test.db.read(&scope).await.unwrap();
        census(&mut tx, &scope).await
    });
    assert_eq!(read, homes().len());
    let narrowed = Cell::new(0);
    let mut runner = TestRunner::new_with_rng(
        ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::with_cases(400)
        },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let outcome = runner.run(&searches(), |search| {
        let found = runtime.block_on(async {
            let mut tx = test.db.read(&scope).await.unwrap();
            listings::count(&mut tx, &scope, &search).await.unwrap()
        });
        prop_assert_eq!(
            i64::try_from(census.count(&search)).unwrap(),
            found,
            "{:?}",
            search
        );
        narrowed.set(narrowed.get() + usize::from((1..read as i64).contains(&found)));
        Ok(())
    });
    outcome.unwrap();
    assert!(
        narrowed.get() > 100,
        "only {} searches found some",
        narrowed.get()
    );
}
