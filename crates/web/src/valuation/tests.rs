use axum::http::{Method, StatusCode};
use insta::{assert_json_snapshot, assert_snapshot};
use jiff::{SignedDuration, tz::TimeZone};
use serde_json::{Value, json};
use server::testing::{Answer, Caller};

use db::{tenant::listings, testing::a_listing};
use types::{Clock as _, listings::ListingStatus};

use crate::testing::{FAIRFIELD, HUDSON, Houses, a_home, still, token, until_too_many};

const HOME: [(&str, &str); 4] = [
    ("address", "12 Elm Street, Fairfield"),
    ("propertyType", "single-family"),
    ("beds", "3"),
    ("baths", "2.5"),
];

/// What somebody is led to who sends the form.
async fn shown(visitor: &Caller, fields: &[(&str, &str)]) -> Answer {
    let led_on = visitor.post_form("/home-value", fields).await;
    visitor.get(led_on.redirect()).await
}

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
async fn a_request_that_is_sent_again_under_its_key_says_so() {
    let houses = Houses::new().await;
    let keyed = houses.program(FAIRFIELD).with_header("idempotency-key", "key-1");

    let first = keyed.post_json("/api/valuation", a_home()).await;
    let again = keyed.post_json("/api/valuation", a_home()).await;

    assert_eq!(first.header("idempotency-replayed"), "");
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json(), first.json());
    assert_eq!(houses.queued().await.len(), 1);
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

    let first = shown(&visitor, &fields).await;
    let second = shown(&visitor, &fields).await;

    assert_eq!(first.page(), second.page());
    assert_eq!(
        houses.only_payload().await["contact"],
        json!({"email": "ann@example.com"})
    );
    assert_snapshot!(still(first.page()));
}

#[tokio::test]
async fn a_range_has_an_address_that_names_the_home_and_nobody() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let typed = [
        ("name", "Ann"),
        ("email", "ann@example.com"),
        ("consentEmail", "yes"),
    ];

    let led_on = visitor
        .post_form("/home-value", &[&HOME[..], &typed].concat())
        .await;
    let first = visitor.get(led_on.redirect()).await;
    let again = visitor.get(led_on.redirect()).await;
    let elsewhere = houses.visitor(FAIRFIELD).get(led_on.redirect()).await;

    assert_eq!(
        led_on.redirect(),
        "/home-value/range?address=12+Elm+Street%2C+Fairfield&propertyType=single-family&beds=3&baths=2.5"
    );
    assert_eq!(first.page(), again.page());
    assert!(first.page().contains("<strong>ann@example.com</strong>"));
    assert!(first.page().contains("$580,000") && elsewhere.page().contains("$580,000"));
    assert!(!elsewhere.page().contains("ann@example.com") && !elsewhere.page().contains("Ann"));
    assert_eq!(houses.queued().await.len(), 1, "to look again stores nothing");
}

#[tokio::test]
async fn what_was_typed_goes_with_one_home_of_one_site_and_is_ours() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let fields = [&HOME[..], &[("email", "ann@example.com")]].concat();
    let led_on = visitor.post_form("/home-value", &fields).await;
    let path = led_on.redirect();
    let (_, cookie) = led_on.header("set-cookie").split_once('=').unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let with = async |host: &str, cookie: &str| {
        let caller = houses.visitor(host);
        caller
            .with_header("cookie", &format!("home_value={cookie}"))
            .get(path)
            .await
    };

    let other_home = visitor.get(&path.replace("beds=3", "beds=4")).await;
    let ours = with(FAIRFIELD, cookie).await;
    let other_site = with(HUDSON, cookie).await;
    let forged = with(FAIRFIELD, &cookie.replace("ann%40", "eve%40")).await;

    assert!(led_on.header("set-cookie").contains("; Path=/home-value;"));
    assert!(ours.page().contains("ann@example.com"));
    for page in [other_home, other_site, forged] {
        assert!(page.page().contains("Estimated range"));
        assert!(!page.page().contains("@example.com</strong>"), "{}", page.page());
    }
}

