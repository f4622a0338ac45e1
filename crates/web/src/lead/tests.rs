use axum::http::{Method, StatusCode};
use db::testing::{a_flag, an_exception};
use insta::assert_json_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};
use types::{EventKey, Exception, Feature, Switch};

use crate::{
    contact::consent,
    testing::{FAIRFIELD, HUDSON, Houses, a_lead},
};

/// The pointers of a refusal.
fn pointers(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().expect("a refusal names fields");
    errors
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_lead_is_accepted_once_it_is_in_the_queue() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD).with_header("x-request-id", "visit-1");

    let answer = program.post_json("/api/lead", a_full_lead()).await;

    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let queued = houses.queued().await;
    assert_eq!(queued.len(), 1);
    let job_id = queued[0].id.to_string();
    assert_eq!(
        answer.json(),
        json!({"ok": true, "success": true, "accepted": true, "duplicate": false, "jobId": job_id})
    );
    assert_eq!(queued[0].scope, houses.fairfield);
    assert_eq!(queued[0].request_id.as_deref(), Some("visit-1"));
    let event: Value = serde_json::from_str(&queued[0].payload).unwrap();
    assert_json_snapshot!(event);
}

fn a_full_lead() -> Value {
    json!({
        "name": " Ann Example ", "email": "ANN@example.com", "phone": "203-555-0123",
        "timeframe": "3 to 6 months", "message": "Is it\nstill there?", "source": "listing-inquiry",
        "listingId": "FB-1", "listingUrl": "/listings/FB-1", "listingAddress": "12 Elm Street",
        "propertyDetails": {"propertyType": "condo", "beds": "2", "baths": 1.5, "sqft": "", "colour": "blue"},
        "consent": {"marketingCalls": true}, "attribution": {"first": {"utm_source": "search"}},
        "surprise": {"tenantId": "tenant_hudson"},
    })
}

#[tokio::test]
async fn a_name_that_nobody_could_see_is_none() {
    let houses = Houses::new().await;
    let mut lead = a_full_lead();
    lead["name"] = "\u{200b} \u{feff}".into();

    let answer = houses.program(FAIRFIELD).post_json("/api/lead", lead).await;

    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let queued = houses.queued().await;
    let event: Value = serde_json::from_str(&queued[0].payload).unwrap();
    assert_eq!(event["payload"]["contact"].get("name"), None, "{event}");
}

#[tokio::test]
async fn an_address_that_is_none_of_the_web_is_left_out_and_the_lead_is_not() {
    for (url, kept) in [
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//elsewhere.example/x", None),
        (
            "https://example.com/listings/FB-1",
            Some("https://example.com/listings/FB-1"),
        ),
        ("HTTP://example.com/", Some("HTTP://example.com/")),
        ("/listings/FB-1", Some("/listings/FB-1")),
    ] {
        let houses = Houses::new().await;
        let lead = with(a_full_lead(), "listingUrl", json!(url));

        let answer = houses.program(FAIRFIELD).post_json("/api/lead", lead).await;

        assert_eq!(answer.status, StatusCode::ACCEPTED, "{url}");
        assert_eq!(
            houses.only_payload().await["listing"]["url"].as_str(),
            kept,
            "{url}"
        );
    }
}

#[tokio::test]
async fn what_nobody_asked_for_may_be_anything_at_all() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD);
    let deep = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
    let lead = |surprise: &str| {
        format!(r#"{{"email": "ann@example.com", "phone": "203-555-0123", "surprise": {surprise}}}"#)
    };
    let json = Some("application/json");

    for surprise in [deep.as_str(), "1e999999", "-1e999999"] {
        let body = lead(surprise).into_bytes();
        let answer = program.send(Method::POST, "/api/lead", json, body).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    }
    let asked_for = br#"{"email": "ann@example.com", "phone": 1e999999}"#.to_vec();
    let refused = program.send(Method::POST, "/api/lead", json, asked_for).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(pointers(&refused.json()), ["/phone"]);
}

