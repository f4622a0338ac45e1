use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;
use server::testing::Caller;
use types::OperatorRole;

use crate::testing::{Console, acme};

const SESSIONS: &str = "/api/tenants/tenant_acme/support-sessions";

/// Acme with an owner, and its admin.
async fn with_acme() -> (Console, Caller) {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    let owner = json!({ "email": "owner@acme.example", "role": "owner" });
    let invited = admin.post_json("/api/tenants/tenant_acme/members", owner).await;
    assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text());
    (console, admin)
}

fn because() -> serde_json::Value {
    json!({ "reason": "a lead is missing", "ticket": "T-17", "minutes": 15 })
}

#[tokio::test]
async fn support_starts_a_session_and_an_admin_widens_and_ends_it() {
    let (console, admin) = with_acme().await;
    let support = console.signed_in(OperatorRole::Support).await;

    let started = support.post_json(SESSIONS, because()).await;
    let session = started.json()["session"]["id"].as_str().unwrap().to_owned();
    let one = format!("{SESSIONS}/{session}");
    let widen = json!({ "mayWrite": true, "reason": "the lead has to be moved" });
    let too_little = support.patch_json(&one, widen.clone()).await;
    let widened = admin.patch_json(&one, widen.clone()).await;
    let ended = support.delete(&one).await;
    let again = support.delete(&one).await;
    let late = admin.patch_json(&one, widen).await;

    assert_eq!(started.status, StatusCode::CREATED, "{}", started.text());
    assert_eq!(started.json()["code"].as_str().unwrap().len(), 43);
    let told = &started.json()["session"];
    assert_eq!(
        (&told["mayWrite"], &told["isOpen"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(told["personName"], "owner");
    assert_eq!(too_little.status, StatusCode::FORBIDDEN);
    assert_eq!(widened.json()["session"]["mayWrite"], true);
    assert_eq!(ended.json()["session"]["endedBy"], "operator");
    assert_eq!(
        (again.status, late.status),
        (StatusCode::CONFLICT, StatusCode::CONFLICT)
    );
    assert_eq!(
        console.trail().await[4..10],
        [
            "support support_session.start allowed tenant_acme",
            "support support_session.start succeeded tenant_acme",
            "support support_session.widen denied tenant_acme",
            "admin support_session.widen allowed tenant_acme",
            "admin support_session.widen succeeded tenant_acme",
            "support support_session.end allowed tenant_acme",
        ]
    );
}

#[tokio::test]
async fn a_session_wants_a_reason_and_is_short() {
    let (_console, admin) = with_acme().await;

    for (body, pointer) in [
        (json!({}), "/reason"),
        (json!({ "reason": "because" }), "/reason"),
        (
            json!({ "reason": "a lead is missing", "minutes": 61 }),
            "/minutes",
        ),
        (json!({ "reason": "a lead is missing", "minutes": 0 }), "/minutes"),
        (
            json!({ "reason": "a lead is missing", "personId": "01930000-0000-7000-8000-0000000000ff" }),
            "/personId",
        ),
    ] {
        let answer = admin.post_json(SESSIONS, body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
    }
}

#[tokio::test]
async fn nobody_looks_in_on_behalf_of_an_operator_or_where_nobody_may() {
    let (_console, admin) = with_acme().await;
    let members = "/api/tenants/tenant_acme/members";
    let colleague = json!({ "email": "viewer@freehold.example", "role": "agent" });
    let colleague = admin.post_json(members, colleague).await.json();
    let mut asked = because();
    asked["personId"] = colleague["member"]["personId"].clone();

    let as_colleague = admin.post_json(SESSIONS, asked).await;
    let suspended = json!({ "status": "suspended" });
    admin
        .patch_json("/api/tenants/tenant_acme/status", suspended)
        .await;
    let closed = admin.post_json(SESSIONS, because()).await;

    assert_eq!(as_colleague.json()["errors"][0]["code"], "operator");
    assert_eq!(closed.json()["code"], "tenant_closed");
}

#[tokio::test]
async fn a_session_nobody_ended_is_ended_by_the_clock_and_the_trail_says_so() {
    let (console, admin) = with_acme().await;
    admin.post_json(SESSIONS, because()).await;
    console.clock.advance(SignedDuration::from_mins(14));
    super::end_overdue(&console.shell()).await.unwrap();
    assert_eq!(console.trail().await.len(), 6, "it goes on");

    console.clock.advance(SignedDuration::from_mins(1));
    super::end_overdue(&console.shell()).await.unwrap();
    super::end_overdue(&console.shell()).await.unwrap();

    assert_eq!(
        console.trail().await[6..],
        ["shell support_session.end succeeded tenant_acme"]
    );
    let session = &console.admin().await.get(SESSIONS).await.json()["sessions"][0];
    assert_eq!(
        (&session["endedBy"], &session["isOpen"]),
        (&json!("clock"), &json!(false))
    );
}

#[tokio::test]
async fn the_page_starts_a_session_shows_its_code_once_and_ends_it() {
    let (console, admin) = with_acme().await;
    let support = console.signed_in(OperatorRole::Support).await;
    let place = "/tenants/acme/support";

    let refused = support
        .post_form(place, &[("reason", "why not"), ("minutes", "30")])
        .await;
    let fields = [("reason", "a lead is missing"), ("minutes", "30")];
    let started = support.post_form(place, &fields).await;
    let later = support.get(place).await;
    let session = admin.get(SESSIONS).await.json()["sessions"][0]["id"].clone();
    let session = session.as_str().unwrap();
    let widen = format!("{place}/{session}/widen");
    let widened = admin.post_form(&widen, &[("reason", "it has to be moved")]).await;
    let ended = support.post_form(&format!("{place}/{session}/end"), &[]).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("Say why in 10 characters at least"));
    assert!(started.page().contains("/sign-in/support"));
    assert!(!later.page().contains("The session has begun"));
    assert_eq!(widened.redirect(), place);
    assert_eq!(ended.redirect(), place);
    let over = support.get(place).await;
    assert!(over.page().contains("by an operator") && over.text().contains("May change"));
}