#[tokio::test]
async fn what_is_too_long_for_a_browser_to_keep_loses_no_range() {
    let houses = Houses::new().await;
    let name = "𐍈".repeat(199);
    let address = format!("{}, Fairfield", "𐌰".repeat(180));
    let mut fields = [&HOME[..], &[("name", &*name), ("email", "ann@example.com")]].concat();
    fields[0].1 = &address;

    let visitor = houses.visitor(FAIRFIELD);
    let led_on = visitor.post_form("/home-value", &fields).await;
    let answer = visitor.get(led_on.redirect()).await;

    assert_eq!(led_on.header("set-cookie"), "", "no browser would keep it");
    assert!(answer.page().contains("$580,000"));
    assert_eq!(houses.queued().await.len(), 1);
}

#[tokio::test]
async fn an_address_that_names_no_home_leads_to_where_it_can_be_mended() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    for (query, number) in [
        ("", 1),
        ("?address=12", 1),
        ("?address=12+Elm+Street&propertyType=condo&beds=x&baths=2", 2),
    ] {
        let led_on = visitor.get(&format!("/home-value/range{query}")).await;
        let step = visitor.get(led_on.redirect()).await;

        assert!(step.text().contains(&format!("step {number} of 3")), "{query}");
    }
}

#[tokio::test]
async fn pages_drawn_from_a_form_may_be_gone_back_to() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let refused = [HOME[0], ("email", "nobody")];
    let step = [&HOME[..], &[("step", "2"), ("name", "Ann")]].concat();

    for (path, fields, status) in [
        ("/home-value", &refused[..], StatusCode::UNPROCESSABLE_ENTITY),
        ("/home-value", &step, StatusCode::OK),
        ("/contact", &refused, StatusCode::UNPROCESSABLE_ENTITY),
        ("/sign-in", &refused, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = visitor.post_form(path, fields).await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("cache-control"), "private, no-cache", "{path}");
    }
}

#[tokio::test]
async fn an_unusual_home_gets_a_page_that_says_why() {
    let houses = Houses::new().await;
    let fields = [HOME[0], ("propertyType", "multi-family"), HOME[2], HOME[3]];

    let answer = shown(&houses.visitor(FAIRFIELD), &fields).await;

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

#[tokio::test]
async fn the_steps_lie_in_the_address_and_store_nothing() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    let first = visitor.get("/home-value").await;
    let token = token(first.page());
    let home = format!("address=12+Elm+Street&token={token}");
    let second = visitor.get(&format!("/home-value?step=2&{home}")).await;
    let facts = format!("{home}&propertyType=condo&beds=3&baths=2");
    let third = visitor.get(&format!("/home-value?step=3&{facts}")).await;

    for (page, number) in [(&first, 1), (&second, 2), (&third, 3)] {
        assert!(page.page().contains(&format!("step {number} of 3")), "{number}");
        assert!(
            page.page().contains(token),
            "the token stays the same at step {number}"
        );
    }
    assert!(houses.queued().await.is_empty());
}

#[tokio::test]
async fn who_will_get_no_range_is_not_promised_one() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let last_step = async |kind: &str| {
        let home = format!("address=12+Elm+Street&propertyType={kind}&beds=3&baths=2");
        visitor.get(&format!("/home-value?step=3&{home}")).await
    };

    let house = last_step("single-family").await;
    let houses_of_two = last_step("multi-family").await;

    assert!(house.page().contains("<h1>Your range is ready.</h1>"));
    assert!(!houses_of_two.page().contains("range is ready"));
    assert!(houses_of_two.page().contains("<h1>This one needs a person.</h1>"));
}