#[tokio::test]
async fn the_same_lead_twice_is_one() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD);

    let first = program.post_json("/api/lead", a_lead()).await.json();
    let second = program.post_json("/api/lead", a_lead()).await;
    let elsewhere = houses
        .program(HUDSON)
        .post_json("/api/lead", a_lead())
        .await
        .json();

    assert_eq!(second.status, StatusCode::ACCEPTED);
    let second = second.json();
    assert_eq!(
        (&second["duplicate"], &second["jobId"]),
        (&json!(true), &first["jobId"])
    );
    assert_eq!(elsewhere["duplicate"], false);
    assert_eq!(houses.queued().await.len(), 2);
}

#[tokio::test]
async fn a_named_submission_is_one_whatever_it_says_the_second_time() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD);
    let named = program
        .post_json("/api/lead", with(a_lead(), "submissionId", json!("form-1")))
        .await;
    let keyed = houses.program(FAIRFIELD).with_header("idempotency-key", "form-1");

    let again = program
        .post_json(
            "/api/lead",
            with(
                with(a_lead(), "message", json!("Hello?")),
                "submissionId",
                json!("form-1"),
            ),
        )
        .await;
    let replayed = keyed.post_json("/api/lead", a_lead()).await;
    let other = program
        .post_json("/api/lead", with(a_lead(), "submissionId", json!("form-2")))
        .await;

    assert_eq!(named.json()["duplicate"], false);
    assert_eq!(again.json()["duplicate"], true);
    assert_eq!(replayed.json()["duplicate"], true);
    assert_eq!(replayed.header("idempotency-replayed"), "true");
    assert_eq!(other.json()["duplicate"], false);
    let keys: Vec<_> = houses
        .queued()
        .await
        .into_iter()
        .map(|job| job.event_key)
        .collect();
    let key = EventKey::from_submission(
        types::EventType::LeadSubmitted,
        houses.fairfield.tenant_id(),
        "form-1",
    );
    assert!(keys.contains(&key.as_str().to_owned()));
}

#[tokio::test]
async fn a_key_that_names_another_request_is_refused_and_stores_nothing() {
    let houses = Houses::new().await;
    let keyed = houses.program(FAIRFIELD).with_header("idempotency-key", "key-1");
    keyed.post_json("/api/lead", a_lead()).await;

    let other = keyed
        .post_json("/api/lead", with(a_lead(), "message", json!("Hello?")))
        .await;

    assert_eq!(other.status, 422);
    assert_eq!(other.json()["errors"][0]["code"], "idempotency_key_reused");
    assert_eq!(houses.queued().await.len(), 1);
}

#[tokio::test]
async fn a_key_that_names_nothing_is_refused_before_anything_is_stored() {
    let houses = Houses::new().await;
    let long = "k".repeat(256);

    for key in ["", " ", long.as_str()] {
        let keyed = houses.program(FAIRFIELD).with_header("idempotency-key", key);
        let refused = keyed.post_json("/api/lead", a_lead()).await;

        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{key:?}");
        assert_eq!(refused.json()["errors"][0]["code"], "idempotency_key_invalid");
        let sentence = refused.json()["detail"].clone();
        assert!(
            sentence.as_str().unwrap().contains("Idempotency-Key"),
            "{sentence}"
        );
    }
    assert_eq!(houses.queued().await.len(), 0);
}

