use axum::http::{Method, StatusCode};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::testing::{FAIRFIELD, Houses, a_home, still, token};

const HOME: [(&str, &str); 4] = [
    ("address", "12 Elm Street, Fairfield"),
    ("propertyType", "single-family"),
    ("beds", "3"),
    ("baths", "2.5"),
];

#[tokio::test]
async fn a_home_is_valued_at_once_and_the_request_is_in_the_queue() {
    let houses = Houses::new().await;

    let answer = houses
        .program(FAIRFIELD)
        .post_json("/api/valuation", a_home())
        .await;

    assert_eq!(answer.status, StatusCode::OK);
    let queued = houses.queued().await;
    let expected = json!({
        "ok": true, "status": "ok", "low": 580_000, "high": 870_000, "confidence": "low",
        "method": "baseline", "comparables": [], "jobId": queued[0].id.to_string(),
    });
    assert_eq!(answer.json(), expected);
    assert_eq!(queued[0].event_type, "website.valuation.requested");
}

#[tokio::test]
async fn an_unusual_home_needs_a_person() {
    let houses = Houses::new().await;
    let home = json!({"address": "12 Elm Street", "propertyType": "multi-family", "beds": "3", "baths": "2"});

    let answer = houses
        .program(FAIRFIELD)
        .post_json("/api/valuation", home)
        .await
        .json();

    assert_eq!(answer["status"], "needs_review");
    assert_eq!(answer["reason"], "multi_family");
    assert_eq!(houses.queued().await.len(), 1);
}

#[tokio::test]
async fn numbers_may_be_texts_and_what_is_no_number_is_named() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD);
    let texts = json!({"address": "12 Elm Street", "propertyType": "condo", "beds": "3", "baths": "2.5", "sqft": "1400"});
    let wrong = json!({
        "address": "12", "propertyType": "condo", "beds": "NaN", "baths": "two", "sqft": true,
        "contact": {"email": "nobody"},
    });

    let valued = program.post_json("/api/valuation", texts).await;
    let refused = program.post_json("/api/valuation", wrong).await;

    assert_eq!(valued.status, StatusCode::OK, "{}", valued.text());
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let problem = refused.json();
    let named: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["pointer"])
        .collect();
    assert_eq!(named, ["/address", "/beds", "/baths", "/sqft", "/contact/email"]);
    assert_eq!(houses.queued().await.len(), 1);
}

#[tokio::test]
async fn what_is_no_request_is_refused_for_what_it_is() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD);
    let json = Some("application/json");

    for (kind, body, status) in [
        (json, "{".to_owned(), StatusCode::BAD_REQUEST),
        (
            json,
            format!("\"{}\"", "x".repeat(12 * 1024)),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (None, a_home().to_string(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        let answer = program
            .send(Method::POST, "/api/valuation", kind, body.into_bytes())
            .await;
        assert_eq!(answer.status, status);
    }
    houses.db.db.close().await;
    let answer = program.post_json("/api/valuation", a_home()).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn the_form_is_filled_in_from_its_address() {
    let houses = Houses::new().await;

    let page = houses
        .visitor(FAIRFIELD)
        .get("/home-value?address=12+Elm+%3CStreet%3E&propertyType=condo&beds=3")
        .await;

    assert_snapshot!(still(page.page()));
}

#[tokio::test]
async fn a_form_sent_twice_shows_the_same_range_and_is_one_request() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/home-value").await;
    let more = [
        ("token", token(page.page())),
        ("sqft", "2450"),
        ("email", "ann@example.com"),
    ];
    let fields = [&HOME[..], &more].concat();

    let first = visitor.post_form("/home-value", &fields).await;
    let second = visitor.post_form("/home-value", &fields).await;

    assert_eq!(first.page(), second.page());
    assert_eq!(
        houses.only_payload().await["contact"],
        json!({"email": "ann@example.com"})
    );
    assert_snapshot!(still(first.page()));
}

#[tokio::test]
async fn an_unusual_home_gets_a_page_that_says_why() {
    let houses = Houses::new().await;
    let fields = [HOME[0], ("propertyType", "multi-family"), HOME[2], HOME[3]];

    let answer = houses.visitor(FAIRFIELD).post_form("/home-value", &fields).await;

    assert_snapshot!(still(answer.page()));
    assert_eq!(houses.only_payload().await.get("contact"), None::<&Value>);
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed() {
    let houses = Houses::new().await;
    let fields = [
        HOME[0],
        HOME[1],
        ("beds", "some"),
        ("baths", ""),
        ("email", "nobody"),
        ("name", "Ann"),
    ];

    let refused = houses.visitor(FAIRFIELD).post_form("/home-value", &fields).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_snapshot!(still(refused.text()));
    assert!(houses.queued().await.is_empty());
}
