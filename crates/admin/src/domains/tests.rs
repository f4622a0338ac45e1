use axum::http::StatusCode;
use db::testing::a_tenant;
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::{Answer, Caller};

use crate::testing::{Console, acme};

/// A console with the tenant acme, whose one name is acme.example and unproved; its administrator.
async fn with_acme() -> (Console, Caller) {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    (console, admin)
}

const DOMAINS: &str = "/api/tenants/tenant_acme/domains";

async fn add(admin: &Caller, hostname: &str) -> String {
    let answer = admin.post_json(DOMAINS, json!({ "hostname": hostname })).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()["domain"]["id"].as_str().unwrap().to_owned()
}

async fn change(admin: &Caller, id: &str, body: Value) -> Answer {
    admin.patch_json(&format!("{DOMAINS}/{id}"), body).await
}

/// The names of acme as `hostname[*]`, the primary one with a star.
async fn names(admin: &Caller) -> Vec<String> {
    let all = admin.get(DOMAINS).await.json();
    let all = all["domains"].as_array().unwrap().clone();
    all.iter()
        .map(|domain| {
            let star = if domain["isPrimary"] == true { "*" } else { "" };
            format!("{}{star}", domain["hostname"].as_str().unwrap())
        })
        .collect()
}

#[tokio::test]
async fn a_name_is_added_verified_and_made_primary() {
    let (console, admin) = with_acme().await;

    let id = add(&admin, "WWW.Acme-Homes.example").await;
    let verified = change(&admin, &id, json!({ "isVerified": true, "isPrimary": true })).await;

    assert_eq!(verified.status, StatusCode::OK, "{}", verified.text());
    let domain = &verified.json()["domain"];
    assert_eq!(domain["hostname"], "www.acme-homes.example");
    assert_eq!(
        (&domain["isVerified"], &domain["isPrimary"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(names(&admin).await, ["www.acme-homes.example*", "acme.example"]);
    let trail = console.trail().await;
    assert_eq!(
        trail[2..],
        [
            "admin tenant.domain.add allowed tenant_acme",
            "admin tenant.domain.add succeeded tenant_acme",
            "admin tenant.domain.update allowed tenant_acme",
            "admin tenant.domain.update succeeded tenant_acme",
        ]
    );
    let told = &console.events().await.pop().unwrap().details;
    assert_eq!(
        told["before"],
        json!({ "isPrimary": false, "isVerified": false, "status": "active" })
    );
    assert_eq!(
        told["after"],
        json!({ "isPrimary": true, "isVerified": true, "status": "active" })
    );
}

#[tokio::test]
async fn once_a_name_is_verified_no_unverified_one_becomes_primary() {
    let (_console, admin) = with_acme().await;
    let (proved, other) = (
        add(&admin, "a.acme.example").await,
        add(&admin, "b.acme.example").await,
    );
    change(&admin, &proved, json!({ "isVerified": true, "isPrimary": true })).await;

    let refused = change(&admin, &other, json!({ "isPrimary": true })).await;
    let body = json!({ "hostname": "c.acme.example", "isPrimary": true });
    let added = admin.post_json(DOMAINS, body).await;

    assert_eq!(
        (refused.status, added.status),
        (StatusCode::CONFLICT, StatusCode::CONFLICT)
    );
    assert_eq!(refused.json()["code"], "domain_not_verified");
    assert_eq!(
        names(&admin).await,
        ["a.acme.example*", "acme.example", "b.acme.example"],
        "what was refused left nothing"
    );
}

#[tokio::test]
async fn a_primary_name_is_neither_given_up_nor_doubted() {
    let (_console, admin) = with_acme().await;
    let id = add(&admin, "a.acme.example").await;
    change(&admin, &id, json!({ "isPrimary": true })).await;

    let given_up = change(&admin, &id, json!({ "status": "archived" })).await;
    let nobody = change(&admin, &id, json!({ "isPrimary": false })).await;

    assert_eq!(
        (given_up.status, nobody.status),
        (StatusCode::CONFLICT, StatusCode::CONFLICT)
    );
    assert_eq!(names(&admin).await, ["a.acme.example*", "acme.example"]);
}

#[tokio::test]
async fn what_cannot_be_a_name_is_refused_beside_the_field() {
    let (_console, admin) = with_acme().await;

    for hostname in [
        json!("127.0.0.1"),
        json!("[::1]"),
        json!("localhost"),
        json!("*.acme.example"),
        json!("http://acme.example/"),
        json!("a_b.example"),
        json!(""),
        json!(7),
        Value::Null,
    ] {
        let answer = admin.post_json(DOMAINS, json!({ "hostname": hostname })).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{hostname}");
        assert_eq!(answer.json()["errors"][0]["pointer"], "/hostname", "{hostname}");
    }
}

#[tokio::test]
async fn a_name_somebody_has_is_a_conflict_that_names_nobody() {
    let (console, admin) = with_acme().await;
    a_tenant(&console.test.db, &*console.ids, "bravo").await;

    let taken = admin
        .post_json(DOMAINS, json!({ "hostname": "bravo.localhost" }))
        .await;

    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert_eq!(taken.json()["code"], "hostname_taken");
    assert_eq!(taken.json()["error"], "The hostname bravo.localhost is taken.");
}

#[tokio::test]
async fn a_released_name_is_kept_from_others_for_thirty_days() {
    let (console, admin) = with_acme().await;
    a_tenant(&console.test.db, &*console.ids, "bravo").await;
    let id = add(&admin, "old.acme.example").await;
    change(&admin, &id, json!({ "status": "archived" })).await;
    let bravos = "/api/tenants/tenant_bravo/domains";
    let wanted = json!({ "hostname": "old.acme.example" });

    let at_once = admin.post_json(bravos, wanted.clone()).await;
    console.clock.advance(SignedDuration::from_hours(24 * 30 + 1));
    let admin = console.admin().await;
    let later = admin.post_json(bravos, wanted).await;

    assert_eq!(
        (at_once.status, later.status),
        (StatusCode::CONFLICT, StatusCode::CREATED)
    );
}

#[tokio::test]
async fn a_neighbours_name_is_not_found() {
    let (console, admin) = with_acme().await;
    a_tenant(&console.test.db, &*console.ids, "bravo").await;
    let bravo = admin.get("/api/tenants/bravo/domains").await.json();
    let id = bravo["domains"][0]["id"].as_str().unwrap();

    let answer = change(&admin, id, json!({ "isVerified": false })).await;

    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_change_of_what_was_changed_since_is_stale() {
    let (_console, admin) = with_acme().await;
    let seen = admin
        .get("/api/tenants/tenant_acme")
        .await
        .header("etag")
        .to_owned();
    let id = add(&admin, "a.acme.example").await;
    let path = format!("{DOMAINS}/{id}");

    let late = admin.with_header("if-match", &seen);
    let stale = late.patch_json(&path, json!({ "isVerified": true })).await;

    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn a_change_that_says_nothing_is_refused() {
    let (_console, admin) = with_acme().await;
    let id = add(&admin, "a.acme.example").await;

    let answer = change(&admin, &id, json!({ "colour": "red" })).await;

    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.json()["errors"][0]["code"], "nothing_to_change");
}

#[tokio::test]
async fn a_certificate_is_reported_and_told_apart_from_the_proof() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    let domains = admin.get("/api/tenants/acme/domains").await.json();
    let id = domains["domains"][0]["id"].as_str().unwrap().to_owned();
    let report = format!("/api/tenants/acme/domains/{id}/certificate");

    let failed = json!({ "status": "failed", "error": "the challenge was not found" });
    let failed = admin.patch_json(&report, failed).await;
    let page = admin.get("/tenants/acme/domains").await;
    let issued = json!({ "status": "issued", "issuer": "An Authority", "expiresAt": "2026-06-01T00:00:00Z" });
    let issued = admin.patch_json(&report, issued).await;
    let listed = admin.get("/api/tenants/acme/certificates").await.json();
    let unknown = admin.patch_json(&report, json!({ "status": "tea" })).await;

    assert_eq!(
        failed.json()["certificate"]["state"],
        "stuck",
        "{}",
        failed.text()
    );
    assert!(page.page().contains("the challenge was not found"));
    assert_eq!(issued.json()["certificate"]["state"], "live");
    assert_eq!(listed["certificates"][0], issued.json()["certificate"]);
    assert_eq!(unknown.json()["errors"][0]["pointer"], "/status");
    let after = admin.get("/api/tenants/acme/domains").await.json();
    assert_eq!(after["domains"][0]["state"], domains["domains"][0]["state"]);
    let told = &console.events().await.pop().unwrap().details;
    assert_eq!(told["after"]["issuer"], "An Authority");
    assert_eq!(told["before"]["status"], "failed");
}
