use axum::http::StatusCode;
use db::{
    tenant::{assignment, listings},
    testing::a_listing,
};
use insta::{assert_json_snapshot, assert_snapshot};
use jiff::SignedDuration;
use types::{
    Clock as _, ListingType,
    listings::{Listing, ListingStatus},
};

use crate::testing::{FAIRFIELD, HUDSON, Houses, still, token};

/// Fairfield with a house in Wilton and a condominium in Norwalk.
async fn houses() -> Houses {
    let houses = Houses::new().await;
    a_listing("FB1").insert(&houses.db.db, &houses.fairfield).await;
    let condo = |listing: &mut Listing| {
        listing.property_type = ListingType::Condo;
        listing.status = ListingStatus::Pending;
        listing.address.street = Some("9 Dock Way".to_owned());
        listing.address.city = "Norwalk".to_owned();
        listing.price = "620000".parse().unwrap();
        listing.beds = Some("2".parse().unwrap());
        listing.listed_at = houses.clock.now() - SignedDuration::from_hours(24);
    };
    a_listing("FB2")
        .with(condo)
        .insert(&houses.db.db, &houses.fairfield)
        .await;
    houses
}

/// Which of the two a page or an answer shows.
fn shown(text: &str) -> [bool; 2] {
    ["12 Elm Street", "9 Dock Way"].map(|street| text.contains(street))
}

#[tokio::test]
async fn a_search_is_its_address() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);

    for (query, found) in [
        ("", [true, true]),
        ("?q=elm", [true, false]),
        ("?towns=norwalk", [false, true]),
        ("?towns=norwalk,wilton", [true, true]),
        ("?towns=norwalk&towns=wilton", [true, true]),
        ("?status=active", [true, false]),
        ("?types=condo", [false, true]),
        ("?max_price=700,000", [false, true]),
        ("?min_price=$700000", [true, false]),
        ("?beds=3", [true, false]),
        ("?beds=&types=&q=+", [true, true]),
        ("?bounds=41,-74,42,-73", [true, true]),
        ("?bounds=1,2,3,4", [false, false]),
        ("?page=2", [false, false]),
        ("?page=0", [true, true]),
        ("?page=99999999999", [false, false]),
        ("?page=99999999999999999999", [false, false]),
        ("?page=many", [true, true]),
        ("?pageSize=99999999999999999999", [true, true]),
        ("?page=4294967295&pageSize=50", [false, false]),
    ] {
        let page = visitor.get(&format!("/home-search{query}")).await;
        let answer = visitor.get(&format!("/api/listings{query}")).await;

        assert_eq!(shown(page.page()), found, "{query}");
        assert_eq!(shown(answer.text()), found, "{query}");
    }
}

#[tokio::test]
async fn who_does_not_say_which_homes_means_those_that_are_to_be_had() {
    let houses = houses().await;
    let sold = |listing: &mut Listing| {
        listing.status = ListingStatus::Sold;
        listing.address.street = Some("7 Mill Lane".to_owned());
    };
    let sold = a_listing("FB3").with(sold);
    sold.insert(&houses.db.db, &houses.fairfield).await;
    let visitor = houses.visitor(FAIRFIELD);

    let all = visitor.get("/home-search").await;
    let gone = visitor.get("/home-search?status=sold").await;
    let of_a_program = houses.program(FAIRFIELD).get("/api/listings").await;

    assert!(all.page().contains("Homes 1–2 of 2") && !all.page().contains("7 Mill Lane"));
    assert!(gone.page().contains("1 home") && gone.page().contains("7 Mill Lane"));
    assert_eq!(of_a_program.json()["total"], 3, "a program gets what it asks for");
}

#[tokio::test]
async fn each_page_of_all_homes_is_known_as_itself() {
    let houses = houses().await;
    for number in 10..24 {
        let home = a_listing(&format!("FB{number}"));
        home.insert(&houses.db.db, &houses.fairfield).await;
    }
    let visitor = houses.visitor(FAIRFIELD);

    for (asked, known) in [
        ("", ""),
        ("?page=1", ""),
        ("?page=2", "?page=2"),
        ("?page=99", ""),
        ("?towns=wilton&page=2", ""),
    ] {
        let page = visitor.get(&format!("/home-search{asked}")).await;
        let canonical = format!("rel=\"canonical\" href=\"http://{FAIRFIELD}/home-search{known}\"");
        assert!(page.page().contains(&canonical), "{asked}: {}", page.page());
    }
}