#[tokio::test]
async fn a_step_with_a_wrong_answer_comes_back() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    for (path, number, sentence) in [
        ("step=2&address=", 1, "The address is missing."),
        (
            "step=2&address=12",
            1,
            "The address must be at least 5 characters.",
        ),
        (
            "step=3&address=12+Elm+Street&propertyType=condo&beds=x&baths=2",
            2,
            "The number of bedrooms must be a number.",
        ),
    ] {
        let page = visitor.get(&format!("/home-value?{path}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(page.text().contains(sentence), "{path}");
        assert!(page.text().contains(&format!("step {number} of 3")), "{path}");
    }
}

#[tokio::test]
async fn who_looks_first_and_leaves_an_address_then_is_heard() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/home-value").await;
    let looked = [&HOME[..], &[("token", token(page.page()))]].concat();
    let asked = [&looked[..], &[("email", "ann@example.com")]].concat();

    visitor.post_form("/home-value", &looked).await;
    visitor.post_form("/home-value", &asked).await;
    visitor.post_form("/home-value", &asked).await;

    let queued = houses.queued().await;
    assert_eq!(queued.len(), 2);
    assert!(queued[1].payload.contains("ann@example.com"));
}

#[tokio::test]
async fn who_changes_the_facts_keeps_what_they_typed_and_is_the_same_request() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/home-value").await;
    let token = token(page.page());
    let typed = [
        ("token", token),
        ("email", "ann@example.com"),
        ("consentEmail", "yes"),
    ];
    let sent = [&HOME[..], &typed].concat();
    houses.clock.advance(SignedDuration::from_secs(60));

    let result = shown(&visitor, &sent).await;
    let facts = visitor
        .post_form("/home-value", &[&sent[..], &[("step", "2")]].concat())
        .await;
    let mut changed = sent.clone();
    changed[2] = ("beds", "4");
    let person = visitor
        .post_form("/home-value", &[&changed[..], &[("step", "3")]].concat())
        .await;
    visitor.post_form("/home-value", &changed).await.redirect();

    for page in [&result, &facts] {
        for (name, value) in &sent {
            let hidden = format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
            let shown = format!("id=\"{name}\"");
            assert!(
                page.page().contains(&hidden) || page.page().contains(&shown),
                "{hidden}"
            );
        }
    }
    assert!(
        facts.page().contains("step 2 of 3")
            && facts.page().contains("method=\"post\" action=\"/home-value\"")
    );
    assert!(person.page().contains("step 3 of 3") && person.page().contains("value=\"ann@example.com\""));
    let queued = houses.queued().await;
    assert_eq!(queued.len(), 2, "to look at a step stores nothing");
    let event: Value = serde_json::from_str(&queued[1].payload).unwrap();
    assert_eq!(event["payload"]["beds"], 4);
    assert_eq!(event["payload"]["corrects"], json!(queued[0].event_key));
}

#[tokio::test]
async fn a_number_that_nobody_can_ring_is_no_way_to_be_answered() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    for phone in ["203-555", "call me"] {
        let fields = [&HOME[..], &[("phone", phone)]].concat();
        let refused = visitor.post_form("/home-value", &fields).await;

        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{phone}");
        assert!(
            refused
                .text()
                .contains("at least 7 digits; or leave an e-mail address.")
        );
        assert!(
            refused.text().contains(&format!("value=\"{phone}\"")),
            "nothing typed is lost"
        );
    }
    assert!(houses.queued().await.is_empty());

    let both = [&HOME[..], &[("phone", "203-555"), ("email", "ann@example.com")]].concat();
    let answer = shown(&visitor, &both).await;
    assert!(
        answer
            .page()
            .contains("We answer to <strong>ann@example.com</strong>"),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_person_does_not_stop_the_facts() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let typed = [&HOME[..], &[("email", "nobody"), ("step", "3")]].concat();

    let person = visitor.post_form("/home-value", &typed).await;

    assert!(person.page().contains("step 3 of 3") && person.page().contains("value=\"nobody\""));
    assert!(houses.queued().await.is_empty());
}

#[tokio::test]
async fn another_address_is_another_request_of_the_same_person() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/home-value").await;
    let before = token(page.page());
    let typed = [("token", before), ("name", "Ann"), ("step", "1")];

    let first = visitor
        .post_form("/home-value", &[&HOME[..], &typed].concat())
        .await;

    assert!(first.page().contains("step 1 of 3"));
    assert!(
        first
            .page()
            .contains("<input type=\"hidden\" name=\"name\" value=\"Ann\">")
    );
    assert_ne!(token(first.page()), before);
}

