use axum::http::{Method, StatusCode};
use db::{
    tenant::{accounts, saved},
    testing::a_listing,
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::Caller;
use types::{AccountId, Clock as _, SavedSearch, SavedSearchId};

use super::reading::{name_of, tidy};
use crate::testing::{FAIRFIELD, HUDSON, Houses};

async fn with_homes() -> Houses {
    let houses = Houses::new().await;
    for id in ["W-1", "W-2"] {
        a_listing(id).insert(&houses.db.db, &houses.fairfield).await;
    }
    houses
}

#[tokio::test]
async fn a_home_is_kept_without_an_account_and_without_a_script() {
    let houses = with_homes().await;
    let visitor = houses.visitor(FAIRFIELD);
    let search = "/home-search?towns=wilton";

    let kept = visitor
        .post_form("/saved-homes", &[("listingId", "W-1"), ("back", search)])
        .await;
    let list = visitor.get("/saved-homes").await;
    let page = visitor.get("/listings/W-1").await;
    let fields = [
        ("listingId", "W-1"),
        ("action", "remove"),
        ("back", "//evil.example"),
    ];
    let gone = visitor.post_form("/saved-homes", &fields).await;

    assert_eq!(kept.redirect(), search);
    assert!(list.page().contains("/listings/W-1") && !list.page().contains("/listings/W-2"));
    assert!(page.page().contains("aria-pressed=\"true\""));
    assert_eq!(gone.redirect(), "/saved-homes", "nobody is led elsewhere");
    assert!(
        visitor
            .get("/saved-homes")
            .await
            .page()
            .contains("No home here yet")
    );
}

const BROWSER: &str = "visitor=0b9f2f0e-7a53-4c5e-9d6e-2f1a4f0c7d11";

#[tokio::test]
async fn a_home_that_is_kept_without_a_script_is_told_once_with_its_browser() {
    let houses = with_homes().await;
    let visitor = houses.visitor(FAIRFIELD).with_header("cookie", BROWSER);
    let page = visitor.get("/listings/W-1").await;
    let (_, gesture) = page.page().split_once("name=\"gesture\" value=\"").unwrap();
    let gesture = gesture.split('"').next().unwrap();
    let fields = [("listingId", "W-1"), ("action", "add"), ("gesture", gesture)];

    for _ in 0..2 {
        visitor.post_form("/saved-homes", &fields).await.redirect();
    }

    let payload = houses.only_payload().await;
    assert_eq!(payload["listing"]["id"], "W-1");
    assert_eq!(payload["listing"]["address"], "12 Elm Street");
    let name = BROWSER.trim_start_matches("visitor=");
    assert_eq!(payload["actor"]["visitorId"], name);
}

#[tokio::test]
async fn a_browser_without_a_name_gets_one_and_letting_go_is_told_too() {
    let houses = with_homes().await;
    let visitor = houses.visitor(FAIRFIELD);

    visitor.post_form("/saved-homes", &[("listingId", "W-1")]).await;
    visitor
        .post_form("/saved-homes", &[("listingId", "W-1"), ("action", "remove")])
        .await;

    let queued = houses.queued().await;
    let told: Vec<Value> = queued
        .iter()
        .map(|job| serde_json::from_str(&job.payload).unwrap())
        .collect();
    let types: Vec<_> = told.iter().map(|event| &event["eventType"]).collect();
    assert_eq!(
        types,
        ["website.listing.favorited", "website.listing.unfavorited"]
    );
    let names = [0, 1].map(|nth| told[nth]["payload"]["actor"]["visitorId"].as_str());
    assert!(names[0].is_some() && names[0] == names[1], "{told:?}");
}

#[tokio::test]
async fn nothing_is_told_of_who_is_not_followed() {
    let houses = with_homes().await;

    for (header, value, fields) in [
        ("dnt", "1", &[("listingId", "W-1")][..]),
        ("sec-gpc", "1", &[("listingId", "W-1")]),
        ("user-agent", "ExampleBot/1.0", &[("listingId", "W-1")]),
        ("accept", "text/html", &[("listingId", "W-1"), ("quiet", "on")]),
    ] {
        let visitor = houses.visitor(FAIRFIELD).with_header(header, value);
        let kept = visitor.post_form("/saved-homes", fields).await;

        assert_eq!(kept.redirect(), "/saved-homes", "{header}: {value}");
        let cookie = kept.header("set-cookie");
        assert!(cookie.starts_with("saved_homes=W-"), "it is kept all the same");
    }

    assert!(houses.queued().await.is_empty());
}

#[tokio::test]
async fn what_is_no_home_of_the_site_is_not_kept() {
    let houses = with_homes().await;
    a_listing("H-1").insert(&houses.db.db, &houses.hudson).await;
    let signed_in = houses.signed_in("ann@example.com").await;

    for (host, id) in [(FAIRFIELD, "NOPE"), (FAIRFIELD, "H-1"), (HUDSON, "W-1")] {
        let back = format!("/listings/{id}");
        let fields = [("listingId", id), ("action", "add"), ("back", &*back)];
        let pressed = houses.visitor(host).post_form("/saved-homes", &fields).await;
        assert_eq!(pressed.redirect(), back);
        assert_eq!(pressed.header("set-cookie"), "", "{id} at {host}");
    }
    signed_in.post_form("/saved-homes", &[("listingId", "H-1")]).await;
    let profile = signed_in.get("/api/user/profile").await.json();

    assert_eq!(profile["profile"]["savedHomes"], json!([]));
    assert!(houses.queued().await.is_empty());
}

#[tokio::test]
async fn signing_in_leaves_behind_what_is_no_home_of_the_site() {
    let houses = with_homes().await;
    a_listing("H-1").insert(&houses.db.db, &houses.hudson).await;
    let visitor = houses.visitor(FAIRFIELD);
    visitor
        .post_form("/sign-in", &[("email", "ann@example.com")])
        .await;
    let text = houses.mails().await[0].mail.text.clone();
    let (_, token) = text.split_once("token=").unwrap();
    let token = token.split_whitespace().next().unwrap();
    let visitor = visitor.with_header("cookie", "saved_homes=NOPE~W-2~H-1");

    visitor
        .post_form("/sign-in/link", &[("token", token)])
        .await
        .redirect();

    let signed_in = houses.signed_in("ann@example.com").await;
    let profile = signed_in.get("/api/user/profile").await.json();
    assert_eq!(profile["profile"]["savedHomes"], json!(["W-2"]));
}

#[tokio::test]
async fn signing_in_takes_along_what_the_browser_kept() {
    let houses = with_homes().await;
    let visitor = houses.visitor(FAIRFIELD);
    visitor.post_form("/saved-homes", &[("listingId", "W-1")]).await;

    visitor
        .post_form("/sign-in", &[("email", "ann@example.com")])
        .await;
    let text = houses.mails().await[0].mail.text.clone();
    let (_, token) = text.split_once("token=").unwrap();
    let token = token.split_whitespace().next().unwrap();
    visitor
        .post_form("/sign-in/link", &[("token", token)])
        .await
        .redirect();

    let profile = visitor.get("/api/user/profile").await.json();
    assert_eq!(profile["profile"]["savedHomes"], json!(["W-1"]));
    houses.clock.advance(SignedDuration::from_mins(1));
    visitor.post_form("/saved-homes", &[("listingId", "W-2")]).await;
    let elsewhere = houses.signed_in("ann@example.com").await;
    let list = elsewhere.get("/saved-homes").await;
    let place = |id: &str| list.page().find(&format!("/listings/{id}\""));
    assert!(
        place("W-2").is_some() && place("W-2") < place("W-1"),
        "the last kept comes first"
    );
}

#[tokio::test]
async fn a_kept_home_that_is_gone_is_said_to_be_gone() {
    let houses = with_homes().await;
    let visitor = houses.visitor(FAIRFIELD).with_header("cookie", "saved_homes=W-9");

    let list = visitor.get("/saved-homes").await;

    assert!(
        list.page()
            .contains("One home you saved is not on the market any more.")
    );
    let nonsense = visitor
        .post_form("/saved-homes", &[("listingId", "../etc")])
        .await;
    assert_eq!(nonsense.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_search_is_kept_told_of_and_let_go() {
    let houses = with_homes().await;
    let visitor = houses.signed_in("ann@example.com").await;
    let query = ("query", "towns=wilton&beds=3&page=2");

    let kept = visitor.post_form("/saved-searches", &[query]).await;
    let list = visitor.get("/saved-searches").await;
    let profile = visitor.get("/api/user/profile").await.json();
    let id = profile["profile"]["savedSearches"][0]["id"].as_str().unwrap();
    visitor
        .post_form("/saved-searches", &[("id", id), ("action", "tell")])
        .await
        .redirect();
    let told = visitor.get("/api/user/profile").await.json();
    visitor
        .post_form("/saved-searches", &[("id", id), ("action", "remove")])
        .await
        .redirect();

    assert_eq!(kept.redirect(), "/saved-searches");
    assert!(list.page().contains("Wilton · 3 or more beds"));
    assert_eq!(told["profile"]["savedSearches"][0]["alerts"], json!(true));
    assert!(
        visitor
            .get("/saved-searches")
            .await
            .page()
            .contains("No search here yet")
    );
}

#[tokio::test]
async fn adding_a_kept_search_again_turns_its_alerts_on_and_never_off() {
    let houses = with_homes().await;
    let visitor = houses.signed_in("ann@example.com").await;
    let query = ("query", "towns=wilton");
    let other = ("query", "towns=darien");
    let alerts = async || {
        let profile = visitor.get("/api/user/profile").await.json();
        let searches = profile["profile"]["savedSearches"].as_array().unwrap().clone();
        let told = searches.iter().filter(|search| search["alerts"] == json!(true));
        told.map(|search| search["query"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };

    visitor.post_form("/saved-searches", &[query]).await;
    visitor.post_form("/saved-searches", &[other]).await;
    let before = alerts().await;
    visitor
        .post_form("/saved-searches", &[query, ("alerts", "yes")])
        .await
        .redirect();
    let after = alerts().await;
    visitor.post_form("/saved-searches", &[query]).await;

    assert_eq!(before, [""; 0]);
    assert_eq!(after, ["towns=wilton"]);
    assert_eq!(alerts().await, after);
}

/// The link in the last message, as a form sends it.
async fn token(houses: &Houses) -> String {
    let text = houses.mails().await[0].mail.text.clone();
    let (_, token) = text.split_once("token=").unwrap();
    token.split_whitespace().next().unwrap().to_owned()
}

/// The searches somebody keeps, each with whether it is told of.
async fn searches(caller: &Caller) -> Vec<(String, String, bool)> {
    let profile = caller.get("/api/user/profile").await.json();
    let searches = profile["profile"]["savedSearches"].as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let told = searches.iter().map(|search| {
        (
            text(&search["name"]),
            text(&search["query"]),
            search["alerts"] == json!(true),
        )
    });
    told.collect()
}

#[tokio::test]
async fn a_search_that_is_saved_signed_out_is_kept_once_by_whichever_browser_signs_in() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    let door = visitor
        .post_form(
            "/saved-searches",
            &[("query", "beds=3&towns=new-canaan,wilton&page=2")],
        )
        .await;
    let form = visitor.get(door.redirect()).await;
    let (_, next) = form.page().split_once("name=\"next\" value=\"").unwrap();
    let next = next.split('"').next().unwrap().replace("&#38;", "&");
    let fields = [("next", &*next), ("email", "ann@example.com")];
    let sent = visitor.post_form("/sign-in", &fields).await;
    let token = token(&houses).await;
    let elsewhere = houses.visitor(FAIRFIELD);
    let signed_in = elsewhere.post_form("/sign-in/link", &[("token", &token)]).await;
    let page = elsewhere.get(signed_in.redirect()).await;
    let again = elsewhere.post_form("/sign-in/link", &[("token", &token)]).await;

    let name = "New Canaan, Wilton · 3 or more beds";
    assert!(
        form.page()
            .contains(&format!("is saved when you have signed in: {name}."))
    );
    assert!(
        sent.page()
            .contains("<a href=\"/sign-in?next=%2Fsaved-searches%3Fkeep%3D"),
        "another link leads to the same"
    );
    assert!(
        page.page().contains("<h2>This search is saved</h2>"),
        "{}",
        page.page()
    );
    assert!(page.page().contains(&format!("<p>{name}</p>")));
    assert_eq!(again.status, StatusCode::GONE);
    let query = "beds=3&towns=new-canaan&towns=wilton";
    assert_eq!(
        searches(&elsewhere).await,
        [(name.to_owned(), query.to_owned(), false)]
    );
}

#[tokio::test]
async fn signing_in_keeps_a_search_with_its_alerts_and_none_that_is_none_or_has_no_room() {
    let houses = Houses::new().await;
    let sign_in = async |next: &str| {
        let visitor = houses.visitor(FAIRFIELD);
        let fields = [("next", next), ("email", "ann@example.com")];
        visitor.post_form("/sign-in", &fields).await.page();
        let link = token(&houses).await;
        let led = visitor.post_form("/sign-in/link", &[("token", &link)]).await;
        let page = visitor.get(led.redirect()).await.page().to_owned();
        (visitor, page)
    };

    let (ann, mistaken) = sign_in("/saved-searches?keep=min_price%3Dcheap").await;
    let none = searches(&ann).await;
    let fields = [("query", "towns=wilton"), ("alerts", "yes")];
    let door = houses
        .visitor(FAIRFIELD)
        .post_form("/saved-searches", &fields)
        .await;
    let form = houses.visitor(FAIRFIELD).get(door.redirect()).await;
    let (_, next) = form.page().split_once("name=\"next\" value=\"").unwrap();
    sign_in(&next.split('"').next().unwrap().replace("&#38;", "&")).await;
    let one = searches(&ann).await;
    let more: Vec<_> = (0..99).map(|number| format!("towns=t{number}")).collect();
    ann.post_json("/api/user/sync", json!({ "savedSearches": more }))
        .await
        .json();
    let (_, full) = sign_in("/saved-searches?keep=q%3Dmore").await;

    assert!(
        mistaken.contains("The least price must be a number"),
        "{mistaken}"
    );
    assert_eq!(none, []);
    assert_eq!(one, [("Wilton".to_owned(), "towns=wilton".to_owned(), true)]);
    assert!(full.contains("You keep 100 searches already"), "{full}");
    assert_eq!(searches(&ann).await.len(), 100);
}

#[tokio::test]
async fn letting_a_search_go_without_an_account_keeps_none() {
    let houses = Houses::new().await;

    let door = houses
        .visitor(FAIRFIELD)
        .post_form("/saved-searches", &[("action", "remove"), ("id", "x")])
        .await;

    assert_eq!(door.redirect(), "/sign-in?next=%2Fsaved-searches");
}

#[test]
fn two_ways_to_write_a_search_are_one() {
    for (text, one) in [
        ("https://x.example/home-search?towns=a&beds=3", "beds=3&towns=a"),
        ("?beds=3&towns=a&page=7&utm_source=x", "beds=3&towns=a"),
        ("beds=&towns=+", ""),
        ("javascript:alert(1)", ""),
        ("towns=wilton,darien", "towns=darien&towns=wilton"),
        ("towns=darien,wilton", "towns=darien&towns=wilton"),
        (
            "towns=Wilton&towns=darien&towns=wilton",
            "towns=darien&towns=wilton",
        ),
        ("min_price=$500,000&sort=price", "min_price=500000&sort=price-asc"),
        (
            "min_price=500000&sort=price&order=asc",
            "min_price=500000&sort=price-asc",
        ),
        ("status=pending,active&sort=listedAt-desc", ""),
        ("q=+elm++street%3F#map", "q=elm+street%3F"),
        (
            "baths=2.50&min_acres=0.50&bounds=41.10,-74.0,42,-73",
            "baths=2.5&bounds=41.1%2C-74%2C42%2C-73&min_acres=0.5",
        ),
    ] {
        assert_eq!(tidy(text), one, "{text}");
    }
    assert!(tidy(&format!("q={}", "x".repeat(5_000))).len() < 2_000);
}

#[test]
fn a_search_is_called_by_what_it_asks() {
    for (query, name) in [
        ("", "All homes"),
        ("towns=new-canaan&max_price=900000", "New Canaan · up to $900,000"),
        ("q=elm&types=condo", "“elm” · Condominium"),
        ("max_price=900000", "Up to $900,000"),
        ("min_sqft=3000", "From 3,000 sq ft"),
        ("neighborhoods=silvermine", "Silvermine"),
        ("status=sold", "Sold"),
        ("min_acres=2", "From 2 acres"),
    ] {
        assert_eq!(name_of(query), name);
    }
}

#[tokio::test]
async fn a_search_that_was_kept_in_another_spelling_is_the_same() {
    let houses = with_homes().await;
    let ann = houses.signed_in("ann@example.com").await;
    let (scope, now) = (&houses.fairfield, houses.clock.now());
    let mut tx = houses.db.db.write(scope).await.unwrap();
    let (id, email) = (AccountId::new(&*houses.ids), "ann@example.com".parse().unwrap());
    let account = accounts::find_or_insert(&mut tx, scope, (id, &email), now)
        .await
        .unwrap();
    let before = SavedSearch {
        id: SavedSearchId::new(&*houses.ids),
        name: "Ours".to_owned(),
        query: "towns=wilton%2Cdarien".to_owned(),
        alerts: false,
        created_at: now,
    };
    saved::add_search(&mut tx, scope, account.id, &before)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let fields = [("query", "towns=darien&towns=wilton"), ("alerts", "yes")];
    ann.post_form("/saved-searches", &fields).await.redirect();
    ann.post_json(
        "/api/user/sync",
        json!({ "savedSearches": ["towns=darien,wilton"] }),
    )
    .await
    .json();

    assert_eq!(searches(&ann).await, [("Ours".to_owned(), before.query, true)]);
}

#[tokio::test]
async fn what_is_no_search_is_not_kept_and_is_told_why() {
    let houses = with_homes().await;
    let visitor = houses.signed_in("ann@example.com").await;

    for (query, said) in [
        ("zzz", "This is no search"),
        ("colour=blue", "This is no search"),
        ("min_price=cheap", "The least price must be a number"),
        (
            "min_price=900000&max_price=100000",
            "The least price is more than the most",
        ),
    ] {
        let refused = visitor.post_form("/saved-searches", &[("query", query)]).await;

        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(refused.text().contains(said), "{query}: {}", refused.text());
        assert!(refused.text().contains("No search here yet"), "{query} was kept");
    }
    for query in ["", "page=2", "towns=wilton"] {
        visitor
            .post_form("/saved-searches", &[("query", query)])
            .await
            .redirect();
    }
}

#[tokio::test]
async fn a_device_that_is_full_says_so_and_lets_nothing_go() {
    let houses = with_homes().await;
    let visitor = houses.visitor(FAIRFIELD);
    let ids: Vec<_> = (0..41).map(|number| format!("D-{number}")).collect();
    for id in &ids {
        a_listing(id).insert(&houses.db.db, &houses.fairfield).await;
    }
    for id in &ids[..40] {
        visitor
            .post_form("/saved-homes", &[("listingId", id)])
            .await
            .redirect();
    }

    let again = visitor.post_form("/saved-homes", &[("listingId", "D-0")]).await;
    let refused = visitor.post_form("/saved-homes", &[("listingId", "D-40")]).await;
    let list = visitor.get("/saved-homes").await;

    assert_eq!(again.redirect(), "/saved-homes", "it is kept already");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("This device keeps 40 homes"));
    assert!(refused.text().contains("Sign in to keep more"));
    assert!(list.page().contains("/listings/D-1\"") && !list.page().contains("/listings/D-40\""));
}

#[tokio::test]
async fn the_hundred_and_first_search_is_refused_and_sends_nothing() {
    let houses = with_homes().await;
    let ann = houses.signed_in("ann@example.com").await;
    let all: Vec<_> = (1..=100).map(|town| format!("beds=1&towns=t{town}")).collect();
    ann.post_json("/api/user/sync", json!({ "savedSearches": all }))
        .await
        .json();

    let fields = [("query", "q=more"), ("alerts", "yes")];
    let page = ann.post_form("/saved-searches", &fields).await;
    let known = ann.post_form("/saved-searches", &[("query", &*all[0])]).await;
    let synced = ann
        .post_json("/api/user/sync", json!({ "savedSearches": ["q=more"] }))
        .await;
    let profile = ann.get("/api/user/profile").await.json();

    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("You keep 100 searches already"));
    assert_eq!(known.redirect(), "/saved-searches", "it is kept already");
    assert_eq!(synced.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(synced.json()["errors"][0]["pointer"], "/savedSearches");
    assert_eq!(profile["profile"]["savedSearches"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn the_five_hundred_and_first_home_is_refused() {
    let houses = with_homes().await;
    let ann = houses.signed_in("ann@example.com").await;
    let (scope, now) = (&houses.fairfield, houses.clock.now());
    let homes: Vec<_> = (0..500)
        .map(|number| format!("A-{number}").parse().unwrap())
        .collect();
    let mut tx = houses.db.db.write(scope).await.unwrap();
    let (id, email) = (AccountId::new(&*houses.ids), "ann@example.com".parse().unwrap());
    let account = accounts::find_or_insert(&mut tx, scope, (id, &email), now)
        .await
        .unwrap();
    saved::add_homes(&mut tx, scope, account.id, &homes, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let page = ann.post_form("/saved-homes", &[("listingId", "W-1")]).await;
    let synced = ann
        .post_json("/api/user/sync", json!({ "savedHomes": ["W-1"] }))
        .await;
    let body = json!({ "listingId": "W-1", "action": "add" }).to_string();
    let changed = ann
        .send(
            Method::PATCH,
            "/api/user/sync",
            Some("application/json"),
            body.into_bytes(),
        )
        .await;

    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("You keep 500 homes already"));
    for (answer, pointer) in [(synced, "/savedHomes"), (changed, "/listingId")] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
}