#[tokio::test]
async fn times_are_told_as_people_there_tell_them() {
    let houses = Houses::new().await;
    let late = |listing: &mut Listing| {
        listing.listed_at = "2026-03-02T02:00:00Z".parse().unwrap();
        listing.updated_at = "2026-03-02T03:30:00Z".parse().unwrap();
    };
    let home = a_listing("FB1").with(late);
    home.insert(&houses.db.db, &houses.fairfield).await;
    let of_days = |listing: &mut Listing| {
        listing.listed_at = "2026-03-02T00:00:00Z".parse().unwrap();
        listing.updated_at = listing.listed_at;
    };
    let home = a_listing("FB2").with(of_days);
    home.insert(&houses.db.db, &houses.fairfield).await;
    let mut tx = houses.db.db.write(&houses.fairfield).await.unwrap();
    let zone = "America/Los_Angeles";
    assignment::set_zone(&mut tx, &houses.fairfield, zone, houses.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let visitor = houses.visitor(FAIRFIELD);

    let of_moments = visitor.get("/listings/FB1").await;
    let of_days = visitor.get("/listings/FB2").await;

    for said in [
        "<time datetime=\"2026-03-02T03:30:00Z\">March 1, 2026, 7:30 PM PST</time>",
        "<dt>Offered since</dt><dd>March 1, 2026</dd>",
    ] {
        assert!(of_moments.page().contains(said), "{said}: {}", of_moments.page());
    }
    for said in [
        ">March 2, 2026</time>",
        "<dt>Offered since</dt><dd>March 2, 2026</dd>",
    ] {
        assert!(of_days.page().contains(said), "{said}: {}", of_days.page());
    }
}

#[tokio::test]
async fn an_address_that_is_not_to_be_shown_is_not_told_to_programs_as_nothing() {
    let houses = houses().await;
    let hidden = a_listing("FB3").with(|listing| listing.address.street = None);
    hidden.insert(&houses.db.db, &houses.fairfield).await;
    let visitor = houses.visitor(FAIRFIELD);

    let shown = visitor.get("/listings/FB1").await;
    let hidden = visitor.get("/listings/FB3").await;

    assert!(
        shown.page().contains("\"streetAddress\":\"12 Elm Street\""),
        "{}",
        shown.page()
    );
    assert!(!hidden.page().contains("streetAddress"), "{}", hidden.page());
    assert!(hidden.page().contains("\"addressLocality\":\"Wilton\""));
}

#[tokio::test]
async fn a_program_gets_a_page_and_how_many_there_are() {
    let houses = houses().await;

    let answer = houses
        .program(FAIRFIELD)
        .get("/api/listings?sort=price&pageSize=1")
        .await;

    assert_json_snapshot!(answer.json());
}

#[tokio::test]
async fn a_home_has_a_version_that_changes_with_it() {
    let houses = houses().await;
    let program = houses.program(FAIRFIELD);
    let tag = async || program.get("/api/listings/FB1").await.header("etag").to_owned();

    let before = tag().await;
    let same = tag().await;
    let cheaper = a_listing("FB1").with(|home| home.price = "990000".parse().unwrap());
    cheaper.insert(&houses.db.db, &houses.fairfield).await;

    assert!(!before.is_empty());
    assert_eq!(before, same);
    assert_ne!(before, tag().await);
}

#[tokio::test]
async fn a_program_hears_of_a_place_that_is_none_of_ours() {
    let houses = houses().await;
    let program = houses.program(FAIRFIELD);

    for (query, pointer) in [
        ("towns=nowhere", Some("/towns")),
        ("towns=wilton,nowhere", Some("/towns")),
        ("neighborhoods=nowhere", Some("/neighborhoods")),
        ("towns=Wilton", None),
        ("towns=WILTON&status=sold", None),
    ] {
        let answer = program.get(&format!("/api/listings?{query}")).await;

        let refused = answer.json()["errors"][0]["pointer"].as_str().map(str::to_owned);
        assert_eq!(refused.as_deref(), pointer, "{query}: {}", answer.text());
        assert_eq!(answer.status.is_success(), pointer.is_none(), "{query}");
    }
}

#[tokio::test]
async fn a_program_that_asks_for_very_many_places_hears_of_the_first_that_are_none_of_ours() {
    let houses = houses().await;
    let nowhere: Vec<_> = (0..90).map(|nth| format!("nowhere-{nth}")).collect();
    let nowhere = nowhere.join(",");
    let query = format!("towns=wilton,{nowhere}&neighborhoods={nowhere}");

    let answer = houses
        .program(FAIRFIELD)
        .get(&format!("/api/listings?{query}"))
        .await;

    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = answer.json();
    let said: Vec<_> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["detail"].as_str().unwrap())
        .collect();
    assert_eq!(said.len(), 20);
    assert_eq!(
        [said[0], said[19]],
        ["There is no nowhere-0 here.", "There is no nowhere-19 here."]
    );
}