#[tokio::test]
async fn too_many_valuations_lose_nothing_that_was_typed() {
    let houses = Houses::with(&[("RATE_LIMIT", "on")]).await;
    let visitor = houses.visitor(FAIRFIELD);
    let fields = [&HOME[..], &[("email", "ann@example.com")]].concat();
    let back = [&fields[..], &[("step", "2")]].concat();

    let last = until_too_many(&visitor, "/home-value", &fields).await;
    let step = until_too_many(&visitor, "/home-value", &back).await;

    for (answer, number) in [(&last, 3), (&step, 2)] {
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert_ne!(answer.header("retry-after"), "");
        assert!(answer.text().contains(&format!("step {number} of 3")));
        assert!(answer.text().contains("value=\"ann@example.com\""));
        assert!(answer.text().contains("value=\"12 Elm Street, Fairfield\""));
    }
}

#[tokio::test]
async fn the_last_step_asks_for_consent_as_the_contact_form_does() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let boxes = |page: &str| {
        let (_, boxes) = page.split_once(r#"<fieldset class="choices">"#).unwrap();
        boxes.split_once("</fieldset>").unwrap().0.to_owned()
    };
    let facts = "step=3&address=12+Elm+Street&propertyType=condo&beds=3&baths=2";

    let contact = visitor.get("/contact").await;
    let last_step = visitor.get(&format!("/home-value?{facts}")).await;

    assert_eq!(boxes(last_step.page()), boxes(contact.page()));
}

#[tokio::test]
async fn what_was_ticked_is_kept_with_its_words_and_with_what_led_here() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD).with_header("user-agent", "Browser/1.0");
    visitor.get("/?utm_source=newsletter").await.page();
    let ticked = [("email", "ann@example.com"), ("consentEmail", "yes")];

    visitor
        .post_form("/home-value", &[&HOME[..], &ticked].concat())
        .await
        .redirect();

    let payload = houses.only_payload().await;
    assert_json_snapshot!([&payload["consent"], &payload["attribution"]]);
}

#[tokio::test]
async fn who_leaves_nothing_to_be_reached_by_has_allowed_nothing() {
    let houses = Houses::new().await;
    let fields = [&HOME[..], &[("consentCall", "yes")]].concat();

    houses
        .visitor(FAIRFIELD)
        .post_form("/home-value", &fields)
        .await
        .redirect();

    assert_eq!(houses.only_payload().await.get("consent"), None);
}

#[tokio::test]
async fn a_form_that_was_ticked_and_sent_twice_is_one_request_with_its_token_and_without() {
    for is_drawn in [true, false] {
        let houses = Houses::new().await;
        let visitor = houses.visitor(FAIRFIELD);
        let page = visitor.get("/home-value").await;
        let token = match is_drawn {
            true => token(page.page()),
            false => Default::default(),
        };
        let ticked = [
            ("token", token),
            ("email", "ann@example.com"),
            ("consentEmail", "yes"),
        ];
        let fields = [&HOME[..], &ticked].concat();

        for _ in 0..2 {
            houses.clock.advance(SignedDuration::from_secs(5));
            visitor.post_form("/home-value", &fields).await.redirect();
        }

        assert_eq!(houses.queued().await.len(), 1, "drawn: {is_drawn}");
    }
}

#[tokio::test]
async fn a_program_says_what_was_allowed_and_how_they_came() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD);
    let mut home = a_home();
    home["consent"] = json!({"marketingEmail": true, "text": "I agree."});
    home["attribution"] = json!({"firstTouch": {"utmSource": "search"}});
    let mut wrong = a_home();
    wrong["consent"] = json!({"marketingCalls": "perhaps"});

    program.post_json("/api/valuation", home).await;
    let refused = program.post_json("/api/valuation", wrong).await;

    let payload = houses.only_payload().await;
    assert_eq!(
        payload["consent"],
        json!({"marketingCalls": false, "marketingEmail": true, "text": "I agree."})
    );
    assert_eq!(payload["attribution"], json!({"first": {"utm_source": "search"}}));
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/consent/marketingCalls");
}

