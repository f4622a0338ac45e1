use axum::http::StatusCode;
use db::testing::a_tenant;
use serde_json::json;
use types::OperatorRole;

use crate::testing::{Console, acme, without_hashes};

#[tokio::test]
async fn an_admin_provisions_a_tenant() {
    let console = Console::new().await;

    let answer = console.admin().await.post_json("/api/tenants", acme()).await;

    assert_eq!(answer.status, StatusCode::CREATED);
    insta::assert_json_snapshot!(answer.json());
    assert_eq!(
        console.trail().await,
        [
            "admin tenant.provision allowed tenant_acme",
            "admin tenant.provision succeeded tenant_acme"
        ]
    );
}

#[tokio::test]
async fn a_provisioned_tenant_is_whole() {
    let console = Console::new().await;
    console.admin().await.post_json("/api/tenants", acme()).await;

    let site = db::door::hosts::find_by_slug(&console.test.db, &"acme".parse().unwrap()).await;
    let scope = site.unwrap().expect("the tenant is there").scope;
    let mut tx = console.test.db.read(&scope).await.unwrap();
    let website = db::tenant::websites::find(&mut tx, &scope).await.unwrap();
    let modules = db::tenant::websites::modules(&mut tx, &scope).await.unwrap();

    assert_eq!(website.unwrap().headline, "Welcome to Acme Realty");
    let keys: Vec<_> = modules.iter().map(|module| module.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "at_a_glance",
            "schools",
            "taxes",
            "walk_score",
            "points_of_interest",
            "listings"
        ]
    );
    assert!(modules.iter().all(|module| module.enabled));
    drop(tx);
    let host = "acme.example".parse().unwrap();
    let unverified = db::door::hosts::find(&console.test.db, &host).await.unwrap();
    assert_eq!(unverified, None, "an unverified name leads nowhere");
}

#[tokio::test]
async fn other_roles_are_refused_and_each_attempt_is_recorded_once() {
    let console = Console::new().await;

    for role in [
        OperatorRole::Operator,
        OperatorRole::Support,
        OperatorRole::Viewer,
    ] {
        let caller = console.signed_in(role).await.with_header("x-admin-role", "admin");
        let answer = caller.post_json("/api/tenants", acme()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(
            answer.json()["error"],
            "Admin role is required for this mutation."
        );
    }

    assert_eq!(
        console.trail().await,
        [
            "operator tenant.provision denied -",
            "support tenant.provision denied -",
            "viewer tenant.provision denied -",
        ]
    );
}

#[tokio::test]
async fn a_role_is_looked_at_before_the_body() {
    let console = Console::new().await;
    let viewer = console.signed_in(OperatorRole::Viewer).await;

    let answer = viewer.post_json("/api/tenants", json!({})).await;

    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn everything_wrong_with_a_new_tenant_is_told_at_once() {
    let console = Console::new().await;

    let wrong = json!({ "slug": "Not A Slug", "primaryDomain": "http://x", "planCode": "gold", "featureFlags": ["tea"] });
    let answer = console.admin().await.post_json("/api/tenants", wrong).await;

    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    insta::assert_json_snapshot!(answer.json()["errors"]);
}

#[tokio::test]
async fn a_feature_beyond_the_plan_is_refused() {
    let console = Console::new().await;
    let mut greedy = acme();
    greedy["featureFlags"] = json!(["domain_ops"]);

    let answer = console.admin().await.post_json("/api/tenants", greedy).await;

    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        answer.json()["error"],
        "The feature domain_ops is not part of the plan starter."
    );
}

#[tokio::test]
async fn a_slug_of_the_platforms_own_is_refused_beside_its_field() {
    let console = Console::new().await;
    let admin = console.admin().await;
    let ours = json!({ "name": "Acme", "slug": "www", "primaryDomain": "acme.example" });

    let answer = admin.post_json("/api/tenants", ours).await;
    let typed = [
        ("name", "Acme"),
        ("slug", "api"),
        ("primaryDomain", "acme.example"),
        ("planCode", "starter"),
    ];
    let page = admin.post_form("/provision", &typed).await;

    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.json()["errors"][0]["pointer"], "/slug");
    assert_eq!(
        answer.json()["error"],
        "The slug www is kept for the platform itself; choose another."
    );
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.text()
            .contains("The slug api is kept for the platform itself")
    );
    assert_eq!(admin.get("/api/tenants").await.json()["tenants"], json!([]));
}