#[tokio::test]
async fn a_program_hears_what_it_asked_wrongly_and_a_person_sees_the_rest() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);
    let query = "?types=castle&min_price=cheap&bounds=1,2&sort=luck&max_acres=NaN&status=active";

    let refused = houses
        .program(FAIRFIELD)
        .get(&format!("/api/listings{query}"))
        .await;
    let page = visitor.get(&format!("/home-search{query}")).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = refused.json();
    let named = refused["errors"].as_array().unwrap();
    let named: Vec<_> = named
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(named, ["/types", "/min_price", "/max_acres", "/bounds", "/sort"]);
    assert_eq!(shown(page.page()), [true, false]);
    let said: Vec<_> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["detail"].as_str().unwrap())
        .collect();
    assert_eq!(
        said[1..4],
        [
            "The least price must be a number.",
            "The most acres must be from 0 to 1,000,000.",
            "Bounds must be south, west, north and east, in degrees.",
        ]
    );
    assert!(page.page().contains("Some of it was left out"));
    assert!(page.page().contains("<li>The least price must be a number.</li>"));
}

#[tokio::test]
async fn a_size_nobody_knows_is_not_at_most_anything() {
    let houses = houses().await;
    let unknown = a_listing("LOT").with(|home| {
        home.sqft = None;
        home.lot_acres = None;
    });
    unknown.insert(&houses.db.db, &houses.fairfield).await;
    let program = houses.program(FAIRFIELD);
    let found = async |query: &str| {
        let answer = program
            .get(&format!("/api/listings?pageSize=50&{query}"))
            .await
            .json();
        let homes = answer["listings"].as_array().unwrap().clone();
        homes.iter().any(|home| home["id"] == "LOT")
    };

    assert!(found("").await);
    assert!(found("min_sqft=0").await && found("min_acres=0").await);
    assert!(!found("max_sqft=9000").await && !found("max_acres=100").await);
}

#[tokio::test]
async fn a_page_beyond_the_last_says_how_many_there_are_and_leads_there() {
    let houses = houses().await;
    for number in 10..24 {
        a_listing(&format!("FB{number}"))
            .insert(&houses.db.db, &houses.fairfield)
            .await;
    }

    let beyond = houses
        .visitor(FAIRFIELD)
        .get("/home-search?towns=wilton&status=active&page=99")
        .await;

    let text = beyond.page();
    assert!(
        text.contains("There is no page 99") && text.contains("15 homes fit, on 2 pages."),
        "{text}"
    );
    assert!(
        text.contains(
            "<a href=\"/home-search?towns=wilton&#38;status=active&#38;page=2\">To the last page</a>"
        )
    );
    assert!(!text.contains("There is nothing like it"));
}

#[tokio::test]
async fn where_no_filter_alone_is_in_the_way_the_place_is_given_up_last() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);

    let here = visitor
        .get("/home-search?towns=wilton&beds=50&min_price=90000000")
        .await;
    let nowhere = visitor
        .get("/home-search?towns=darien&beds=50&min_price=90000000")
        .await;

    assert!(
        here.page()
            .contains("<a href=\"/home-search?towns=wilton\">Every home for sale in this place</a>"),
        "{}",
        here.page()
    );
    assert!(
        nowhere
            .page()
            .contains("<a href=\"/home-search\">Every home for sale</a>"),
        "{}",
        nowhere.page()
    );
}

#[tokio::test]
async fn a_page_leads_to_the_next_with_its_filters() {
    let houses = houses().await;
    for number in 10..24 {
        a_listing(&format!("FB{number}"))
            .insert(&houses.db.db, &houses.fairfield)
            .await;
    }
    let visitor = houses.visitor(FAIRFIELD);

    let first = visitor.get("/home-search?status=active&towns=wilton").await;
    let second = visitor
        .get("/home-search?status=active&towns=wilton&page=2")
        .await;

    assert!(first.page().contains("Homes 1–12 of 15"));
    let next = "href=\"/home-search?status=active&#38;towns=wilton&#38;page=2\" rel=\"next\"";
    assert!(first.page().contains(next));
    assert!(second.page().contains("Homes 13–15 of 15"));
    assert!(
        second
            .page()
            .contains("href=\"/home-search?status=active&#38;towns=wilton\" rel=\"prev\"")
    );
    assert!(
        !first.page().contains("name=\"page\""),
        "another filter begins at page one"
    );
}

