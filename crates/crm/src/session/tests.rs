use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;
use server::{
    oidc::testing::{FIRST, Issuer, SECOND, token},
    testing::Caller,
};

use crate::testing::{Crm, PASSWORD, credentials, without_hashes};

#[tokio::test]
async fn a_member_signs_in_is_known_and_signs_out() {
    let crm = Crm::new().await;
    let ann = crm.stranger();

    let opened = ann
        .post_json("/api/session", credentials(" Ann@Example.com "))
        .await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text());
    assert!(opened.header("set-cookie").contains("HttpOnly; SameSite=Lax"));
    assert_eq!(opened.json()["expiresAt"], "2026-03-02T12:15:00Z");

    let me = ann.get("/api/session").await;
    assert_eq!(me.header("x-tenant-slug"), "fairfield");
    assert_eq!(me.header("x-tenant-resolution"), "host_match");
    assert_eq!(
        me.json(),
        json!({
            "ok": true,
            "userId": crm.ann,
            "user": { "id": crm.ann, "email": "ann@example.com", "name": "Ann Member" },
            "role": "agent",
            "tenant": {
                "tenantId": "tenant_fairfield",
                "tenantSlug": "fairfield",
                "tenantDomain": "fairfield.localhost",
                "source": "host_match",
            },
        })
    );

    assert_eq!(ann.delete("/api/session").await.status, StatusCode::OK);
    assert_eq!(ann.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_works_without_the_cookie_until_the_session_ends() {
    let crm = Crm::new().await;
    let browser = crm.stranger();
    let opened = browser
        .post_json("/api/session", credentials("ann@example.com"))
        .await;
    let token = format!("Bearer {}", opened.json()["token"].as_str().unwrap());
    let program = crm.stranger().with_header("authorization", &token);

    assert_eq!(program.get("/api/session").await.status, StatusCode::OK);

    browser.delete("/api/session").await;
    assert_eq!(program.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_unknown_account_and_a_wrong_password_are_told_the_same() {
    let crm = Crm::new().await;
    let mut answers = Vec::new();
    for email in ["ann@example.com", "nobody@example.com", "no address"] {
        let wrong = json!({ "email": email, "password": "incorrect horse battery" });
        let answer = crm.stranger().post_json("/api/session", wrong).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.json()["code"], "wrong_credentials");
        answers.push(answer.json()["detail"].clone());
    }
    answers.dedup();
    assert_eq!(
        answers,
        ["That e-mail and password do not match. Check both and try again."]
    );
}

#[tokio::test]
async fn somebody_who_is_no_member_here_is_told_so_only_with_the_right_password() {
    let crm = Crm::new().await;
    for email in ["eve@example.com", "hugo@example.com"] {
        let answer = crm.stranger().post_json("/api/session", credentials(email)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text());
    }
}

#[tokio::test]
async fn an_identity_providers_token_opens_a_session_of_a_member() {
    let issuer = Issuer::start().await;
    let crm = Crm::with(&[
        ("OIDC_ISSUER", "https://id.example.com"),
        ("OIDC_AUDIENCE", "freehold"),
        ("OIDC_JWKS_URL", issuer.keys_at.as_str()),
    ])
    .await;
    let sign_in = async |token: String| {
        let body = json!({ "idToken": token });
        crm.stranger().post_json("/api/session", body).await
    };
    let of = |email: &str| token((FIRST.0, Some("first")), &json!({ "email": email }));

    let opened = sign_in(of("ann@example.com")).await;

    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text());
    assert_eq!(opened.json()["user"]["email"], "ann@example.com");
    let bearer = format!("Bearer {}", opened.json()["token"].as_str().unwrap());
    let program = crm.stranger().with_header("authorization", &bearer);
    let shown = program.get("/api/session").await;
    assert_eq!(shown.json()["userId"], json!(crm.ann), "{}", shown.text());
    let forged = token((SECOND.0, Some("first")), &json!({}));
    for (token, status) in [
        (of("hugo@example.com"), StatusCode::FORBIDDEN),
        (of("nobody@example.com"), StatusCode::UNAUTHORIZED),
        (forged, StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(sign_in(token).await.status, status);
    }
    let without = Crm::new().await;
    let body = json!({ "idToken": of("ann@example.com") });
    let refused = without.stranger().post_json("/api/session", body).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn a_session_of_one_tenant_is_none_at_its_neighbour() {
    let crm = Crm::new().await;
    let opened = crm
        .stranger()
        .post_json("/api/session", credentials("ann@example.com"))
        .await;
    let cookie = opened.header("set-cookie").split(';').next().unwrap().to_owned();
    let token = format!("Bearer {}", opened.json()["token"].as_str().unwrap());

    for (name, value) in [("cookie", cookie.as_str()), ("authorization", token.as_str())] {
        let next_door = Caller::at(&crm.edge, "hudson.localhost").with_header(name, value);
        assert_eq!(
            next_door.get("/api/session").await.status,
            StatusCode::UNAUTHORIZED,
            "{name}"
        );
        let at_home = crm.stranger().with_header(name, value);
        assert_eq!(at_home.get("/api/session").await.status, StatusCode::OK, "{name}");
    }
}

#[tokio::test]
async fn a_session_ends_after_eight_idle_hours_and_after_a_week() {
    let crm = Crm::new().await;
    let idle = crm.ann().await;
    crm.clock.advance(SignedDuration::from_hours(8));
    assert_eq!(idle.get("/api/session").await.status, StatusCode::UNAUTHORIZED);

    let busy = crm.ann().await;
    let mut hours = 0;
    while busy.get("/api/session").await.status == StatusCode::OK {
        crm.clock.advance(SignedDuration::from_hours(7));
        hours += 7;
    }
    assert_eq!(hours, 7 * 24);
}

#[tokio::test]
async fn guessing_is_slowed_down_by_account() {
    let crm = Crm::with(&[("RATE_LIMIT", "on")]).await;
    let guesser = crm.stranger();
    let guess = || guesser.post_json("/api/session", json!({ "email": "x", "password": "y" }));
    for _ in 0..10 {
        assert_eq!(guess().await.status, StatusCode::UNAUTHORIZED);
    }

    let refused = guess().await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(
        guesser
            .post_json("/api/session", credentials("ann@example.com"))
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let crm = Crm::new().await;

    let answer = crm.stranger().post_json("/api/session", json!({})).await;

    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let errors = answer.json()["errors"].clone();
    assert_eq!(errors[0]["pointer"], "/email");
    assert_eq!(errors[1]["pointer"], "/password");
}

#[tokio::test]
async fn the_form_signs_in_and_leads_where_the_person_wanted_to_go() {
    let crm = Crm::new().await;
    let ann = crm.stranger();
    assert_eq!(
        ann.get("/leads?status=new").await.redirect(),
        "/sign-in?next=%2Fleads%3Fstatus%3Dnew"
    );
    let page = ann.get("/sign-in?next=%2Fleads%3Fstatus%3Dnew").await;
    insta::assert_snapshot!("sign_in", without_hashes(page.page()));

    let signed_in = ann
        .post_form(
            "/sign-in",
            &[
                ("email", "ann@example.com"),
                ("password", PASSWORD),
                ("next", "/leads?status=new"),
            ],
        )
        .await;

    assert_eq!(signed_in.redirect(), "/leads?status=new");
    assert_eq!(ann.get("/api/session").await.status, StatusCode::OK);
    assert_eq!(ann.get("/sign-in").await.redirect(), "/");
    assert_eq!(ann.post_form("/sign-out", &[]).await.redirect(), "/sign-in");
    assert_eq!(ann.get("/").await.redirect(), "/sign-in");
}

#[tokio::test]
async fn the_form_says_why_not_and_keeps_only_the_address() {
    let crm = Crm::new().await;
    let typed = [
        ("email", "ann@example.com"),
        ("password", "wrong"),
        ("next", "//evil.example"),
    ];

    let refused = crm.stranger().post_form("/sign-in", &typed).await;

    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let page = refused.text();
    assert!(page.contains("That e-mail and password do not match."));
    assert!(page.contains(r#"value="ann@example.com""#));
    assert!(!page.contains(r#"value="wrong""#) && !page.contains("evil.example"));
}

#[tokio::test]
async fn an_unknown_host_is_nobodys_whoever_asks() {
    let crm = Crm::new().await;
    for path in ["/sign-in", "/api/session", "/leads"] {
        let answer = Caller::at(&crm.edge, "elsewhere.example").get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}
