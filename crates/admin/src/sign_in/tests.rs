use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;
use server::testing::Caller;
use types::OperatorRole;

use crate::testing::{Console, PASSWORD, credentials, without_hashes};

#[tokio::test]
async fn an_operator_signs_in_by_the_form_and_out_by_the_button() {
    let console = Console::new().await;
    let visitor = console.stranger();
    assert_eq!(
        visitor.get("/?offset=50").await.redirect(),
        "/sign-in?next=%2F%3Foffset%3D50"
    );

    let fields = [
        ("email", "Viewer@freehold.example "),
        ("password", PASSWORD),
        ("next", "/?offset=50"),
    ];
    let answer = visitor.post_form("/sign-in", &fields).await;

    assert_eq!(answer.redirect(), "/?offset=50");
    assert!(answer.header("set-cookie").starts_with("freehold_admin="));
    visitor.get("/").await.page();
    assert_eq!(visitor.get("/sign-in").await.redirect(), "/");
    assert_eq!(visitor.post_form("/sign-out", &[]).await.redirect(), "/sign-in");
    assert_eq!(visitor.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_sign_in_page_reads_well() {
    let console = Console::new().await;

    let answer = console.stranger().get("/sign-in").await;

    insta::assert_snapshot!(without_hashes(answer.page()));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_the_same_and_are_both_recorded() {
    let console = Console::new().await;
    let visitor = console.stranger();

    let known = json!({ "email": "admin@freehold.example", "password": "wrong" });
    let known = visitor.post_json("/api/session", known).await;
    let unknown = json!({ "email": "nobody@freehold.example", "password": "wrong" });
    let unknown = visitor.post_json("/api/session", unknown).await;

    assert_eq!(known.status, StatusCode::UNAUTHORIZED);
    assert_eq!(known.text(), unknown.text());
    let tried: Vec<_> = console.events().await;
    assert_eq!(tried.len(), 2);
    assert!(
        tried
            .iter()
            .all(|event| event.status == types::AuditStatus::Denied)
    );
    assert_eq!(tried[1].actor.id, "unknown");
}

#[tokio::test]
async fn a_refused_form_keeps_the_address_and_says_why() {
    let console = Console::new().await;

    let fields = [("email", "admin@freehold.example"), ("password", "wrong")];
    let answer = console.stranger().post_form("/sign-in", &fields).await;

    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let page = answer.text();
    assert!(page.contains("<title>Error: Sign in · Freehold console</title>"));
    assert!(page.contains("That e-mail and password do not match."));
    assert!(page.contains(r#"value="admin@freehold.example""#));
    assert!(!page.contains("wrong"));
}

#[tokio::test]
async fn the_form_leads_nowhere_else() {
    let console = Console::new().await;

    let fields = [
        ("email", "admin@freehold.example"),
        ("password", PASSWORD),
        ("next", "//evil.example"),
    ];
    let answer = console.stranger().post_form("/sign-in", &fields).await;

    assert_eq!(answer.redirect(), "/");
}

#[tokio::test]
async fn a_program_signs_in_asks_who_it_is_and_signs_out() {
    let console = Console::new().await;
    let opened = console
        .stranger()
        .post_json("/api/session", credentials(OperatorRole::Support))
        .await;
    let token = opened.json()["token"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    let program = || Caller::at(&console.edge, "console.example").with_header("authorization", &bearer);

    let who = program().get("/api/session").await;

    insta::assert_json_snapshot!(who.json());
    assert_eq!(program().delete("/api/session").await.status, StatusCode::OK);
    assert_eq!(
        program().get("/api/session").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn missing_fields_are_told_together() {
    let console = Console::new().await;

    let answer = console.stranger().post_json("/api/session", json!({})).await;

    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let errors = answer.json();
    let pointers: Vec<_> = errors["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/email", "/password"]);
}

#[tokio::test]
async fn a_session_nobody_uses_for_a_quarter_of_an_hour_is_over() {
    let console = Console::new().await;
    let admin = console.admin().await;
    console.clock.advance(SignedDuration::from_mins(14));
    assert_eq!(admin.get("/api/session").await.status, StatusCode::OK);
    console.clock.advance(SignedDuration::from_mins(14));
    assert_eq!(
        admin.get("/api/session").await.status,
        StatusCode::OK,
        "use keeps it alive"
    );

    console.clock.advance(SignedDuration::from_mins(15));

    assert_eq!(admin.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_however_busy() {
    let console = Console::new().await;
    let admin = console.admin().await;
    for _ in 0..71 {
        console.clock.advance(SignedDuration::from_mins(10));
        assert_eq!(admin.get("/api/session").await.status, StatusCode::OK);
    }

    console.clock.advance(SignedDuration::from_mins(10));

    assert_eq!(admin.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn guessing_one_account_is_stopped_after_ten() {
    let console = Console::with(&[("RATE_LIMIT", "on")]).await;
    let visitor = console.stranger();
    let guess = json!({ "email": "admin@freehold.example", "password": "wrong" });
    for _ in 0..10 {
        let answer = visitor.post_json("/api/session", guess.clone()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }

    let answer = visitor
        .post_json("/api/session", credentials(OperatorRole::Admin))
        .await;

    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn one_address_may_try_thirty_times_a_minute() {
    let console = Console::with(&[("RATE_LIMIT", "on")]).await;
    let visitor = console.stranger();
    for _ in 0..30 {
        let answer = visitor.post_json("/api/session", json!({})).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    let api = visitor
        .post_json("/api/session", credentials(OperatorRole::Admin))
        .await;
    let form = visitor.post_form("/sign-in", &[]).await;

    assert_eq!(api.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(form.status, StatusCode::TOO_MANY_REQUESTS);
}