#[tokio::test]
async fn homes_that_come_and_go_are_counted_at_once() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);
    let total = async || visitor.get("/api/listings?min_price=1").await.json()["total"].clone();

    let before = total().await;
    a_listing("FB3").insert(&houses.db.db, &houses.fairfield).await;
    let with_another = total().await;
    let mut tx = houses.db.db.write(&houses.fairfield).await.unwrap();
    let sold = ["FB1", "FB2"].map(|id| id.parse().unwrap());
    let now = houses.clock.now();
    listings::delete(&mut tx, &houses.fairfield, &sold, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    assert_eq!([before, with_another, total().await], [2, 3, 1]);
}

#[tokio::test]
async fn a_search_that_finds_nothing_says_what_to_give_up() {
    let houses = houses().await;

    let answer = houses
        .visitor(FAIRFIELD)
        .get("/home-search?towns=norwalk&min_price=1000000&page=3")
        .await;

    let page = answer.page();
    let counted = "<span class=\"sr\">: </span><span class=\"blank-count\">1</span>";
    for way in ["towns=norwalk\">Any price", "min_price=1000000\">Any town"] {
        let way = format!("<a href=\"/home-search?{way}</a>{counted}");
        assert!(page.contains(&way), "{way} in {page}");
    }
}

#[tokio::test]
async fn a_home_is_shown_with_whose_listing_it_is() {
    let houses = houses().await;

    let answer = houses.visitor(FAIRFIELD).get("/listings/FB1").await;

    assert_snapshot!(still(answer.page()));
}

/// The house in Wilton is sold, and there is another one.
async fn with_a_sold_home(variables: &[(&str, &str)]) -> Houses {
    let houses = Houses::with(variables).await;
    let sold = |listing: &mut Listing| {
        listing.status = ListingStatus::Sold;
        listing.sold_at = Some("2026-02-27T00:00:00Z".parse().unwrap());
    };
    let of_fairfield = (&houses.db.db, &houses.fairfield);
    a_listing("FB1")
        .with(sold)
        .insert(of_fairfield.0, of_fairfield.1)
        .await;
    let other = |listing: &mut Listing| listing.address.street = Some("9 Dock Way".to_owned());
    a_listing("FB2")
        .with(other)
        .insert(of_fairfield.0, of_fairfield.1)
        .await;
    houses
}

#[tokio::test]
async fn a_sold_home_keeps_its_page_and_says_that_it_is_gone() {
    let houses = with_a_sold_home(&[]).await;
    let visitor = houses.visitor(FAIRFIELD);

    let sold = visitor.get("/listings/FB1").await;
    let for_sale = visitor.get("/listings/FB2").await;

    assert_eq!(sold.status, StatusCode::GONE);
    let page = sold.text();
    for said in [
        "<dt>Sold</dt><dd>February 27, 2026</dd>",
        "Still for sale in Wilton",
        "href=\"/listings/FB2\"",
        "href=\"/home-value\"",
        "https://schema.org/SoldOut",
        "action=\"/contact\"",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("/calculators/mortgage?price"));
    assert!(!for_sale.page().contains("SoldOut") && !for_sale.page().contains("Still for sale"));
    let sitemap = visitor.get("/sitemap.xml").await;
    assert!(sitemap.text().contains("/listings/FB2<") && !sitemap.text().contains("/listings/FB1<"));
    let found = visitor.get("/home-search?status=sold").await;
    assert!(
        found.page().contains("/listings/FB1"),
        "who looks for it finds it"
    );
    let program = houses.program(FAIRFIELD).get("/api/listings/FB1").await;
    assert_eq!(program.json()["listing"]["status"], "sold");
}

#[tokio::test]
async fn search_engines_are_told_not_to_show_a_sold_home() {
    let in_production = [
        ("SESSION_SECRET", "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6"),
        ("APP_ENV", "production"),
    ];
    let houses = with_a_sold_home(&in_production).await;
    let visitor = houses.visitor(FAIRFIELD);

    let sold = visitor.get("/listings/FB1").await;
    let for_sale = visitor.get("/listings/FB2").await;

    let noindex = "<meta name=\"robots\" content=\"noindex\">";
    assert!(sold.text().contains(noindex) && !for_sale.page().contains(noindex));
}

#[tokio::test]
async fn a_sold_home_is_asked_about_like_any_other_and_remembers_what_led_there() {
    let houses = with_a_sold_home(&[]).await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/listings/FB1?utm_source=sign").await;
    let fields = [
        ("token", token(page.text())),
        ("source", "listing-inquiry"),
        ("listingId", "FB1"),
        ("email", "ann@example.com"),
        ("phone", "203-555-0123"),
    ];

    visitor.post_form("/contact", &fields).await.redirect();

    let payload = houses.only_payload().await;
    assert_eq!(payload["listing"]["id"], "FB1");
    assert_eq!(payload["attribution"]["first"]["utm_source"], "sign");
}