#[tokio::test]
async fn a_slug_or_a_hostname_is_given_once() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;

    let slug = admin.post_json("/api/tenants", acme()).await;
    let mut second = acme();
    second["slug"] = json!("second");
    let hostname = admin.post_json("/api/tenants", second).await;

    assert_eq!(
        (slug.status, slug.json()["code"].as_str()),
        (StatusCode::CONFLICT, Some("slug_taken"))
    );
    assert_eq!(
        (hostname.status, hostname.json()["code"].as_str()),
        (StatusCode::CONFLICT, Some("hostname_taken"))
    );
    assert_eq!(
        admin.get("/api/tenants/second").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        console.trail().await,
        [
            "admin tenant.provision allowed tenant_acme",
            "admin tenant.provision succeeded tenant_acme",
            "admin tenant.provision allowed tenant_acme",
            "admin tenant.provision failed tenant_acme",
            "admin tenant.provision allowed tenant_second",
            "admin tenant.provision failed tenant_second",
        ]
    );
}

#[tokio::test]
async fn only_legal_moves_are_made() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;
    let admin = console.admin().await;
    let path = "/api/tenants/tenant_acme/status";

    let suspended = admin.patch_json(path, json!({ "status": "suspended" })).await;
    let again = admin.patch_json(path, json!({ "status": "suspended" })).await;
    let unknown = admin.patch_json(path, json!({ "status": "gone" })).await;

    assert_eq!(suspended.json()["tenant"]["tenant"]["status"], "suspended");
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(
        again.json()["error"],
        "The tenant acme is suspended: it may become active or archived, not suspended."
    );
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        console.trail().await,
        [
            "admin tenant.status.update allowed tenant_acme",
            "admin tenant.status.update succeeded tenant_acme",
            "admin tenant.status.update allowed tenant_acme",
            "admin tenant.status.update failed tenant_acme",
        ]
    );
}

#[tokio::test]
async fn a_tenant_nobody_made_is_not_found() {
    let console = Console::new().await;
    let admin = console.admin().await;

    let show = admin.get("/api/tenants/tenant_nobody").await;
    let moved = admin
        .patch_json(
            "/api/tenants/tenant_nobody/status",
            json!({ "status": "suspended" }),
        )
        .await;

    assert_eq!(
        (show.status, moved.status),
        (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND)
    );
}

#[tokio::test]
async fn the_list_is_read_in_pages() {
    let console = Console::new().await;
    for slug in ["bravo", "acme", "cedar"] {
        a_tenant(&console.test.db, &*console.ids, slug).await;
    }
    let viewer = console.signed_in(OperatorRole::Viewer).await;

    let first = viewer.get("/api/tenants?limit=2&count=true").await.json();
    let last = viewer.get("/api/tenants?limit=2&offset=2").await.json();
    let cursor = first["pagination"]["nextCursor"].as_str().unwrap();
    let after = viewer
        .get(&format!("/api/tenants?limit=2&cursor={cursor}"))
        .await
        .json();
    let altered = viewer.get(&format!("/api/tenants?cursor={cursor}0")).await;

    assert_eq!(first["tenants"][0]["tenant"]["slug"], "acme");
    assert_eq!(
        first["pagination"],
        json!({ "limit": 2, "offset": 0, "nextOffset": 2, "nextCursor": cursor, "total": 3 })
    );
    assert_eq!(after["tenants"], last["tenants"]);
    assert_eq!(after["pagination"]["nextCursor"], json!(null));
    assert_eq!(altered.status, StatusCode::BAD_REQUEST);
    assert_eq!(last["tenants"][0]["domains"][0]["hostname"], "cedar.localhost");
    assert_eq!(last["pagination"]["nextOffset"], json!(null));
}

#[tokio::test]
async fn the_page_shows_every_tenant_and_how_it_fares() {
    let console = Console::new().await;
    let admin = console.admin().await;
    a_tenant(&console.test.db, &*console.ids, "bravo").await;
    admin.post_json("/api/tenants", acme()).await;
    let suspended = json!({ "status": "suspended" });
    admin
        .patch_json("/api/tenants/tenant_bravo/status", suspended)
        .await;

    let answer = admin.get("/").await;

    insta::assert_snapshot!(without_hashes(answer.page()));
}

#[tokio::test]
async fn an_empty_platform_says_what_to_do() {
    let console = Console::new().await;

    let answer = console.signed_in(OperatorRole::Viewer).await.get("/").await;

    assert!(answer.page().contains("<h2>No tenants yet</h2>"));
    assert!(answer.page().contains("admin seed demo"));
}
