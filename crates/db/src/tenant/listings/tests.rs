//! What a search for homes finds, on whichever database the run is on.

use jiff::SignedDuration;
use types::{
    Clock as _, ListingType, PageRequest, TestClock, TestIds,
    listings::{Bounds, Listing, ListingSearch, ListingSort, ListingStatus, SortKey, SortOrder},
};

use super::words::{Asked, Way};
use crate::{
    PlatformScope, TenantScope, Tx,
    backend::{Only, Sql},
    tenant::listings,
    testing::{TestDb, a_listing, a_tenant},
};

const ALL: PageRequest = PageRequest::new(200, 0);

/// A tenant with three homes, and a neighbour with one.
struct Market {
    db: TestDb,
    scope: TenantScope,
}

impl Market {
    async fn new() -> Self {
        let (db, ids) = (TestDb::new().await, TestIds::default());
        let scope = a_tenant(&db.db, &ids, "fairfield").await;
        let next_door = a_tenant(&db.db, &ids, "hudson").await;
        a_listing("house").insert(&db.db, &scope).await;
        a_listing("condo").with(condo).insert(&db.db, &scope).await;
        a_listing("land").with(land).insert(&db.db, &scope).await;
        a_listing("foreign").insert(&db.db, &next_door).await;
        Self { db, scope }
    }

    async fn found(&self, search: ListingSearch) -> Vec<String> {
        self.page(search, ALL).await
    }

    /// Every word with its home.
    async fn words(&self, tx: &mut Tx) -> Vec<String> {
        let rows: Vec<Only<String>> = tx
            .query(
                "SELECT word || ' ' || listing_id AS value
                   FROM listing_words
                  WHERE tenant_id = $1
                  ORDER BY listing_id, word",
            )
            .bind(self.scope.tenant_id())
            .fetch_all()
            .await
            .unwrap();
        rows.into_iter().map(|Only(row)| row).collect()
    }

    async fn page(&self, search: ListingSearch, page: PageRequest) -> Vec<String> {
        let mut tx = self.db.db.read(&self.scope).await.unwrap();
        let found = listings::search(&mut tx, &self.scope, &search, page)
            .await
            .unwrap();
        let count = listings::count(&mut tx, &self.scope, &search).await.unwrap();
        if page == ALL {
            assert_eq!(count, i64::try_from(found.items.len()).unwrap());
        }
        found.items.iter().map(|listing| listing.id.to_string()).collect()
    }
}

fn condo(listing: &mut Listing) {
    listing.property_type = ListingType::Condo;
    listing.status = ListingStatus::Pending;
    listing.address.street = Some("9 Dock_side Way".to_owned());
    listing.address.city = "Norwalk".to_owned();
    listing.address.zip = "06854".to_owned();
    listing.address.neighborhood = Some("South Norwalk".to_owned());
    listing.price = "620000".parse().unwrap();
    listing.beds = Some("2".parse().unwrap());
    listing.baths = Some("1.5".parse().unwrap());
    listing.sqft = Some("1400".parse().unwrap());
    listing.lot_acres = None;
    (listing.lat, listing.lng) = (Some(41.1), Some(-73.42));
    listing.listed_at = TestClock::default().now() - SignedDuration::from_hours(24);
}

fn land(listing: &mut Listing) {
    listing.property_type = ListingType::Land;
    listing.status = ListingStatus::Sold;
    listing.address.street = None;
    listing.price = "900000".parse().unwrap();
    (listing.beds, listing.baths, listing.sqft) = (None, None, None);
    listing.lot_acres = Some(2.0);
    (listing.lat, listing.lng) = (None, None);
    listing.listed_at = TestClock::default().now() - SignedDuration::from_hours(48);
}

fn slugs(text: &str) -> Vec<types::Slug> {
    vec![text.parse().unwrap()]
}

/// A change of a search, and what it then finds.
type Case = (fn(&mut ListingSearch), &'static [&'static str]);

async fn assert_found(cases: &[Case]) {
    let market = Market::new().await;
    for (narrow, ids) in cases {
        let mut search = ListingSearch::default();
        narrow(&mut search);
        assert_eq!(market.found(search.clone()).await, *ids, "{search:?}");
    }
}