#[tokio::test]
async fn a_form_sent_again_under_its_key_is_one_request_whatever_speaks_against_it() {
    let houses = Houses::new().await;
    let keyed = houses.program(FAIRFIELD).with_header("idempotency-key", "key-1");
    let form = [
        ("email", "ann@example.com"),
        ("phone", "203-555-0142"),
        ("message", "Is https://example.com/walnut-court still free?"),
        ("consentCall", "yes"),
    ];

    let first = keyed.post_form("/api/lead", &form).await;
    houses.clock.advance(SignedDuration::from_secs(1));
    let again = keyed.post_form("/api/lead", &form).await;

    assert_eq!(first.status, StatusCode::ACCEPTED);
    assert_eq!(again.status, StatusCode::ACCEPTED, "{}", again.text());
    assert_eq!(again.json()["duplicate"], true);
    assert_eq!(houses.queued().await.len(), 1);
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_stored() {
    let houses = Houses::new().await;
    let lead = json!({
        "email": "nobody", "message": 7, "submissionId": 1,
        "propertyDetails": {"propertyType": "castle", "beds": "NaN", "baths": 1},
    });

    let answer = houses.program(FAIRFIELD).post_json("/api/lead", lead).await;

    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let problem = answer.json();
    let wrong = [
        "/submissionId",
        "/email",
        "/phone",
        "/message",
        "/propertyDetails/propertyType",
        "/propertyDetails/beds",
    ];
    assert_eq!(pointers(&problem), wrong);
    assert_eq!(problem["errors"][2]["detail"], "The phone number is missing.");
    assert!(houses.queued().await.is_empty());
}

#[tokio::test]
async fn a_number_must_be_one_that_can_be_called() {
    let houses = Houses::new().await;

    for (phone, accepted) in [
        ("555-0123", false),
        ("1234567890", true),
        ("call me please", false),
        ("(203) 555-01", true),
    ] {
        let lead = with(a_lead(), "phone", json!(phone));
        let answer = houses.program(FAIRFIELD).post_json("/api/lead", lead).await;
        assert_eq!(answer.status == StatusCode::ACCEPTED, accepted, "{phone}");
    }
}

#[tokio::test]
async fn what_is_no_lead_is_refused_for_what_it_is() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD);
    let json = Some("application/json");
    let long = with(a_lead(), "message", json!("x".repeat(16 * 1024))).to_string();

    for (kind, body, status) in [
        (json, "{\"email\":".to_owned(), StatusCode::BAD_REQUEST),
        (json, "{\"email\": 7,".to_owned(), StatusCode::BAD_REQUEST),
        (json, String::new(), StatusCode::BAD_REQUEST),
        (json, "[]".to_owned(), StatusCode::UNPROCESSABLE_ENTITY),
        (json, long, StatusCode::PAYLOAD_TOO_LARGE),
        (
            Some("text/plain"),
            a_lead().to_string(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (
            Some("multipart/form-data; boundary=x"),
            String::new(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
        (None, a_lead().to_string(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        let shown: String = body.chars().take(20).collect();
        let answer = program
            .send(Method::POST, "/api/lead", kind, body.into_bytes())
            .await;

        assert_eq!(answer.status, status, "{kind:?} {shown}");
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{shown}"
        );
        assert_eq!(answer.json()["ok"], false, "{shown}");
    }
    assert!(houses.queued().await.is_empty());
}

#[tokio::test]
async fn half_an_emoji_does_not_lose_a_lead() {
    let houses = Houses::new().await;
    let body = r#"{"email":"ann@example.com","phone":"203-555-0123","message":"hi \ud83d"}"#;

    let answer = houses
        .program(FAIRFIELD)
        .send(Method::POST, "/api/lead", Some("application/json"), body.into())
        .await;

    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_eq!(houses.only_payload().await["message"], "hi \u{fffd}");
}

#[tokio::test]
async fn a_form_of_a_program_is_answered_in_json() {
    let houses = Houses::new().await;
    let fields = [
        ("email", "ann@example.com"),
        ("phone", "203-555-0123"),
        ("message", ""),
        ("other", "x"),
    ];

    let answer = houses.program(FAIRFIELD).post_form("/api/lead", &fields).await;

    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_eq!(answer.json()["accepted"], true);
    let payload = houses.only_payload().await;
    assert_eq!(
        payload,
        json!({"source": "website", "contact": {"email": "ann@example.com", "phone": "203-555-0123"}})
    );
}

#[tokio::test]
async fn a_form_of_a_program_says_what_was_ticked_and_what_led_there() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD).with_header(
        "cookie",
        "first_touch=utm_source=sign; last_touch=utm_source=mail",
    );
    let fields = [
        ("email", "ann@example.com"),
        ("phone", "203-555-0123"),
        ("consentEmail", "yes"),
    ];

    program.post_form("/api/lead", &fields).await;
    houses.clock.advance(SignedDuration::from_secs(1));
    let again = program.post_form("/api/lead", &fields).await;

    let payload = houses.only_payload().await;
    assert_eq!(again.json()["duplicate"], true);
    assert_eq!(payload["consent"]["marketingEmail"], true);
    assert_eq!(payload["consent"]["marketingCalls"], false);
    assert_eq!(payload["consent"]["version"], consent::VERSION);
    assert_eq!(payload["consent"]["text"], consent::EMAIL);
    assert_eq!(payload["consent"]["url"], "http://fairfield.localhost/api/lead");
    assert_eq!(
        payload["attribution"],
        json!({"first": {"utm_source": "sign"}, "last": {"utm_source": "mail"}})
    );
}

#[tokio::test]
async fn a_form_of_a_browser_leads_on_to_the_thanks() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    let sent = visitor
        .post_form(
            "/api/lead",
            &[("email", "ann@example.com"), ("phone", "203-555-0123")],
        )
        .await;
    let refused = visitor
        .post_form("/api/lead", &[("email", "ann@example.com")])
        .await;

    assert_eq!(sent.redirect(), "/contact/thanks");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("The phone number is missing."));
    assert_eq!(houses.queued().await.len(), 1);
}

