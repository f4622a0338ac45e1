use jsonwebtoken::{EncodingKey, Header};
use serde_json::json;
use types::{Clock as _, TestClock};

use super::{
    testing::{FIRST, Issuer, SECOND, token},
    *,
};

fn now() -> Timestamp {
    TestClock::default().now()
}

async fn issuer() -> (Oidc, Issuer) {
    let issuer = Issuer::start().await;
    (believer(issuer.keys_at.clone()), issuer)
}

fn believer(keys_at: crate::outgoing::Url) -> Oidc {
    Oidc::new(OidcSettings {
        issuer: "https://id.example.com".to_owned(),
        audience: "freehold".to_owned(),
        keys_at,
    })
    .unwrap()
}

#[tokio::test]
async fn a_token_of_the_issuer_says_whose_it_is_and_its_keys_are_asked_for_once() {
    let (oidc, issuer) = issuer().await;
    let first = token((FIRST.0, Some("first")), &json!({}));

    let believed = oidc.verify(&first, now()).await;
    let again = oidc.verify(&first, now()).await;

    assert_eq!(believed.unwrap().as_str(), "ann@example.com");
    assert!(again.is_ok());
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn what_is_forged_foreign_or_over_opens_nothing() {
    let (oidc, _issuer) = issuer().await;
    let at = now().as_second();
    let first = (FIRST.0, Some("first"));
    let hidden = Header::default();
    let hidden = jsonwebtoken::encode(&hidden, &json!({}), &EncodingKey::from_secret(b"x")).unwrap();
    for (why, token) in [
        ("another key", token((SECOND.0, Some("first")), &json!({}))),
        ("no name of a key", token((FIRST.0, None), &json!({}))),
        ("a key nobody knows", token((FIRST.0, Some("second")), &json!({}))),
        (
            "another issuer",
            token(first, &json!({ "iss": "https://evil.example.com" })),
        ),
        ("no issuer", token(first, &json!({ "iss": null }))),
        ("somebody else's", token(first, &json!({ "aud": "another" }))),
        ("nobody's", token(first, &json!({ "aud": null }))),
        ("over", token(first, &json!({ "exp": at }))),
        ("without end", token(first, &json!({ "exp": null }))),
        ("not begun", token(first, &json!({ "nbf": at + 61 }))),
        ("signed with a word", hidden),
        ("no token", "a.b.c".to_owned()),
    ] {
        assert_eq!(oidc.verify(&token, now()).await, Err(Disbelief::Token), "{why}");
    }
    for unverified in [
        json!({ "email_verified": false }),
        json!({ "email_verified": null }),
        json!({ "email": null }),
        json!({ "email": "no address" }),
    ] {
        let refused = oidc.verify(&token(first, &unverified), now()).await;
        assert_eq!(refused, Err(Disbelief::Unverified), "{unverified}");
    }
}

/// Whoever makes up names of keys has nobody ask the issuer for each.
#[tokio::test]
async fn unknown_keys_are_asked_for_now_and_then() {
    let (oidc, issuer) = issuer().await;
    let unknown = token((SECOND.0, Some("third")), &json!({}));
    for seconds in [0, 1, 59, 60, 61] {
        let at = now() + SignedDuration::from_secs(seconds);
        assert_eq!(oidc.verify(&unknown, at).await, Err(Disbelief::Token));
    }
    assert_eq!(issuer.asked(), 2);
}

#[tokio::test]
async fn an_issuer_that_is_away_is_said_to_be() {
    let oidc = believer("http://127.0.0.1:9/keys".parse().unwrap());
    let first = token((FIRST.0, Some("first")), &json!({}));
    assert_eq!(oidc.verify(&first, now()).await, Err(Disbelief::Unreachable));
}