#[tokio::test]
async fn words_and_kinds_narrow() {
    assert_found(&[
        (|_| (), &["house", "condo", "land"]),
        (|search| search.text = Some("ELM".into()), &["house"]),
        (|search| search.text = Some("06854".into()), &["condo"]),
        (|search| search.text = Some("wilton".into()), &["house", "land"]),
        (|search| search.text = Some("dock_side, NOR".into()), &["condo"]),
        (|search| search.text = Some("ock".into()), &[]),
        (|search| search.text = Some("elm norwalk".into()), &[]),
        (|search| search.text = Some("%".into()), &[]),
        (|search| search.towns = slugs("norwalk"), &["condo"]),
        (|search| search.towns = slugs("nor"), &[]),
        (|search| search.neighborhoods = slugs("south-norwalk"), &["condo"]),
        (|search| search.types = vec![ListingType::Land], &["land"]),
        (
            |search| search.statuses = vec![ListingStatus::Active, ListingStatus::Sold],
            &["house", "land"],
        ),
    ])
    .await;
}

#[tokio::test]
async fn numbers_narrow() {
    const NORWALK: Bounds = Bounds {
        south: 41.0,
        west: -73.5,
        north: 41.15,
        east: -73.4,
    };
    assert_found(&[
        (
            |search| search.min_price = "900000".parse().ok(),
            &["house", "land"],
        ),
        (
            |search| search.max_price = "900000".parse().ok(),
            &["condo", "land"],
        ),
        (|search| search.beds = "3".parse().ok(), &["house"]),
        (|search| search.baths = "1.5".parse().ok(), &["house", "condo"]),
        (|search| search.min_sqft = "1401".parse().ok(), &["house"]),
        (|search| search.min_acres = Some(1.0), &["land"]),
        (
            |search| (search.min_acres, search.max_acres) = (Some(0.1), Some(0.5)),
            &["house"],
        ),
        (|search| search.bounds = Some(NORWALK), &["condo"]),
    ])
    .await;
}

#[tokio::test]
async fn every_order_has_two_ends() {
    let market = Market::new().await;

    // What nobody knows the rooms and the size of is last at either end.
    for (key, ascending, descending) in [
        (
            SortKey::Price,
            ["condo", "land", "house"],
            ["house", "land", "condo"],
        ),
        (
            SortKey::ListedAt,
            ["land", "condo", "house"],
            ["house", "condo", "land"],
        ),
        (
            SortKey::Beds,
            ["condo", "house", "land"],
            ["house", "condo", "land"],
        ),
        (
            SortKey::Sqft,
            ["condo", "house", "land"],
            ["house", "condo", "land"],
        ),
    ] {
        let in_order = async |order| {
            let sort = ListingSort { key, order };
            market
                .found(ListingSearch {
                    sort,
                    ..ListingSearch::default()
                })
                .await
        };
        assert_eq!(in_order(SortOrder::Asc).await, ascending, "{key}");
        assert_eq!(in_order(SortOrder::Desc).await, descending, "{key}");
    }
}

#[tokio::test]
async fn pages_follow_each_other() {
    let market = Market::new().await;

    let first = market
        .page(ListingSearch::default(), PageRequest::new(2, 0))
        .await;
    let second = market
        .page(ListingSearch::default(), PageRequest::new(2, 2))
        .await;

    assert_eq!((first.len(), second.as_slice()), (2, &["land".to_owned()][..]));
}

#[tokio::test]
async fn the_map_has_the_homes_of_the_list_whose_place_may_be_told() {
    let market = Market::new().await;
    let mut tx = market.db.db.read(&market.scope).await.unwrap();
    let cheapest = ListingSearch {
        sort: ListingSort {
            key: SortKey::Price,
            order: SortOrder::Asc,
        },
        ..ListingSearch::default()
    };

    let spots = listings::spots(&mut tx, &market.scope, &cheapest, 9)
        .await
        .unwrap();
    let first = listings::spots(&mut tx, &market.scope, &cheapest, 1)
        .await
        .unwrap();

    let shown: Vec<_> = spots
        .iter()
        .map(|spot| (spot.id.as_str(), spot.dollars, spot.at.lat))
        .collect();
    assert_eq!(shown, [("condo", 620_000, 41.1), ("house", 1_250_000, 41.2)]);
    assert_eq!(first, spots[..1]);
}