#[tokio::test]
async fn the_twenty_first_lead_in_a_minute_waits_and_the_neighbours_first_does_not() {
    let houses = Houses::with(&[("RATE_LIMIT", "on")]).await;
    let program = houses.program(FAIRFIELD);

    for nth in 1..=20 {
        let lead = with(a_lead(), "message", json!(nth.to_string()));
        assert_eq!(
            program.post_json("/api/lead", lead).await.status,
            StatusCode::ACCEPTED,
            "{nth}"
        );
    }
    let refused = program.post_json("/api/lead", a_lead()).await;
    let neighbours = houses.program(HUDSON).post_json("/api/lead", a_lead()).await;

    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_ne!(refused.header("retry-after"), "");
    assert_eq!(neighbours.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_lead_that_cannot_be_stored_is_never_a_success() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD);
    program.get("/").await.page();
    houses.db.db.close().await;

    let answer = program.post_json("/api/lead", a_lead()).await;

    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["ok"], false);
    assert_ne!(answer.header("retry-after"), "");
}

#[tokio::test]
async fn a_lead_says_from_which_browser_it_came_unless_that_asks_not_to_be_followed() {
    let houses = Houses::new().await;
    let browser = houses
        .program(FAIRFIELD)
        .with_header("cookie", "a=1; visitor=v-1");
    let quiet = houses.program(FAIRFIELD).with_header("cookie", "visitor=v-1");
    let quiet = quiet.with_header("sec-gpc", "1");

    browser.post_json("/api/lead", a_lead()).await;
    browser
        .post_json(
            "/api/lead",
            with(a_full_lead(), "actor", json!({"visitorId": "v-2"})),
        )
        .await;
    quiet
        .post_json("/api/lead", with(a_lead(), "message", json!("Hello?")))
        .await;

    let mut actors: Vec<Value> = houses
        .queued()
        .await
        .iter()
        .map(|job| serde_json::from_str::<Value>(&job.payload).unwrap()["payload"]["actor"].clone())
        .collect();
    actors.sort_by_key(|actor| actor["visitorId"].as_str().map(str::to_owned));
    let v = |number| json!({ "visitorId": format!("v-{number}") });
    assert_eq!(actors, [Value::Null, v(1), v(2)]);
}

#[tokio::test]
async fn the_same_lead_from_another_browser_is_the_same_lead() {
    let houses = Houses::new().await;
    let keyed = |cookie: &str| {
        let program = houses.program(FAIRFIELD).with_header("idempotency-key", "key-1");
        program.with_header("cookie", cookie)
    };

    let answers = [
        houses
            .program(FAIRFIELD)
            .post_json("/api/lead", a_full_lead())
            .await,
        houses
            .program(FAIRFIELD)
            .with_header("cookie", "visitor=v-1")
            .post_json("/api/lead", a_full_lead())
            .await,
        keyed("visitor=v-1").post_json("/api/lead", a_lead()).await,
        keyed("visitor=v-2").post_json("/api/lead", a_lead()).await,
    ];

    let duplicates = answers.map(|answer| answer.json()["duplicate"].clone());
    assert_eq!(duplicates, [json!(false), json!(true), json!(false), json!(true)]);
}