#[tokio::test]
async fn a_home_that_was_taken_off_is_gone_until_it_comes_back() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);
    let mut tx = houses.db.db.write(&houses.fairfield).await.unwrap();
    let off = ["FB1", "FB9"].map(|id| id.parse().unwrap());
    for _ in 0..2 {
        listings::delete(&mut tx, &houses.fairfield, &off, houses.clock.now())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();

    let gone = visitor.get("/listings/FB1").await;
    let never_there = visitor.get("/listings/FB9").await;
    let next_door = houses.visitor(HUDSON).get("/listings/FB1").await;
    a_listing("FB1").insert(&houses.db.db, &houses.fairfield).await;
    let back = visitor.get("/listings/FB1").await;

    assert_eq!(gone.status, StatusCode::GONE);
    assert!(gone.text().contains("This page is gone.") && gone.text().contains("href=\"/home-search\""));
    assert_eq!(never_there.status, StatusCode::NOT_FOUND);
    assert_eq!(next_door.status, StatusCode::NOT_FOUND);
    assert!(back.page().contains("12 Elm Street"));
}

#[tokio::test]
async fn an_inquiry_names_the_home() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/listings/FB1").await;
    let fields = [
        ("token", token(page.page())),
        ("source", "listing-inquiry"),
        ("listingId", "FB1"),
        ("listingAddress", "12 Elm Street, Wilton, CT 06897"),
        ("email", "ann@example.com"),
        ("phone", "203-555-0123"),
    ];

    visitor.post_form("/contact", &fields).await.redirect();

    let payload = houses.only_payload().await;
    assert_eq!(payload["source"], "listing-inquiry");
    assert_eq!(payload["listing"]["id"], "FB1");
}

#[tokio::test]
async fn an_inquiry_about_a_home_with_a_long_address_is_taken() {
    let houses = houses().await;
    a_listing("LONG")
        .with(|home| {
            home.address.street = Some("S".repeat(200));
            home.address.city = "C".repeat(100);
            home.address.state = "T".repeat(32);
        })
        .insert(&houses.db.db, &houses.fairfield)
        .await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/listings/LONG").await;
    let (_, address) = page
        .page()
        .split_once("name=\"listingAddress\" value=\"")
        .unwrap();
    let fields = [
        ("token", token(page.page())),
        ("listingId", "LONG"),
        ("listingAddress", address.split('"').next().unwrap()),
        ("email", "ann@example.com"),
        ("phone", "203-555-0123"),
    ];

    visitor.post_form("/contact", &fields).await.redirect();

    let payload = houses.only_payload().await;
    let kept = payload["listing"]["address"].as_str().unwrap();
    assert!(kept.starts_with(&"S".repeat(200)), "{kept}");
    assert_eq!(kept.len(), 300);
}

#[tokio::test]
async fn an_inquiry_with_an_error_stays_with_its_home() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/listings/FB1").await;
    let fields = [
        ("token", token(page.page())),
        ("source", "listing-inquiry"),
        ("listingId", "FB1"),
        ("message", "Is the attic dry?"),
    ];

    let refused = visitor.post_form("/contact", &fields).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("<h1>Would you like to see it?</h1>"));
    assert!(
        refused
            .text()
            .contains("<h3><a href=\"/listings/FB1\">12 Elm Street</a></h3>")
    );
    assert!(refused.text().contains("Error: 12 Elm Street"));
    assert!(refused.text().contains("Is the attic dry?"));
}

