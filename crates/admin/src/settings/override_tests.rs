//! Exceptions from a plan, and what a plan has only so many of.

use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::Caller;
use types::OperatorRole;

use crate::testing::{Console, acme};

const SETTINGS: &str = "/api/tenants/tenant_acme/settings";
const OVERRIDES: &str = "/api/tenants/tenant_acme/overrides";

async fn with_acme() -> (Console, Caller) {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    (console, admin)
}

/// What is told of one feature or limit.
fn about<'a>(settings: &'a Value, list: &str, word: &str) -> &'a Value {
    let items = settings[list].as_array().unwrap();
    let found = items
        .iter()
        .find(|item| item["feature"] == word || item["limit"] == word);
    found.unwrap()
}

#[tokio::test]
async fn an_exception_counts_until_its_day_and_says_why() {
    let (console, admin) = with_acme().await;

    let trial = json!({
        "subject": "domain_ops", "isOn": true, "reason": "a trial", "expiresAt": "2026-03-12T00:00:00Z",
    });
    let made = admin.post_json(OVERRIDES, trial).await;
    console.clock.advance(SignedDuration::from_hours(24 * 11));
    let later = console.admin().await.get(SETTINGS).await.json();

    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    let made = made.json();
    let now = about(&made, "features", "domain_ops");
    assert_eq!((&now["isOn"], &now["why"]), (&json!(true), &json!("granted")));
    assert_eq!(now["trace"][1]["decides"], true);
    let then = about(&later, "features", "domain_ops");
    assert_eq!(
        (&then["isOn"], &then["why"]),
        (&json!(false), &json!("beyond_plan"))
    );
    insta::assert_json_snapshot!(then["trace"]);
    assert_eq!(
        console.trail().await[2..],
        [
            "admin tenant.override.set allowed tenant_acme",
            "admin tenant.override.set succeeded tenant_acme",
        ]
    );
    let told = &console
        .events()
        .await
        .into_iter()
        .rfind(|event| event.tenant_id.is_some());
    let told = &told.as_ref().unwrap().details;
    assert_eq!(
        (&told["before"], &told["after"]["reason"]),
        (&Value::Null, &json!("a trial"))
    );
}

#[tokio::test]
async fn an_exception_is_taken_back() {
    let (console, admin) = with_acme().await;
    let off = json!({ "subject": "lead_capture", "isOn": false, "reason": "asked for it" });

    let made = admin.post_json(OVERRIDES, off).await.json();
    let path = format!("{OVERRIDES}/lead_capture");
    let back = admin.delete(&path).await;
    let again = admin.delete(&path).await;

    assert_eq!(about(&made, "features", "lead_capture")["why"], "withheld");
    assert_eq!(about(&back.json(), "features", "lead_capture")["why"], "required");
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let trail = console.trail().await;
    assert_eq!(trail[5], "admin tenant.override.remove succeeded tenant_acme");
}