#[tokio::test]
async fn a_site_whose_lead_capture_is_switched_off_takes_no_lead_and_says_so() {
    let houses = Houses::new().await;
    let off = Exception::Feature {
        subject: Feature::LeadCapture,
        is_on: false,
    };
    an_exception(&houses.db.db, &houses.fairfield, off).await;

    let refused = houses
        .program(FAIRFIELD)
        .post_json("/api/lead", a_full_lead())
        .await;
    let neighbour = houses.program(HUDSON).post_json("/api/lead", a_full_lead()).await;

    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(
        refused.json()["error"],
        "This site takes no messages at the moment. Please call instead."
    );
    assert_eq!(neighbour.status, StatusCode::ACCEPTED);
    assert_eq!(houses.queued().await.len(), 1);

    let visitor = houses.visitor(FAIRFIELD);
    let home = [
        ("address", "12 Elm Street, Wilton, CT"),
        ("propertyType", "single-family"),
        ("beds", "3"),
        ("baths", "2"),
    ];
    let ann = [("email", "ann@example.com"), ("phone", "203-555-0123")];
    let asked = [&home[..], &ann].concat();
    for (path, typed) in [("/contact", &ann[..]), ("/home-value", &asked)] {
        let refused = visitor.post_form(path, typed).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        assert!(
            refused
                .text()
                .contains("This site takes no messages at the moment. Please call instead.")
        );
        assert!(
            refused.text().contains("ann@example.com"),
            "nothing typed is lost"
        );
    }
    let contact = json!({ "email": "ann@example.com" });
    let valued = json!({ "address": "12 Elm Street", "propertyType": "condo", "beds": 2, "baths": 1, "contact": contact });
    let refused = houses
        .program(FAIRFIELD)
        .post_json("/api/valuation", valued)
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    visitor.post_form("/home-value", &home).await.redirect();
    assert_eq!(houses.queued().await.len(), 1, "who leaves no contact may look");
}

#[tokio::test]
async fn no_site_takes_a_lead_while_lead_capture_is_switched_off_for_every_tenant() {
    let houses = Houses::new().await;
    let on = Exception::Feature {
        subject: Feature::LeadCapture,
        is_on: true,
    };
    an_exception(&houses.db.db, &houses.fairfield, on).await;
    a_flag(&houses.db.db, Feature::LeadCapture, Switch::Off).await;

    for host in [FAIRFIELD, HUDSON] {
        let refused = houses.program(host).post_json("/api/lead", a_full_lead()).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{host}");
    }
    assert_eq!(houses.queued().await.len(), 0);
}

#[tokio::test]
async fn what_a_form_says_of_a_home_is_looked_up_and_not_believed() {
    let houses = Houses::new().await;
    db::testing::a_listing("FB1")
        .insert(&houses.db.db, &houses.fairfield)
        .await;
    db::testing::a_listing("HU1")
        .insert(&houses.db.db, &houses.hudson)
        .await;
    let ours = json!({
        "id": "FB1", "url": "http://fairfield.localhost/listings/FB1",
        "address": "12 Elm Street, Wilton, CT 06897",
    });
    for (id, kept) in [
        ("FB1", ours.clone()),
        ("HU1", Value::Null),
        ("NOPE", Value::Null),
        ("no id", Value::Null),
        ("", Value::Null),
    ] {
        let fields = [
            ("email", "ann@example.com"),
            ("phone", "203-555-0123"),
            ("message", id),
            ("listingId", id),
            ("listingAddress", "Click http://evil.example"),
            ("listingUrl", "http://evil.example/"),
        ];

        houses
            .visitor(FAIRFIELD)
            .post_form("/contact", &fields)
            .await
            .redirect();

        let queued = houses.queued().await;
        let event: Value = serde_json::from_str(&queued.last().unwrap().payload).unwrap();
        assert_eq!(event["payload"]["listing"], kept, "{id}");
    }
    let said = with(
        with(a_lead(), "listingId", json!("FB1")),
        "listingUrl",
        json!("http://evil.example/"),
    );

    houses.program(FAIRFIELD).post_json("/api/lead", said).await;

    let queued = houses.queued().await;
    let event: Value = serde_json::from_str(&queued.last().unwrap().payload).unwrap();
    assert_eq!(event["payload"]["listing"], ours);
}

#[tokio::test]
async fn a_program_names_a_home_of_its_own_but_no_link() {
    for (address, kept) in [
        ("1 Far Street", json!({"id": "far-1", "address": "1 Far Street"})),
        ("Click http://evil.example", json!({"id": "far-1"})),
    ] {
        let houses = Houses::new().await;
        let lead = with(
            with(a_lead(), "listingId", json!("far-1")),
            "listingAddress",
            json!(address),
        );

        houses.program(FAIRFIELD).post_json("/api/lead", lead).await;

        assert_eq!(houses.only_payload().await["listing"], kept);
    }
}
