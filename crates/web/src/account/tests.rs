use axum::http::StatusCode;
use db::testing::a_listing;
use jiff::SignedDuration;
use serde_json::json;
use server::testing::Answer;

use crate::testing::{FAIRFIELD, HUDSON, Houses, until_too_many};

/// The token of the newest link.
async fn token(houses: &Houses) -> String {
    let mails = houses.mails().await;
    let (_, token) = mails[0].mail.text.split_once("token=").unwrap();
    token.split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_link_signs_in_and_only_once() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    let sent = visitor
        .post_form(
            "/sign-in",
            &[("email", "ann@example.com"), ("next", "/saved-homes")],
        )
        .await;
    let token = token(&houses).await;
    let looked = visitor.get(&format!("/sign-in/link?token={token}")).await;
    let signed_in = visitor.post_form("/sign-in/link", &[("token", &token)]).await;
    let again = houses
        .visitor(FAIRFIELD)
        .post_form("/sign-in/link", &[("token", &token)])
        .await;

    assert!(sent.page().contains("ann@example.com"));
    assert!(looked.page().contains(&token), "a look uses nothing up");
    assert_eq!(signed_in.redirect(), "/saved-homes");
    assert_eq!(again.status, StatusCode::GONE);
    assert!(visitor.get("/account").await.page().contains("ann@example.com"));
}

