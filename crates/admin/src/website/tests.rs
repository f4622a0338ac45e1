use axum::http::StatusCode;
use serde_json::json;

use crate::testing::{Console, acme};

const WEBSITE: &str = "/api/tenants/tenant_acme/website";

#[tokio::test]
async fn modules_theme_and_words_are_changed_where_they_are_mentioned() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;

    let change = json!({
        "modules": [{ "key": "listings", "sortOrder": 0 }, { "key": "taxes", "enabled": false }, { "key": "at_a_glance", "sortOrder": 5 }],
        "theme": { "preset": "harbour", "accent": "#2B3467" },
        "copy": { "headline": " Homes by the water ", "areas": ["Rye", " "] },
    });
    let changed = admin.patch_json(WEBSITE, change).await;

    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    insta::assert_json_snapshot!(changed.json());
    assert_eq!(admin.get(WEBSITE).await.json(), changed.json());
    let told = console.events().await.pop().unwrap().details;
    assert_eq!(told["before"]["theme"], "ivory-forest");
    assert_eq!(told["after"]["headline"], "Homes by the water");
    assert!(told["after"].get("tagline").is_none(), "it stayed as it was");
}

#[tokio::test]
async fn a_preset_may_be_named_alone_and_an_accent_cleared() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    admin
        .patch_json(WEBSITE, json!({ "theme": { "accent": "#2b3467" } }))
        .await;

    let named = admin
        .patch_json(WEBSITE, json!({ "theme": "harbour" }))
        .await
        .json();
    let cleared = admin
        .patch_json(WEBSITE, json!({ "theme": { "accent": null } }))
        .await
        .json();

    assert_eq!(named["theme"]["preset"], "harbour");
    assert_eq!(named["theme"]["accent"], "#2b3467");
    assert_eq!(cleared["theme"]["preset"], "harbour");
    assert_eq!(cleared["theme"]["accent"], json!(null));
}

#[tokio::test]
async fn what_would_not_do_on_a_site_is_refused_beside_its_field() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    let before = admin.get(WEBSITE).await.json();

    for (body, pointer) in [
        (json!({ "theme": { "accent": "#f4bd98" } }), "/theme/accent"),
        (json!({ "theme": { "accent": "red" } }), "/theme/accent"),
        (json!({ "theme": "neon" }), "/theme"),
        (
            json!({ "modules": [{ "key": "weather", "enabled": true }] }),
            "/modules/0/key",
        ),
        (
            json!({ "modules": [{ "key": "taxes" }, { "key": "taxes" }] }),
            "/modules/1/key",
        ),
        (json!({ "copy": { "headline": " " } }), "/copy/headline"),
        (json!({ "copy": { "tagline": "x".repeat(301) } }), "/copy/tagline"),
        (json!({}), ""),
    ] {
        let answer = admin.patch_json(WEBSITE, body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(admin.get(WEBSITE).await.json(), before);
}

#[tokio::test]
async fn words_of_a_page_are_drafted_published_and_taken_back() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    let words = json!({ "title": " Down to the river ", "steps": [{ "title": "One", "text": "By one." }] });
    let change = async |body| admin.patch_json(WEBSITE, body).await.json();

    let drafted = change(json!({ "drafts": { "pages": { "buy": words } } })).await;
    let published = change(json!({ "copy": { "pages": { "buy": words } } })).await;
    let told = console.events().await.pop().unwrap().details;
    let taken_back = change(json!({ "copy": { "pages": { "buy": null } } })).await;

    assert_eq!(drafted["copy"]["pages"], json!({}));
    assert_eq!(drafted["drafts"]["pages"]["buy"]["title"], "Down to the river");
    assert_eq!(published["copy"]["pages"]["buy"]["steps"][0]["text"], "By one.");
    assert_eq!(
        published["drafts"]["pages"],
        json!({}),
        "its draft is what is published"
    );
    assert_eq!(told["before"]["pages"]["buy"], json!(null));
    assert!(told["after"]["pages"]["buy"].is_number(), "{told}");
    assert_eq!(taken_back["copy"]["pages"], json!({}));
}

#[tokio::test]
async fn words_that_would_not_do_on_a_page_are_refused_beside_their_field() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;

    for (pages, pointer) in [
        (
            json!({ "buy": { "title": "x".repeat(121) } }),
            "/copy/pages/buy/title",
        ),
        (json!({ "buy": { "title": " " } }), "/copy/pages/buy"),
        (json!({ "buy": { "tilte": "Buying" } }), "/copy/pages/buy/tilte"),
        (json!({ "weather": { "title": "Rain" } }), "/copy/pages/weather"),
    ] {
        let answer = admin
            .patch_json(WEBSITE, json!({ "copy": { "pages": pages } }))
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{pages}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{pages}");
    }
}

#[tokio::test]
async fn an_operator_writes_a_page_in_the_console() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    let page = "/tenants/acme/website/pages/buy";
    let typed = |button: &'static str| {
        [
            ("title", "By the river"),
            ("steps", "First\r\nLook.\r\n\r\nThen\r\nAsk."),
            ("do", button),
        ]
    };

    admin.post_form(page, &typed("draft")).await.redirect();
    let drafted = admin.get(page).await;
    let before = admin.get(WEBSITE).await.json();
    admin.post_form(page, &typed("publish")).await.redirect();
    let after = admin.get(WEBSITE).await.json();
    let refused = admin.post_form(page, &[("title", ""), ("do", "publish")]).await;

    assert!(drafted.text().contains("This is the draft"), "{}", drafted.text());
    assert_eq!(before["copy"]["pages"], json!({}));
    let steps = json!([{ "title": "First", "text": "Look." }, { "title": "Then", "text": "Ask." }]);
    assert_eq!(after["copy"]["pages"]["buy"]["steps"], steps);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        admin.get("/tenants/acme/website/pages/weather").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn an_address_is_taken_as_a_whole_or_not_at_all() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    let rye = json!({ "street": "1 Post Road ", "city": "Rye", "state": "NY", "zip": "10580" });
    let change = async |address| {
        let change = json!({ "copy": { "postalAddress": address } });
        admin.patch_json(WEBSITE, change).await
    };

    let taken = change(rye).await;
    let refused = change(json!({ "street": "1 Post Road", "city": "Rye", "state": "NY" })).await;
    let kept = admin.get(WEBSITE).await.json();
    let cleared = change(json!({})).await;

    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text());
    assert_eq!(refused.json()["errors"][0]["pointer"], "/copy/postalAddress/zip");
    assert_eq!(kept["copy"]["postalAddress"]["street"], "1 Post Road");
    assert_eq!(cleared.json()["copy"]["postalAddress"]["street"], "");
}

#[tokio::test]
async fn a_site_is_told_to_ask_first_and_not_to() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    let change = async |strict: bool| {
        let change = json!({ "privacy": { "strict": strict } });
        admin.patch_json(WEBSITE, change).await.json()["privacy"].clone()
    };

    let (strict, lax) = (change(true).await, change(false).await);

    assert_eq!(strict, json!({ "strict": true }));
    assert_eq!(lax, json!({ "strict": false }));
}