#[tokio::test]
async fn a_home_that_was_taken_off_while_somebody_wrote_is_still_known_by_its_id() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/listings/FB1").await;
    let mut tx = houses.db.db.write(&houses.fairfield).await.unwrap();
    listings::delete(
        &mut tx,
        &houses.fairfield,
        &["FB1".parse().unwrap()],
        houses.clock.now(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let fields = [
        ("token", token(page.page())),
        ("listingId", "FB1"),
        ("listingAddress", "Click http://evil.example"),
        ("email", "ann@example.com"),
        ("phone", "203-555-0123"),
    ];

    visitor.post_form("/contact", &fields).await.redirect();

    assert_eq!(
        houses.only_payload().await["listing"],
        serde_json::json!({"id": "FB1"})
    );
}

#[tokio::test]
async fn a_home_of_another_tenant_is_missing() {
    let houses = houses().await;

    for path in [
        "/listings/FB1",
        "/api/listings/FB1",
        "/listings/nothing",
        "/listings/a%20b",
        "/listings/..",
    ] {
        let answer = houses.visitor(HUDSON).get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let found = houses.program(FAIRFIELD).get("/api/listings/FB1").await.json();
    assert_eq!(found["listing"]["address"]["street"], "12 Elm Street");
    let next_door = houses.program(HUDSON).get("/api/listings").await.json();
    assert_eq!(next_door["total"], 0);
}

#[tokio::test]
async fn a_home_that_is_announced_is_coming_soon_and_nothing_of_it_is_in_the_future() {
    let houses = Houses::new().await;
    let december = "2026-12-15T00:00:00Z".parse().unwrap();
    a_listing("FB1")
        .with(|home| home.offered_from = Some(december))
        .insert(&houses.db.db, &houses.fairfield)
        .await;
    // As rows were kept before.
    a_listing("FB2")
        .with(|home| (home.listed_at, home.updated_at) = (december, december))
        .insert(&houses.db.db, &houses.fairfield)
        .await;
    let visitor = houses.visitor(FAIRFIELD);

    for id in ["FB1", "FB2"] {
        let page = visitor.get(&format!("/listings/{id}")).await;
        let page = page.page();
        assert!(
            page.contains("<p class=\"eyebrow\">Coming soon · House</p>"),
            "{page}"
        );
        assert!(
            page.contains("<dt>Coming soon</dt><dd>From December 15, 2026</dd>"),
            "{page}"
        );
        assert!(page.contains(">March 2, 2026, 7:00 AM EST</time>"), "{page}");
        assert!(!page.contains("Offered since"), "{page}");
    }
    houses.clock.advance(SignedDuration::from_hours(24 * 365));
    let page = visitor.get("/listings/FB1").await;
    assert!(
        page.page()
            .contains("<dt>Offered since</dt><dd>December 15, 2026</dd>")
    );
}

#[tokio::test]
async fn a_card_says_how_its_home_stands_and_when_it_last_changed() {
    let houses = houses().await;
    let december = "2026-12-15T00:00:00Z".parse().unwrap();
    a_listing("FB3")
        .with(|home| home.offered_from = Some(december))
        .insert(&houses.db.db, &houses.fairfield)
        .await;

    let found = houses.visitor(FAIRFIELD).get("/home-search").await;

    for standing in ["For sale", "Offer accepted", "Coming soon"] {
        let badge = format!(">{standing}</span></p><h3>");
        assert_eq!(found.page().matches(&badge).count(), 1, "{standing}");
    }
    let updated = "Updated <time datetime=\"2026-03-02T12:00:00Z\">March 2, 2026, 7:00 AM EST</time></p>";
    assert_eq!(found.page().matches(updated).count(), 3, "{}", found.page());
}

#[tokio::test]
async fn suggestions_are_streets_then_places() {
    let houses = houses().await;
    let program = houses.program(FAIRFIELD);

    let streets = program.get("/api/listings/suggest?q=12").await.json();
    let cities = program.get("/api/listings/suggest?q=nor").await.json();
    let nothing = program.get("/api/listings/suggest").await.json();

    assert_eq!(streets["suggestions"][0]["label"], "12 Elm Street, Wilton");
    assert_eq!(streets["suggestions"][0]["listingId"], "FB1");
    assert_eq!(cities["suggestions"][0]["label"], "Norwalk");
    assert_eq!(nothing["suggestions"], serde_json::json!([]));
}

#[tokio::test]
async fn a_seller_who_hides_the_street_is_found_by_the_town_alone() {
    let houses = Houses::new().await;
    a_listing("FB1")
        .with(|listing| listing.address.street = None)
        .insert(&houses.db.db, &houses.fairfield)
        .await;
    let visitor = houses.visitor(FAIRFIELD);

    let by_street = visitor.get("/home-search?q=elm").await;
    let by_town = visitor.get("/home-search?q=wilton").await;

    assert!(by_street.page().contains("No homes"));
    assert!(by_town.page().contains("House in Wilton"));
}

#[tokio::test]
async fn what_the_script_tells_is_an_event_that_is_taken() {
    let houses = Houses::new().await;
    a_listing("FB-1").insert(&houses.db.db, &houses.fairfield).await;
    let visitor = houses.visitor(FAIRFIELD);

    for path in ["/listings/FB-1", "/home-search?q=elm&beds=3"] {
        let page = visitor.get(path).await;
        let (_, event) = page
            .page()
            .split_once("id=\"behaviour\">")
            .expect("the page says what to tell");
        let event = event.split("</script>").next().unwrap();
        let event = serde_json::from_str(event).unwrap();

        let taken = houses
            .program(FAIRFIELD)
            .post_json("/api/website-events", event)
            .await;

        assert_eq!(taken.status, StatusCode::ACCEPTED, "{path}: {}", taken.text());
    }
}

#[tokio::test]
async fn a_service_that_is_silent_for_a_day_is_said_to_be() {
    let houses = houses().await;
    let address = "https://api.example.com/odata/";
    let (scope, now) = (&houses.fairfield, houses.clock.now());
    let mut tx = houses.db.db.write(scope).await.unwrap();
    db::tenant::listing_feeds::note_answer(&mut tx, scope, address, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let visitor = houses.visitor(FAIRFIELD);

    let fresh = visitor.get("/home-search").await;
    houses.clock.advance(SignedDuration::from_hours(25));
    let stale = visitor.get("/home-search").await;

    let told = "The listing service last answered on March 2, 2026.";
    assert!(!fresh.page().contains("last answered"));
    assert!(stale.page().contains(told) && shown(stale.page()) == [true, true]);
}

#[tokio::test]
async fn a_range_that_no_home_can_be_in_is_said_and_left_out() {
    let houses = houses().await;

    for name in ["price", "sqft", "acres"] {
        let query = format!("?min_{name}=900&max_{name}=100");
        let page = houses
            .visitor(FAIRFIELD)
            .get(&format!("/home-search{query}"))
            .await;
        let refused = houses
            .program(FAIRFIELD)
            .get(&format!("/api/listings{query}"))
            .await;

        assert!(
            page.page()
                .contains("is more than the most, so that no home fits."),
            "{name}"
        );
        assert_eq!(shown(page.page()), [true, true], "{name}");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert_eq!(refused.json()["errors"][0]["pointer"], format!("/min_{name}"));
    }
}

#[tokio::test]
async fn the_home_that_an_address_names_stands_above_what_is_found() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);

    let chosen = visitor.get("/home-search?towns=norwalk&listing_id=FB1").await;
    let told = visitor
        .get("/api/listings?towns=norwalk&listing_id=FB1")
        .await
        .json();
    let gone = visitor.get("/home-search?listing_id=FB9").await;
    let foreign = houses.visitor(HUDSON).get("/home-search?listing_id=FB1").await;
    let refused = visitor.get("/api/listings?listing_id=FB9").await;

    let (before, found) = chosen.page().split_once("found-h").expect("what is found");
    assert_eq!(shown(before), [true, false], "the home is above");
    assert_eq!(shown(found), [false, true]);
    assert_eq!(told["chosen"]["id"], "FB1");
    assert_eq!(told["total"], 1);
    for page in [gone, foreign] {
        assert!(
            page.page()
                .contains("The home that was chosen is not here any more.")
        );
        assert!(!page.page().contains("The home you chose"));
    }
    assert_eq!(refused.json()["errors"][0]["pointer"], "/listing_id");
}

#[tokio::test]
async fn a_search_says_what_it_asks_for_and_how_many_filters_are_behind_their_names() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);

    let all = visitor.get("/home-search").await;
    let some = visitor
        .get("/home-search?beds=2&min_price=600000&types=condo")
        .await;
    let mistaken = visitor.get("/home-search?min_price=much").await;

    assert!(
        all.page()
            .contains("<a class=\"finder-link\" href=\"#filters\">Filters</a>")
    );
    assert!(!all.page().contains("Clear all"));
    for said in [
        "Condominium · 2 or more beds · from $600,000. <a href=\"/home-search\">Clear all</a>",
        "href=\"#filters\">Filters, 3 set</a>",
        "<summary>More filters, 1 set</summary>",
    ] {
        assert!(some.page().contains(said), "{said}: {}", some.page());
    }
    assert!(mistaken.page().contains("class=\"finder-rest is-open\""));
}