#[tokio::test]
async fn several_homes_are_found_at_once_and_none_of_a_neighbour() {
    let market = Market::new().await;
    let mut tx = market.db.db.read(&market.scope).await.unwrap();
    let ids = ["condo", "foreign", "gone", "house"].map(|id| id.parse().unwrap());

    let mut found = listings::several(&mut tx, &market.scope, &ids).await.unwrap();

    found.sort_by(|one, other| one.id.cmp(&other.id));
    let found: Vec<_> = found.iter().map(|listing| listing.id.as_str()).collect();
    assert_eq!(found, ["condo", "house"]);
    assert!(
        listings::several(&mut tx, &market.scope, &[])
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_listing_that_is_written_again_is_the_same_listing() {
    let market = Market::new().await;
    let cheaper = a_listing("house").with(|listing| listing.price = "1100000".parse().unwrap());

    let written = cheaper.insert(&market.db.db, &market.scope).await;

    let mut tx = market.db.db.read(&market.scope).await.unwrap();
    let found = listings::find(&mut tx, &market.scope, &written.id).await.unwrap();
    assert_eq!(found, Some(written));
    let foreign = "foreign".parse().unwrap();
    assert_eq!(
        listings::find(&mut tx, &market.scope, &foreign).await.unwrap(),
        None
    );
    drop(tx);
    assert_eq!(market.found(ListingSearch::default()).await.len(), 3);
}

#[tokio::test]
async fn suggestions_begin_with_what_was_typed() {
    let market = Market::new().await;
    let inside =
        a_listing("inside").with(|listing| listing.address.street = Some("1 Old 12 Road".to_owned()));
    inside.insert(&market.db.db, &market.scope).await;

    let mut tx = market.db.db.read(&market.scope).await.unwrap();
    let streets = listings::streets_like(&mut tx, &market.scope, "12", 8)
        .await
        .unwrap();
    let cities = listings::zips_and_cities_like(&mut tx, &market.scope, "NOR", 8)
        .await
        .unwrap();
    let zips = listings::zips_and_cities_like(&mut tx, &market.scope, "068", 1)
        .await
        .unwrap();

    let ids: Vec<_> = streets.iter().map(|listing| listing.id.as_str()).collect();
    assert_eq!(ids, ["house", "inside"]);
    assert_eq!(cities, ["Norwalk"]);
    assert_eq!(zips, ["06854"]);
}

#[tokio::test]
async fn what_is_suggested_is_to_be_had_and_a_city_is_one_in_any_letters() {
    let market = Market::new().await;
    let in_city = |id: &str, city: &str, zip: &str| {
        let (city, zip) = (city.to_owned(), zip.to_owned());
        a_listing(id).with(move |home| (home.address.city, home.address.zip) = (city, zip))
    };
    for (id, city, zip) in [
        ("d1", "DARIEN", "06820"),
        ("d2", "DARIEN", "06820"),
        ("d3", "Darien", "06820"),
        ("e1", "Évreux", "27000"),
        ("e2", "ÉVREUX", "27001"),
    ] {
        let home = in_city(id, city, zip);
        home.insert(&market.db.db, &market.scope).await;
    }
    for (id, city) in [("s1", "Soldbury"), ("s2", "Darien")] {
        let sold = in_city(id, city, "06821").with(|home| {
            home.status = ListingStatus::Sold;
            home.address.street = Some("99 Gone Street".to_owned());
        });
        sold.insert(&market.db.db, &market.scope).await;
    }

    let mut tx = market.db.db.read(&market.scope).await.unwrap();
    let mut places = async |text| {
        listings::zips_and_cities_like(&mut tx, &market.scope, text, 8)
            .await
            .unwrap()
    };
    assert_eq!(places("dar").await, ["Darien"]);
    assert_eq!(places("évr").await, ["Évreux"]);
    assert_eq!(places("ÉVR").await, ["Évreux"]);
    assert_eq!(places("sold").await, Vec::<String>::new());
    assert_eq!(places("0682").await, ["06820"]);
    assert_eq!(places("2700").await, ["27000", "27001"]);
    assert_eq!(places("%").await, Vec::<String>::new());
    let sold = listings::streets_like(&mut tx, &market.scope, "gone", 8).await;
    assert_eq!(sold.unwrap(), Vec::new());
}

#[tokio::test]
async fn a_home_is_found_by_its_address_of_today() {
    let market = Market::new().await;
    let move_to_the_river = |listing: &mut Listing| listing.address.street = Some("3 River Road".to_owned());
    a_listing("house")
        .with(move_to_the_river)
        .insert(&market.db.db, &market.scope)
        .await;

    for (text, ids) in [("river", &["house"][..]), ("elm", &[]), ("3 wilton", &["house"])] {
        let search = ListingSearch {
            text: Some(text.to_owned()),
            ..ListingSearch::default()
        };
        assert_eq!(market.found(search).await, ids, "{text}");
    }

    let mut tx = market.db.db.write(&market.scope).await.unwrap();
    let gone = ["house".parse().unwrap()];
    let now = TestClock::default().now();
    listings::delete(&mut tx, &market.scope, &gone, now)
        .await
        .unwrap();
    let left: Vec<Only<String>> = tx
        .query("SELECT word AS value FROM listing_words WHERE tenant_id = $1 AND listing_id = 'house'")
        .bind(market.scope.tenant_id())
        .fetch_all()
        .await
        .unwrap();
    assert_eq!(left.len(), 0);
}

#[tokio::test]
async fn homes_that_were_there_have_the_words_of_those_that_come() {
    const SQLITE: &str = include_str!("../../../../../migrations/sqlite/0046_listing_words.sql");
    const POSTGRES: &str = include_str!("../../../../../migrations/postgres/0046_listing_words.sql");
    let of = |file: &'static str| {
        let mut statements = file.split_inclusive(';');
        statements
            .find(|part| part.contains("INTO listing_words"))
            .unwrap()
    };
    // What the migration makes of the homes that are there.
    let fill = Sql {
        sqlite: of(SQLITE),
        postgres: of(POSTGRES),
    };
    let market = Market::new().await;
    let odd = |listing: &mut Listing| {
        listing.address.street = Some("7½ O'Brien's-Wäg, #4_b / Č1.".to_owned());
    };
    a_listing("odd")
        .with(odd)
        .insert(&market.db.db, &market.scope)
        .await;
    let mut tx = market.db.db.write(&PlatformScope::new()).await.unwrap();
    let written = market.words(&mut tx).await;
    tx.query("DELETE FROM listing_words WHERE tenant_id <> ''")
        .execute()
        .await
        .unwrap();
    assert_eq!(market.words(&mut tx).await, [""; 0]);

    tx.query(fill).execute().await.unwrap();

    assert_eq!(market.words(&mut tx).await, written);
    for word in ["7½ odd", "brien odd", "wäg odd", "č1 odd", "06854 condo"] {
        assert!(written.iter().any(|known| known == word), "{word}: {written:?}");
    }
}

#[tokio::test]
async fn homes_are_the_same_whatever_way_they_are_asked_for_words() {
    let market = Market::new().await;
    let mut tx = market.db.db.read(&market.scope).await.unwrap();
    for text in [
        "wilton",
        "elm",
        "w",
        "dock side",
        "0",
        "ct wilton 068",
        "nowhere",
        "wilton nowhere",
    ] {
        let asked = Asked::of(&mut tx, &market.scope, text).await.unwrap();
        let mut found = Vec::new();
        for way in [Way::Opened, Way::Listed, Way::Each] {
            let all = tx.query("SELECT id AS value FROM listings WHERE tenant_id = $1");
            let ids: Vec<Only<String>> = asked
                .narrow(all.bind(market.scope.tenant_id()), way)
                .and(" ORDER BY id")
                .fetch_all()
                .await
                .unwrap();
            found.push(ids.into_iter().map(|Only(id)| id).collect::<Vec<_>>());
        }
        assert!(found.iter().all(|ids| *ids == found[0]), "{text}: {found:?}");
        assert_eq!(found[0].is_empty(), text.contains("nowhere"), "{text}");
    }
}

#[tokio::test]
async fn the_smallest_go_first_and_those_of_unknown_size_last_on_every_page() {
    let market = Market::new().await;
    for id in ["meadow", "wood"] {
        a_listing(id)
            .with(land)
            .insert(&market.db.db, &market.scope)
            .await;
    }
    let of = async |key, order, page| {
        let sort = ListingSort { key, order };
        let search = ListingSearch {
            sort,
            ..ListingSearch::default()
        };
        market.page(search, page).await
    };

    for key in [SortKey::Beds, SortKey::Sqft] {
        let all = of(key, SortOrder::Asc, ALL).await;
        assert_eq!(all, ["condo", "house", "land", "meadow", "wood"], "{key}");
        for size in 1..=3 {
            let mut turned = Vec::new();
            for page in 0..5 {
                turned.extend(of(key, SortOrder::Asc, PageRequest::new(size, size * page)).await);
            }
            assert_eq!(turned, all, "{key} in pages of {size}");
        }
        let largest = of(key, SortOrder::Desc, ALL).await;
        assert_eq!(largest[..2], ["house", "condo"], "{key}");
    }
    let mut tx = market.db.db.read(&market.scope).await.unwrap();
    let search = ListingSearch {
        sort: ListingSort {
            key: SortKey::Sqft,
            order: SortOrder::Asc,
        },
        ..ListingSearch::default()
    };
    let spots = listings::spots(&mut tx, &market.scope, &search, 10)
        .await
        .unwrap();
    assert_eq!(
        spots.first().map(|spot| spot.id.to_string()).as_deref(),
        Some("condo")
    );
}
