use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::testing::{FAIRFIELD, Houses, a_home, a_lead};

fn a_view() -> Value {
    json!({
        "eventType": "website.listing.viewed",
        "payload": {"source": "listing", "listing": {"id": "FB-1", "baths": 2.5}, "other": 1},
    })
}

#[tokio::test]
async fn looking_twice_is_two_events_and_a_named_event_is_one() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD);
    let keyed = houses
        .program(FAIRFIELD)
        .with_header("idempotency-key", "gesture-1");

    let answers = [
        program.post_json("/api/website-events", a_view()).await,
        program.post_json("/api/website-events", a_view()).await,
        keyed.post_json("/api/website-events", a_view()).await,
        keyed.post_json("/api/website-events", a_view()).await,
    ];

    assert_eq!(
        answers.each_ref().map(|answer| answer.status),
        [StatusCode::ACCEPTED; 4]
    );
    let duplicates = answers.map(|answer| answer.json());
    assert_eq!(duplicates[1], json!({"ok": true, "duplicate": false}));
    assert_eq!(duplicates[3], json!({"ok": true, "duplicate": true}));
    assert_eq!(houses.queued().await.len(), 3);
}

#[tokio::test]
async fn what_bots_and_who_wants_no_follower_do_is_not_kept() {
    const BOT: &str = "Mozilla/5.0 (compatible; Examplebot/2.1; +https://example.com/bot.html)";
    let houses = Houses::new().await;
    for (name, value) in [("user-agent", BOT), ("sec-gpc", "1"), ("dnt", "1")] {
        let caller = houses.program(FAIRFIELD).with_header(name, value);
        let answer = caller.post_json("/api/website-events", a_view()).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{name}");
        assert_eq!(answer.json(), json!({"ok": true, "duplicate": false}));
    }
    assert_eq!(houses.queued().await.len(), 0);
    let person = houses
        .program(FAIRFIELD)
        .with_header("user-agent", "Mozilla/5.0 (X11; Linux x86_64)");
    person.post_json("/api/website-events", a_view()).await;
    assert_eq!(houses.queued().await.len(), 1);
}

#[tokio::test]
async fn a_tool_that_fetches_is_nobody_and_one_that_tells_of_somebody_is_heard() {
    let houses = Houses::new().await;
    let tool = houses
        .program(FAIRFIELD)
        .with_header("user-agent", "python-requests/2.32.3");
    let mut told = a_view();
    told["payload"]["actor"] = json!({"visitorId": "0199b8a2-0000-7000-8000-000000000001"});

    tool.post_json("/api/website-events", a_view()).await;
    assert_eq!(houses.queued().await.len(), 0);
    tool.post_json("/api/website-events", told).await;
    tool.with_header("idempotency-key", "view-1")
        .post_json("/api/website-events", a_view())
        .await;

    assert_eq!(houses.queued().await.len(), 2);
}

#[tokio::test]
async fn an_event_that_is_sent_again_under_its_key_is_answered_as_before_and_says_so() {
    let houses = Houses::new().await;
    let keyed = houses
        .program(FAIRFIELD)
        .with_header("idempotency-key", "gesture-1");

    let first = keyed.post_json("/api/website-events", a_view()).await;
    let again = keyed.post_json("/api/website-events", a_view()).await;

    assert_eq!(first.header("idempotency-replayed"), "");
    assert_eq!(again.header("idempotency-replayed"), "true");
}

#[tokio::test]
async fn a_key_that_names_an_event_names_nothing_else() {
    let houses = Houses::new().await;
    let keyed = houses
        .program(FAIRFIELD)
        .with_header("idempotency-key", "gesture-1");
    keyed.post_json("/api/website-events", a_view()).await;
    let mut marked = a_view();
    marked["eventType"] = json!("website.listing.favorited");

    for (path, body) in [
        ("/api/valuation", a_home()),
        ("/api/lead", a_lead()),
        ("/api/website-events", marked),
    ] {
        let refused = keyed.post_json(path, body).await;

        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert_eq!(refused.json()["errors"][0]["code"], "idempotency_key_reused");
    }
    assert_eq!(houses.queued().await.len(), 1);
}

#[tokio::test]
async fn each_behaviour_is_taken_and_what_is_none_is_refused() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD);
    let listing = json!({"source": "listing", "listing": {"id": "FB-1"}});
    let search = json!({"source": "home-search", "searchContext": {"query": "elm"}});

    for (event_type, payload, pointer) in [
        ("website.search.performed", &search, None),
        ("website.listing.favorited", &listing, None),
        ("website.listing.unfavorited", &listing, None),
        ("website.listing.viewed", &search, Some("/payload/listing")),
        (
            "website.listing.viewed",
            &json!({"source": "x", "listing": {"id": 7}}),
            Some("/payload/listing/id"),
        ),
        ("website.listing.viewed", &json!("x"), Some("/payload")),
        ("website.lead.submitted", &listing, Some("/eventType")),
        ("website.listing.eaten", &listing, Some("/eventType")),
    ] {
        let event = json!({"eventType": event_type, "payload": payload});
        let answer = program.post_json("/api/website-events", event).await;

        let refused = answer.json()["errors"][0]["pointer"].as_str().map(str::to_owned);
        assert_eq!(refused.as_deref(), pointer, "{event_type} {}", answer.text());
        let status = if pointer.is_some() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::ACCEPTED
        };
        assert_eq!(answer.status, status, "{event_type}");
    }
    assert_eq!(houses.queued().await.len(), 3);
}

#[tokio::test]
async fn what_is_wrong_with_an_event_is_said_in_plain_words() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD);
    let of_payload = |payload: Value| json!({"eventType": "website.listing.viewed", "payload": payload});

    for (event, pointer, sentence) in [
        (of_payload(json!("x")), "/payload", "payload must be an object."),
        (
            of_payload(json!(["x", {}])),
            "/payload",
            "payload must be an object.",
        ),
        (
            of_payload(json!({"source": "x"})),
            "/payload/listing",
            "listing is missing.",
        ),
        (
            of_payload(json!({"source": "x", "listing": {"id": 7}})),
            "/payload/listing/id",
            "id must be text.",
        ),
        (
            json!({"eventType": "website.listing.viewed"}),
            "/payload",
            "payload is missing.",
        ),
        (json!({"payload": {}}), "/eventType", "eventType is missing."),
        (json!([]), "", "The body must be an object."),
    ] {
        let refused = program.post_json("/api/website-events", event.clone()).await;

        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{event}");
        let error = refused.json()["errors"][0].clone();
        assert_eq!(
            (&error["pointer"], &error["detail"]),
            (&json!(pointer), &json!(sentence))
        );
    }
}

#[tokio::test]
async fn an_event_without_its_parts_or_too_large_is_refused() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD);

    for (event, status) in [
        (json!({"payload": {}}), StatusCode::UNPROCESSABLE_ENTITY),
        (
            json!({"eventType": "website.listing.viewed"}),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({"eventType": "x".repeat(24 * 1024), "payload": {}}),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        assert_eq!(
            program.post_json("/api/website-events", event).await.status,
            status
        );
    }
}