/// Six houses in Wilton, of which one is a hundred thousand dearer than the one before.
async fn six_homes(houses: &Houses) {
    for (price, id) in (10..16).zip(["W-1", "W-2", "W-3", "W-4", "W-5", "W-6"]) {
        let listing = a_listing(id).with(|home| home.price = format!("{price}00000").parse().unwrap());
        listing.insert(&houses.db.db, &houses.fairfield).await;
    }
}

#[tokio::test]
async fn a_home_is_compared_with_those_of_the_town_its_address_names() {
    let houses = Houses::new().await;
    six_homes(&houses).await;
    let program = houses.program(FAIRFIELD);
    let mut home = json!({"address": "7 Fairfield Road, Wilton, CT", "propertyType": "single-family",
                          "beds": 4, "baths": 2.5, "sqft": 2450});

    let valued = program.post_json("/api/valuation", home.clone()).await.json();
    home["address"] = "7 Fairfield Road, 06897".into();
    let by_zip = program.post_json("/api/valuation", home.clone()).await.json();
    home["address"] = "7 Fairfield Road, Norwalk".into();
    let elsewhere = program.post_json("/api/valuation", home.clone()).await.json();
    let neighbor = houses
        .program(HUDSON)
        .post_json("/api/valuation", home)
        .await
        .json();

    assert_eq!(valued["method"], "comparables");
    assert_eq!(valued["comparables"].as_array().unwrap().len(), 6);
    assert_eq!(
        (&valued["low"], &valued["high"]),
        (&json!(1_113_000), &json!(1_312_000))
    );
    assert_eq!(by_zip["method"], "comparables");
    assert_eq!(elsewhere["method"], "baseline");
    assert_eq!(
        neighbor["method"], "baseline",
        "another tenant's homes are not there"
    );
}

#[tokio::test]
async fn only_the_part_of_an_address_that_stands_for_the_town_names_it() {
    let houses = Houses::new().await;
    six_homes(&houses).await;
    let program = houses.program(FAIRFIELD);
    let (ours, elsewhere) = ("comparables", "baseline");

    for (address, method) in [
        ("14 Elm Street, Wilton, CT 06897", ours),
        ("14 Elm Street, Wilton, Connecticut 06897-1234", ours),
        ("14 Elm Street, Unit 4, Wilton, CT, USA", ours),
        ("14 Elm St Wilton", ours),
        ("14 Elm St wilton ct", ours),
        ("14 Elm St Wilton, CT 06897", ours),
        ("14 Elm St Wilton 06880", ours),
        ("14 Elm Street, 06897", ours),
        ("5 Wilton St, Boston, MA", elsewhere),
        ("1 Wilton Village, New York, NY", elsewhere),
        ("12 Main Street, Wilton, Iowa 52778", elsewhere),
        ("12 Main Street, Wilton, IA", elsewhere),
        ("12 Main Street, Wilton 52778", elsewhere),
        ("12 Main Street Wilton IA 52778", elsewhere),
        ("5 Wilton Street", elsewhere),
        ("5 Wilton Street, Norwalk, CT 06850", elsewhere),
        ("4 Wilton Ct", elsewhere),
        ("14 Elm Street, New Wilton, CT", elsewhere),
        ("14 Elm Street New Wilton CT", elsewhere),
        ("14 Elm Street, Wilton, NY 06897", elsewhere),
    ] {
        let home = json!({"address": address, "propertyType": "single-family",
                          "beds": 4, "baths": 2.5, "sqft": 2450});
        let valued = program.post_json("/api/valuation", home).await.json();

        assert_eq!(valued["method"], method, "{address}");
    }
}