#[tokio::test]
async fn what_must_be_said_of_homes_is_said_wherever_they_are() {
    let houses = Houses::new().await;
    let said = ["Copyright of the service.", "Brought by hand."];
    for (id, status, disclaimer) in [
        ("A-1", ListingStatus::Active, said[0]),
        ("A-2", ListingStatus::Active, said[0]),
        ("A-3", ListingStatus::Active, said[1]),
        ("S-1", ListingStatus::Sold, said[0]),
    ] {
        a_listing(id)
            .with(|home| {
                home.status = status;
                home.attribution.disclaimer = disclaimer.to_owned();
            })
            .insert(&houses.db.db, &houses.fairfield)
            .await;
    }
    let visitor = houses.visitor(FAIRFIELD);
    let keeper = houses
        .visitor(FAIRFIELD)
        .with_header("cookie", "saved_homes=A-1~A-2~A-3");

    for (caller, path, times) in [
        (&visitor, "/", [1, 1]),
        (&visitor, "/home-search", [1, 1]),
        (&visitor, "/home-search?status=sold", [1, 0]),
        (&visitor, "/home-search?status=sold&listing_id=A-3", [1, 1]),
        (&visitor, "/listings/S-1", [2, 1]),
        (&visitor, "/llms.txt", [1, 1]),
        (&keeper, "/saved-homes", [1, 1]),
    ] {
        let answer = caller.get(path).await;
        let counted = said.map(|sentence| answer.text().matches(sentence).count());
        assert_eq!(counted, times, "{path}: {}", answer.text());
    }
}