#[tokio::test]
async fn what_is_no_exception_is_refused_beside_its_field() {
    let (_console, admin) = with_acme().await;

    for (body, pointer) in [
        (
            json!({ "subject": "tea", "isOn": true, "reason": "r" }),
            "/subject",
        ),
        (
            json!({ "subject": "domain_ops", "most": 7, "reason": "r" }),
            "/subject",
        ),
        (
            json!({ "subject": "domains", "most": -1, "reason": "r" }),
            "/subject",
        ),
        (
            json!({ "subject": "domains", "most": 201, "reason": "r" }),
            "/subject",
        ),
        (json!({ "subject": "domains", "reason": "r" }), "/subject"),
        (json!({ "subject": "domains", "most": 7 }), "/reason"),
        (
            json!({ "subject": "domains", "most": 7, "reason": "r", "expiresAt": "2026-03-02T12:00:00Z" }),
            "/expiresAt",
        ),
    ] {
        let answer = admin.post_json(OVERRIDES, body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
    }
}

#[tokio::test]
async fn a_plan_has_only_so_many_domains() {
    let (_console, admin) = with_acme().await;
    let domains = "/api/tenants/tenant_acme/domains";
    let two = json!({ "subject": "domains", "most": 2, "reason": "a small one" });
    admin.post_json(OVERRIDES, two).await;

    let second = admin.post_json(domains, json!({ "hostname": "b.example" })).await;
    let third = admin.post_json(domains, json!({ "hostname": "c.example" })).await;
    let id = second.json()["domain"]["id"].as_str().unwrap().to_owned();
    let one = format!("{domains}/{id}");
    admin.patch_json(&one, json!({ "status": "archived" })).await;
    let fourth = admin.post_json(domains, json!({ "hostname": "d.example" })).await;
    let back = admin.patch_json(&one, json!({ "status": "active" })).await;

    assert_eq!(
        (second.status, third.status),
        (StatusCode::CREATED, StatusCode::FORBIDDEN)
    );
    let refused = third.json();
    assert_eq!(refused["code"], "plan_limit");
    assert_eq!((&refused["used"], &refused["limit"]), (&json!(2), &json!(2)));
    assert_eq!(
        refused["error"],
        "2 of 2 domains are used. A larger plan or an exception makes room."
    );
    assert_eq!(fourth.status, StatusCode::CREATED, "what is given up makes room");
    assert_eq!(back.status, StatusCode::FORBIDDEN, "and what comes back takes it");
    let page = admin.get("/tenants/acme/domains").await;
    assert!(page.page().contains("2 of 2 domains"));
    let form = [("hostname", "e.example")];
    let pressed = admin.post_form("/tenants/acme/domains", &form).await;
    assert_eq!(pressed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(pressed.text().contains("2 of 2 domains are used."));
}

#[tokio::test]
async fn a_smaller_plan_takes_nobody_out_and_lets_nobody_in() {
    let (_console, admin) = with_acme().await;
    let members = "/api/tenants/tenant_acme/members";
    let invite = async |name: &str| {
        let body = json!({ "email": format!("{name}@acme.example"), "role": "agent" });
        admin.post_json(members, body).await
    };
    for name in ["ann", "ben"] {
        assert_eq!(invite(name).await.status, StatusCode::CREATED);
    }
    let one = json!({ "subject": "members", "most": 1, "reason": "a small one" });

    let made = admin.post_json(OVERRIDES, one).await.json();
    let third = invite("cid").await;
    let known = invite("ben").await;

    let limit = about(&made, "limits", "members");
    assert_eq!((&limit["used"], &limit["most"]), (&json!(2), &json!(1)));
    assert_eq!(third.json()["code"], "plan_limit");
    assert_eq!(known.json()["code"], "already_member");
    let listed = admin.get(members).await.json();
    assert_eq!(listed["members"].as_array().unwrap().len(), 2);
    assert!(
        admin
            .get("/tenants/acme/members")
            .await
            .page()
            .contains("2 of 1 members")
    );
}

#[tokio::test]
async fn the_page_makes_exceptions_explains_them_and_takes_them_back() {
    let (_console, admin) = with_acme().await;
    let place = "/tenants/acme/overrides";
    let form = |says, end| {
        [
            ("subject", "domain_ops"),
            ("says", says),
            ("reason", "a trial"),
            ("expiresAt", end),
        ]
    };

    let wrong = admin.post_form(place, &form("7", "tomorrow")).await;
    let made = admin.post_form(place, &form("On", "2026-03-09")).await;
    let page = admin.get("/tenants/acme/settings").await;
    let back = admin.post_form("/tenants/acme/overrides/domain_ops", &[]).await;

    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("Write on or off.") && wrong.text().contains("Write a day"));
    assert_eq!(made.redirect(), "/tenants/acme/settings");
    assert!(
        page.page().contains("says on, until 10 Mar 2026: a trial"),
        "{}",
        page.text()
    );
    assert_eq!(back.redirect(), "/tenants/acme/settings");
    let page = admin.get("/tenants/acme/settings").await;
    assert!(!page.page().contains("a trial"));
}

#[tokio::test]
async fn who_may_only_look_makes_no_exception() {
    let (console, _admin) = with_acme().await;
    let viewer = console.signed_in(OperatorRole::Viewer).await;

    let made = viewer.post_json(OVERRIDES, json!({ "subject": "domains" })).await;
    let ended = viewer.delete(&format!("{OVERRIDES}/domains")).await;
    let page = viewer.get("/tenants/acme/settings").await;

    assert_eq!(
        (made.status, ended.status),
        (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN)
    );
    assert!(!page.page().contains("Make an exception"));
}