#[tokio::test]
async fn the_homes_a_range_rests_on_are_shown() {
    let houses = Houses::new().await;
    six_homes(&houses).await;
    let fields = [
        ("address", "7 Main Street, Wilton"),
        HOME[1],
        ("beds", "4"),
        HOME[3],
        ("sqft", "2450"),
    ];

    let answer = shown(&houses.visitor(FAIRFIELD), &fields).await;

    assert_snapshot!(still(answer.page()));
}

#[tokio::test]
async fn a_home_that_was_sold_says_when_only_if_somebody_said_so() {
    let houses = Houses::new().await;
    six_homes(&houses).await;
    let now = houses.clock.now();
    for (id, sold_at) in [("W-1", None), ("W-2", Some(now))] {
        let sold = a_listing(id).with(|home| (home.status, home.sold_at) = (ListingStatus::Sold, sold_at));
        sold.insert(&houses.db.db, &houses.fairfield).await;
    }
    let fields = [
        ("address", "7 Main Street, Wilton"),
        HOME[1],
        ("beds", "4"),
        HOME[3],
        ("sqft", "2450"),
    ];

    let answer = shown(&houses.visitor(FAIRFIELD), &fields).await;

    let month = now.to_zoned(TimeZone::UTC).strftime("%B %Y").to_string();
    for standing in ["Sold".to_owned(), format!("Sold {month}")] {
        let cell = format!("<td data-label=\"Standing\">{standing}</td>");
        assert_eq!(answer.page().matches(&cell).count(), 1, "{standing}");
    }
}

/// As many homes of a status and with so many bedrooms, offered so many days from now.
async fn many_homes(houses: &Houses, count: usize, (status, beds): (ListingStatus, &str), days: i64) {
    let listed_at = houses.clock.now() + SignedDuration::from_hours(24 * days);
    let homes: Vec<_> = (0..count)
        .map(|nth| {
            let home = a_listing(&format!("{}-{beds}-{nth}", status.as_str()));
            let home = home.with(|home| {
                home.status = status;
                home.beds = Some(beds.parse().unwrap());
                home.listed_at = listed_at;
            });
            home.0
        })
        .collect();
    let mut tx = houses.db.db.write(&houses.fairfield).await.unwrap();
    listings::upsert(&mut tx, &houses.fairfield, &homes, houses.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn hundreds_of_newer_homes_that_are_not_alike_do_not_hide_those_that_are() {
    let houses = Houses::new().await;
    many_homes(&houses, 5, (ListingStatus::Sold, "4"), -90).await;
    many_homes(&houses, 201, (ListingStatus::Sold, "1"), -2).await;
    many_homes(&houses, 201, (ListingStatus::Active, "7"), -1).await;
    let home = json!({"address": "7 Main Street, Wilton", "propertyType": "single-family",
                      "beds": 4, "baths": 2.5, "sqft": 2450});

    let valued = houses
        .program(FAIRFIELD)
        .post_json("/api/valuation", home)
        .await
        .json();

    assert_eq!(valued["method"], "comparables");
    let beside = valued["comparables"].as_array().unwrap();
    assert_eq!(beside.len(), 5);
    assert!(beside.iter().all(|home| home["status"] == "sold"), "{valued}");
}

#[tokio::test]
async fn a_home_that_is_for_sale_is_not_compared_with_itself() {
    let houses = Houses::new().await;
    six_homes(&houses).await;
    let own = a_listing("own").with(|home| home.address.street = Some("76 Clover Terrace".to_owned()));
    own.insert(&houses.db.db, &houses.fairfield).await;
    let home = json!({"address": "76 Clover Terrace, Wilton", "propertyType": "single-family",
                      "beds": 4, "baths": 2.5, "sqft": 2450});

    let valued = houses
        .program(FAIRFIELD)
        .post_json("/api/valuation", home)
        .await
        .json();

    let beside = valued["comparables"].as_array().unwrap();
    assert_eq!(beside.len(), 6);
    assert!(beside.iter().all(|home| home["listingId"] != "own"), "{valued}");
}