#[tokio::test]
async fn who_asks_for_too_many_links_need_not_type_again() {
    let houses = Houses::with(&[("RATE_LIMIT", "on")]).await;
    let visitor = houses.visitor(FAIRFIELD);

    // As many as an address gets, and as many as a network may ask for.
    for email in ["ann@example.com", "nobody"] {
        let fields = [("email", email), ("next", "/saved-homes")];
        let answer = until_too_many(&visitor, "/sign-in", &fields).await;

        assert_ne!(answer.header("retry-after"), "");
        for shown in [
            "This was not sent",
            "Too many requests. Wait a moment and try again.",
            &format!("value=\"{email}\""),
            "name=\"next\" value=\"/saved-homes\"",
        ] {
            assert!(answer.text().contains(shown), "{shown}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn who_asks_for_a_link_while_the_database_is_away_need_not_type_again() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    visitor.get("/sign-in").await.page();
    houses.db.db.close().await;

    let answer = visitor
        .post_form("/sign-in", &[("email", "ann@example.com")])
        .await;

    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_ne!(answer.header("retry-after"), "");
    assert!(answer.text().contains("This was not sent"), "{}", answer.text());
    assert!(answer.text().contains("value=\"ann@example.com\""));
}

/// Signs in with a browser of this name; the name that it goes by from then on, if that is another one.
async fn signed_in_by(houses: &Houses, email: &str, browser: &str) -> Option<String> {
    let visitor = houses
        .visitor(FAIRFIELD)
        .with_header("cookie", &format!("visitor={browser}"));
    visitor.post_form("/sign-in", &[("email", email)]).await.page();
    let token = token(houses).await;
    let answer = visitor.post_form("/sign-in/link", &[("token", &token)]).await;
    given_name(&answer)
}

fn given_name(answer: &Answer) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter();
    let cookies = cookies.map(|cookie| cookie.to_str().unwrap().to_owned());
    cookies.into_iter().find(|cookie| cookie.starts_with("visitor="))
}

#[tokio::test]
async fn the_browsers_of_an_account_go_by_the_name_of_its_first() {
    let houses = Houses::new().await;
    let (first, second) = (
        "0198aaaa-0000-7000-8000-000000000001",
        "0198aaaa-0000-7000-8000-000000000002",
    );

    let at_first = signed_in_by(&houses, "ann@example.com", first).await;
    let later = signed_in_by(&houses, "ann@example.com", second).await;
    let somebody_else = signed_in_by(&houses, "bob@example.com", second).await;

    assert_eq!(at_first, None);
    let named = format!("visitor={first}; Path=/; Max-Age=7776000; SameSite=Lax");
    assert_eq!(later, Some(named));
    assert_eq!(somebody_else, None);
}

#[tokio::test]
async fn a_browser_forgets_its_name_when_its_visitor_leaves() {
    let houses = Houses::new().await;
    let visitor = houses.signed_in("ann@example.com").await;

    let unnamed = visitor.post_form("/sign-out", &[]).await;
    let named = visitor.with_header("cookie", "visitor=0198aaaa-0000-7000-8000-000000000001");
    let left = named.post_form("/sign-out", &[]).await;

    assert_eq!(given_name(&unnamed), None, "who has no name is given none");
    assert_eq!(
        given_name(&left).as_deref(),
        Some("visitor=; Path=/; Max-Age=0; SameSite=Lax")
    );
}

#[tokio::test]
async fn an_old_link_and_one_of_next_door_sign_nobody_in() {
    let houses = Houses::new().await;
    houses
        .visitor(FAIRFIELD)
        .post_form("/sign-in", &[("email", "ann@example.com")])
        .await
        .page();
    let token = token(&houses).await;

    let next_door = houses
        .visitor(HUDSON)
        .post_form("/sign-in/link", &[("token", &token)])
        .await;
    houses.clock.advance(SignedDuration::from_mins(15));
    let late = houses
        .visitor(FAIRFIELD)
        .post_form("/sign-in/link", &[("token", &token)])
        .await;

    assert_eq!(next_door.status, StatusCode::GONE);
    assert_eq!(late.status, StatusCode::GONE);
}

#[tokio::test]
async fn who_is_not_signed_in_is_led_to_the_door_or_told_so() {
    let houses = Houses::new().await;

    let page = houses.visitor(FAIRFIELD).get("/account").await;
    let program = houses.program(FAIRFIELD);
    let profile = program.get("/api/user/profile").await;
    let sync = program.post_json("/api/user/sync", json!({})).await;

    assert_eq!(page.redirect(), "/sign-in?next=%2Faccount");
    assert_eq!(profile.status, StatusCode::UNAUTHORIZED);
    assert_eq!(profile.json()["ok"], json!(false));
    assert_eq!(sync.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_is_nothing_at_the_neighbors() {
    let houses = Houses::new().await;
    let visitor = houses
        .signed_in("ann@example.com")
        .await
        .with_header("host", HUDSON);

    assert_eq!(
        visitor.get("/api/user/profile").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let houses = Houses::new().await;
    let visitor = houses.signed_in("ann@example.com").await;

    let out = visitor.post_form("/sign-out", &[]).await;

    assert_eq!(out.redirect(), "/");
    assert_eq!(
        visitor.get("/api/user/profile").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_profile_is_read_and_changed() {
    let houses = Houses::new().await;
    let visitor = houses.signed_in("Ann@Example.com").await;

    let before = visitor.get("/api/user/profile").await.json();
    let named = visitor
        .patch_json(
            "/api/user/profile",
            json!({"firstName": "Ann", "lastName": "Lee"}),
        )
        .await
        .json();
    let forgotten = visitor
        .patch_json("/api/user/profile", json!({"lastName": null}))
        .await
        .json();
    let wrong = visitor
        .patch_json("/api/user/profile", json!({"firstName": 7}))
        .await;

    let profile = json!({"email": "ann@example.com", "firstName": null, "lastName": null,
                         "savedHomes": [], "savedSearches": []});
    assert_eq!(before, json!({"ok": true, "profile": profile, "created": false}));
    assert_eq!(named["profile"]["lastName"], "Lee");
    assert_eq!(forgotten["profile"]["firstName"], "Ann");
    assert_eq!(forgotten["profile"]["lastName"], json!(null));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_is_wrong_with_a_name_is_told_in_whole_sentences() {
    let houses = Houses::new().await;
    let visitor = houses.signed_in("ann@example.com").await;
    let long = "x".repeat(101);

    let refused = visitor
        .post_form("/account", &[("firstName", &long), ("lastName", &long)])
        .await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for name in ["first", "last"] {
        let sentence = format!(">The {name} name must be at most 100 characters.</");
        assert!(refused.text().contains(&sentence), "{}", refused.text());
    }
}

#[tokio::test]
async fn a_profile_that_was_changed_since_it_was_read_is_not_changed_again() {
    let houses = Houses::new().await;
    let here = async |tag: &str| {
        let visitor = houses.signed_in("ann@example.com").await;
        visitor.with_header("if-match", tag)
    };
    let visitor = houses.signed_in("ann@example.com").await;
    let named = json!({"firstName": "Ann"});

    let read = visitor.get("/api/user/profile").await;
    let tag = read.header("etag");
    let nonsense = here("\"999\"")
        .await
        .patch_json("/api/user/profile", named.clone())
        .await;
    let first = here(tag)
        .await
        .patch_json("/api/user/profile", named.clone())
        .await;
    let stale = here(tag)
        .await
        .patch_json("/api/user/profile", json!({"firstName": "Anna"}))
        .await;
    let home = json!({"listingId": "FB-1", "action": "remove"});
    let stale_home = here(tag).await.patch_json("/api/user/sync", home.clone()).await;
    let home = here(first.header("etag"))
        .await
        .patch_json("/api/user/sync", home)
        .await;
    let now = visitor.get("/api/user/profile").await;

    assert!(!tag.is_empty());
    for refused in [nonsense, stale, stale_home] {
        assert_eq!(
            refused.status,
            StatusCode::PRECONDITION_FAILED,
            "{}",
            refused.text()
        );
    }
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert_ne!(first.header("etag"), tag);
    assert_eq!(home.status, StatusCode::OK, "{}", home.text());
    assert_eq!(now.json()["profile"]["firstName"], "Ann");
    assert_eq!(now.header("etag"), first.header("etag"), "nothing was removed");
}

#[tokio::test]
async fn what_a_browser_kept_is_united_with_what_the_account_keeps() {
    let houses = Houses::new().await;
    homes(&houses).await;
    let visitor = houses.signed_in("ann@example.com").await;
    let search = json!({"name": "Wilton", "query": "?beds=3&towns=wilton&page=4"});
    let same = json!({"filters": {"towns": ["wilton"], "beds": 3}});

    let first = visitor
        .post_json(
            "/api/user/sync",
            json!({"savedHomes": ["FB-1", {"listingId": "FB-2"}], "savedSearches": [search]}),
        )
        .await
        .json();
    let second = visitor
        .post_json(
            "/api/user/sync",
            json!({"savedHomes": ["FB-2", "FB-3", "GONE"], "savedSearches": [same]}),
        )
        .await
        .json();

    assert_eq!(first["success"], json!(true));
    assert_eq!(first["merged"], json!({"homes": 2, "searches": 1}));
    assert_eq!(second["merged"], json!({"homes": 1, "searches": 0}));
    assert_eq!(second["profile"]["savedHomes"].as_array().unwrap().len(), 3);
    assert_eq!(
        second["profile"]["savedSearches"][0]["query"],
        "beds=3&towns=wilton"
    );
}

#[tokio::test]
async fn what_is_no_search_is_refused_and_one_for_all_homes_is_kept() {
    let houses = Houses::new().await;
    let visitor = houses.signed_in("ann@example.com").await;
    let sync = async |search: serde_json::Value| {
        let kept = json!({ "savedSearches": [search] });
        visitor.post_json("/api/user/sync", kept).await
    };

    for search in [
        json!("zzz"),
        json!({"query": "zzz=1"}),
        json!("javascript:alert(1)"),
        json!("https://example.com/about"),
        json!({"filters": {"colour": "blue"}}),
    ] {
        let refused = sync(search.clone()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{search}");
        assert_eq!(refused.json()["errors"][0]["pointer"], "/savedSearches/0");
    }
    for search in [
        json!(""),
        json!("?"),
        json!("page=2"),
        json!("/home-search"),
        json!("https://fairfield.localhost/home-search?utm_source=x"),
        json!({"filters": {}}),
    ] {
        let kept = sync(search.clone()).await;
        assert_eq!(kept.status, StatusCode::OK, "{search}");
        let searches = kept.json()["profile"]["savedSearches"].clone();
        assert_eq!(searches.as_array().unwrap().len(), 1, "{search}");
        assert_eq!(searches[0]["name"], "All homes", "{search}");
    }
}

#[tokio::test]
async fn a_search_that_cannot_be_read_is_refused_where_it_stands_and_nothing_asks_nothing() {
    let houses = Houses::new().await;
    homes(&houses).await;
    let visitor = houses.signed_in("ann@example.com").await;
    let sync = async |searches: serde_json::Value| {
        let kept = json!({ "savedHomes": ["FB-1"], "savedSearches": searches });
        visitor.post_json("/api/user/sync", kept).await
    };

    for (search, said) in [
        (json!("min_price=abc"), "The least price must be a number"),
        (
            json!("/home-search?min_price=abc&beds=3"),
            "The least price must be a number",
        ),
        (
            json!({"filters": {"minPrice": 9, "maxPrice": 1}}),
            "The least price is more than the most",
        ),
        (json!({"filters": {"types": ["castle"]}}), "The kind of home"),
        (json!("q=%00"), "This is no search"),
        (
            json!(format!(
                "towns={}",
                (0..100)
                    .map(|n| format!("somewhere-in-the-country-{n}"))
                    .collect::<Vec<_>>()
                    .join(",")
            )),
            "This search names more than can be kept",
        ),
    ] {
        let refused = sync(json!(["beds=3", search])).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{search}");
        let error = refused.json()["errors"][0].clone();
        assert_eq!(error["pointer"], "/savedSearches/1");
        assert!(
            error["detail"].as_str().unwrap().starts_with(said),
            "{search}: {error}"
        );
    }
    let profile = visitor.get("/api/user/profile").await.json();
    assert_eq!(
        profile["profile"]["savedSearches"],
        json!([]),
        "all of it or nothing"
    );
    let kept = sync(json!([{"filters": {"beds": null, "towns": ["wilton", null], "types": [null]}}])).await;
    let kept = kept.json()["profile"]["savedSearches"].clone();
    assert_eq!(kept[0]["query"], "towns=wilton");
    assert_eq!(kept[0]["name"], "Wilton");
}

#[tokio::test]
async fn one_home_is_added_and_removed() {
    let houses = Houses::new().await;
    homes(&houses).await;
    let visitor = houses.signed_in("ann@example.com").await;

    let added = visitor
        .patch_json("/api/user/sync", json!({"listingId": "FB-1", "action": "add"}))
        .await
        .json();
    let removed = visitor
        .patch_json("/api/user/sync", json!({"listingId": "FB-1", "action": "remove"}))
        .await
        .json();
    let wrong = visitor
        .patch_json("/api/user/sync", json!({"listingId": "FB-1", "action": "eat"}))
        .await;
    let nowhere = visitor
        .patch_json("/api/user/sync", json!({"listingId": "GONE", "action": "add"}))
        .await;

    assert_eq!(
        added,
        json!({"ok": true, "success": true, "savedHomes": ["FB-1"]})
    );
    assert_eq!(removed["savedHomes"], json!([]));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(nowhere.json()["errors"][0]["pointer"], "/listingId");
}

async fn homes(houses: &Houses) {
    for id in ["FB-1", "FB-2", "FB-3"] {
        a_listing(id).insert(&houses.db.db, &houses.fairfield).await;
    }
}
