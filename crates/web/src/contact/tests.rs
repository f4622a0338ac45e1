use axum::http::StatusCode;
use insta::{assert_json_snapshot, assert_snapshot};
use jiff::SignedDuration;

use crate::testing::{FAIRFIELD, HUDSON, Houses, still, token};

const ANN: [(&str, &str); 2] = [("email", "ann@example.com"), ("phone", "203-555-0123")];

#[tokio::test]
async fn the_form_as_it_is_first_shown() {
    let houses = Houses::new().await;

    let answer = houses.visitor(FAIRFIELD).get("/contact").await;

    assert_snapshot!(still(answer.page()));
}

#[tokio::test]
async fn a_form_sent_twice_is_one_lead_and_the_same_answer() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/contact").await;
    let fields = [("token", token(page.page())), ANN[0], ANN[1]];

    let first = visitor.post_form("/contact", &fields).await;
    let second = visitor.post_form("/contact", &fields).await;

    assert_eq!(first.redirect(), "/contact/thanks");
    assert_eq!(second.redirect(), "/contact/thanks");
    assert_eq!(houses.queued().await.len(), 1);
    assert_snapshot!(still(visitor.get("/contact/thanks").await.page()));
}

#[tokio::test]
async fn what_was_ticked_is_kept_with_its_words() {
    let houses = Houses::new().await;
    let visitor = houses
        .visitor("fairfield.localhost:3000")
        .with_header("user-agent", "Browser/1.0");
    let page = visitor.get("/contact").await;
    let said = [
        ("name", "Ann Example"),
        ("timeframe", "Later"),
        ("message", "Hello?"),
        ("consentCall", "yes"),
    ];
    let fields = [&[("token", token(page.page()))][..], &ANN, &said].concat();

    visitor.post_form("/contact", &fields).await.redirect();

    assert_json_snapshot!(houses.only_payload().await);
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_says_what_is_wrong() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/contact").await;
    let typed = [
        ("email", "ann<at>example"),
        ("phone", ""),
        ("message", "\"Hi\""),
        ("timeframe", "Later"),
        ("consentEmail", "yes"),
    ];
    let fields = [&[("token", token(page.page()))][..], &typed].concat();

    let refused = visitor.post_form("/contact", &fields).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        token(refused.text()),
        token(page.page()),
        "the submission keeps its name"
    );
    assert_snapshot!(still(refused.text()));
    assert!(houses.queued().await.is_empty());
}

#[tokio::test]
async fn no_lead_is_lost_to_a_token() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let neighbours = houses.visitor(HUDSON).get("/contact").await;
    let page = visitor.get("/contact").await;
    houses.clock.advance(SignedDuration::from_hours(25));

    for (message, token) in [
        ("none", ""),
        ("forged", "1.x.y"),
        ("neighbour's", token(neighbours.page())),
        ("old", token(page.page())),
    ] {
        let fields = [
            &[("token", token), ("message", message), ("website", "spam")][..],
            &ANN,
        ]
        .concat();
        visitor.post_form("/contact", &fields).await.redirect();
    }

    assert_eq!(houses.queued().await.len(), 4);
}

#[tokio::test]
async fn a_form_that_cannot_be_stored_comes_back_as_it_was_typed() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/contact").await;
    let fields = [
        &[("token", token(page.page())), ("message", "Hello there")][..],
        &ANN,
    ]
    .concat();
    houses.db.db.close().await;

    let answer = visitor.post_form("/contact", &fields).await;

    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_ne!(answer.header("retry-after"), "");
    assert!(answer.text().contains("This was not sent"));
    assert!(answer.text().contains("Hello there"));
}

#[tokio::test]
async fn another_sites_page_cannot_send_the_form() {
    let houses = Houses::new().await;
    let lured = houses
        .visitor(FAIRFIELD)
        .with_header("origin", "http://hudson.localhost");

    let answer = lured.post_form("/contact", &ANN).await;

    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(houses.queued().await.is_empty());
}

#[tokio::test]
async fn a_form_larger_than_a_lead_is_refused_on_the_tenants_page() {
    let houses = Houses::new().await;
    let long = "x".repeat(16 * 1024);

    let answer = houses
        .visitor(FAIRFIELD)
        .post_form("/contact", &[("message", &long)])
        .await;

    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text().contains("/assets/themes/ivory-forest."));
}