/// What the form of a page would send, as browsers do.
fn sent_by_form(page: &str) -> Vec<(String, String)> {
    let (_, form) = page.split_once("<form class=\"finder\"").unwrap();
    let form = form.split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        Some(rest.split('"').next().unwrap().to_owned())
    };
    let mut sent = Vec::new();
    let mut list = None;
    for tag in form.split('<').map(|tag| tag.split('>').next().unwrap()) {
        if tag.starts_with("select ") {
            list = attribute(tag, "name");
        }
        let is_sent = match tag.split(' ').next().unwrap() {
            "option" => tag.ends_with(" selected"),
            "input" => !tag.contains("type=\"checkbox\"") || tag.ends_with(" checked"),
            _ => false,
        };
        let name = attribute(tag, "name").or_else(|| list.clone());
        let value = attribute(tag, "value").unwrap_or_default();
        if is_sent && !value.is_empty() {
            sent.push((name.unwrap(), value));
        }
    }
    sent
}

#[tokio::test]
async fn every_filter_that_is_on_is_in_the_form_and_stays_at_the_next_search() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);

    for (query, sent) in [
        ("", &[][..]),
        ("beds=6", &[("beds", "6")]),
        ("baths=2.50", &[("baths", "2.5")]),
        ("beds=3&baths=", &[("beds", "3")]),
        (
            "towns=New+Canaan,darien",
            &[("towns", "new-canaan"), ("towns", "darien")],
        ),
        ("sort=price", &[("sort", "price-asc")]),
        ("sort=sqft-asc", &[("sort", "sqft-asc")]),
        ("sort=listedAt", &[]),
        (
            "neighborhoods=a&neighborhoods=b",
            &[("neighborhoods", "a"), ("neighborhoods", "b")],
        ),
        (
            "listing_id=FB1&pageSize=5",
            &[("listing_id", "FB1"), ("pageSize", "5")],
        ),
        ("status=&status=sold", &[("status", "sold")]),
        (
            "types=condo,townhouse",
            &[("types", "condo"), ("types", "townhouse")],
        ),
        (
            "min_price=$500,000&bounds=41,-74,42,-73",
            &[("min_price", "$500,000"), ("bounds", "41,-74,42,-73")],
        ),
    ] {
        let page = visitor.get(&format!("/home-search?{query}")).await;

        let form = sent_by_form(page.page());
        let form: Vec<_> = form.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(form, sent, "{query}");
    }
}

#[tokio::test]
async fn a_neighborhood_is_seen_and_can_be_given_up() {
    let houses = houses().await;
    a_listing("G-1")
        .with(|home| home.address.neighborhood = Some("Georgetown".to_owned()))
        .insert(&houses.db.db, &houses.fairfield)
        .await;
    let visitor = houses.visitor(FAIRFIELD);

    let there = visitor
        .get("/home-search?towns=wilton&neighborhoods=georgetown")
        .await;
    let elsewhere = visitor
        .get("/home-search?towns=norwalk&neighborhoods=georgetown")
        .await;
    let only = visitor.get("/home-search?neighborhoods=nowhere").await;

    assert!(
        there
            .page()
            .contains("Wilton · Georgetown. <a href=\"/home-search?towns=wilton\">Any neighborhood</a> · "),
        "{}",
        there.page()
    );
    let counted = |ways: &str, count: u8| {
        format!(
            "<a href=\"/home-search?{ways}</a><span class=\"sr\">: </span><span class=\"blank-count\">{count}<"
        )
    };
    let page = elsewhere.page();
    for way in [
        counted("towns=norwalk\">Any neighborhood", 1),
        counted("\">Any town", 3),
    ] {
        assert!(page.contains(&way), "{way} in {page}");
    }
    assert!(only.page().contains(&counted("\">Any neighborhood", 3)));
    assert!(!only.page().contains("Any town"), "{}", only.page());
}
