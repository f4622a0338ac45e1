use axum::http::StatusCode;
use insta::{assert_json_snapshot, assert_snapshot};
use jiff::SignedDuration;

use crate::testing::{FAIRFIELD, HUDSON, Houses, still, token, until_too_many};

const ANN: [(&str, &str); 2] = [("email", "ann@example.com"), ("phone", "203-555-0123")];

#[tokio::test]
async fn the_form_as_it_is_first_shown() {
    let houses = Houses::new().await;

    let answer = houses.visitor(FAIRFIELD).get("/contact").await;

    assert_snapshot!(still(answer.page()));
}

#[tokio::test]
async fn the_form_asks_for_little_and_for_more_from_who_likes() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let fields = |text: &str| {
        let (first, rest) = text.split_once("<details class=\"more\"").unwrap();
        let (is_open, more) = rest.split_once('>').unwrap();
        let first = first.split_once("action=\"/contact\"").unwrap().1;
        assert!(
            more.split("</details>")
                .next()
                .unwrap()
                .contains("id=\"timeframe\"")
        );
        (first.matches("class=\"field\"").count(), is_open == " open")
    };

    let first = visitor.get("/contact").await;
    let chosen = visitor.post_form("/contact", &[("timeframe", "Later")]).await;
    let long = "x".repeat(100);
    let wrong = visitor.post_form("/contact", &[("timeframe", &long)]).await;

    assert_eq!(fields(first.page()), (4, false));
    assert_eq!(fields(chosen.text()), (4, true));
    assert_eq!(fields(wrong.text()), (4, true));
}

#[tokio::test]
async fn who_answers_has_a_licence_where_the_site_says_so() {
    let (licensed, unlicensed) = (Houses::new().await, Houses::new().await);
    unlicensed.rewrite(|site| site.license = String::new()).await;
    let who_answers = async |houses: &Houses| {
        let page = houses.visitor(FAIRFIELD).get("/contact").await;
        let (_, beside) = page.page().split_once("aria-label=\"Who answers\"").unwrap();
        beside.split("</aside>").next().unwrap().to_owned()
    };

    let licence = "<p class=\"note\">Fairfield Realty LLC, Connecticut licence REB.0790142</p>";
    assert!(who_answers(&licensed).await.contains(licence));
    assert!(!who_answers(&unlicensed).await.contains("Fairfield Realty LLC"));
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
async fn what_was_ticked_was_read_on_the_page_of_the_form() {
    let houses = Houses::new().await;
    db::testing::a_listing("FB1")
        .insert(&houses.db.db, &houses.fairfield)
        .await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/listings/FB1?utm_source=sign").await;
    let fields = [("token", token(page.page())), ANN[0], ("consentCall", "yes")];

    visitor.post_form("/contact", &fields).await.text();
    visitor
        .post_form("/contact", &[&fields[..], &[ANN[1]]].concat())
        .await
        .redirect();

    let url = &houses.only_payload().await["consent"]["url"];
    assert_eq!(url, "http://fairfield.localhost/listings/FB1");
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
async fn too_many_forms_lose_no_text() {
    let houses = Houses::with(LIMITED).await;
    let visitor = houses.visitor(FAIRFIELD);
    let typed = [("token", "t.o.k.en"), ("message", "Is the <attic> dry?")];
    let fields = [&ANN[..], &typed].concat();
    for path in ["/contact", "/api/lead"] {
        let answer = until_too_many(&visitor, path, &fields).await;

        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert_ne!(answer.header("retry-after"), "");
        assert!(answer.text().contains("This was not sent"));
        assert!(answer.text().contains("Is the &#60;attic&#62; dry?"));
        assert_eq!(token(answer.text()), "t.o.k.en");
    }
    let program = until_too_many(&houses.program(FAIRFIELD), "/api/lead", &fields).await;
    assert_eq!(program.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(program.json()["code"], "too_many_requests");
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
async fn a_message_of_any_script_arrives_and_one_that_is_too_long_is_not_lost() {
    let houses = Houses::new().await;
    let longest = "\u{5b87}".repeat(4_000);
    let longer = format!("{longest}!");
    for (message, status) in [(&longest, 303), (&longer, 422)] {
        let fields = [&ANN[..], &[("message", message.as_str())]].concat();
        let answer = houses.visitor(FAIRFIELD).post_form("/contact", &fields).await;

        assert_eq!(answer.status, status, "{}", answer.text());
        assert!(
            status == 303 || answer.text().contains(&longer),
            "nothing typed is lost"
        );
    }
    assert_eq!(houses.only_payload().await["message"], longest.as_str());
}

#[tokio::test]
async fn a_form_larger_than_a_lead_is_refused_on_the_tenants_page() {
    let houses = Houses::new().await;
    let long = "x".repeat(64 * 1024);

    let answer = houses
        .visitor(FAIRFIELD)
        .post_form("/contact", &[("message", &long)])
        .await;

    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text().contains("/assets/themes/ivory-forest."));
}

/// As in earnest: a test may do things as often, and as fast, as it likes.
const LIMITED: &[(&str, &str)] = &[("RATE_LIMIT", "on")];

/// Sends the form with these fields besides Ann's, so long after the page was opened.
async fn sent_after(houses: &Houses, seconds: i64, fields: &[(&str, &str)]) {
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/contact").await;
    houses.clock.advance(SignedDuration::from_secs(seconds));
    let fields = [&[("token", token(page.page()))][..], &ANN, fields].concat();
    let answer = visitor.post_form("/contact", &fields).await;
    assert_eq!(answer.redirect(), "/contact/thanks", "whatever we think of it");
}

#[tokio::test]
async fn a_machine_sees_the_same_page_and_its_form_says_what_speaks_against_it() {
    let houses = Houses::with(LIMITED).await;

    sent_after(&houses, 1, &[("website", "https://spam.example")]).await;

    let payload = houses.only_payload().await;
    assert_eq!(
        payload["suspicion"],
        serde_json::json!({ "signs": ["trap", "haste"] })
    );
}

#[tokio::test]
async fn nothing_that_one_person_does_is_held_against_them() {
    let homes = "https://a.example https://b.example https://c.example";
    for (seconds, fields) in [(3, &[][..]), (60, &[("message", homes)])] {
        let houses = Houses::with(LIMITED).await;

        sent_after(&houses, seconds, fields).await;

        let payload = houses.only_payload().await;
        assert_eq!(payload.get("suspicion"), None, "{fields:?}");
    }
}

#[tokio::test]
async fn what_only_machines_do_is_held_for_itself() {
    let flood = "https://a.example ".repeat(10);
    for (seconds, fields, sign) in [
        (0, &[][..], "haste"),
        (2, &[], "haste"),
        (60, &[("website", "Acme")], "trap"),
        (60, &[("message", &*flood)], "flood_of_links"),
    ] {
        let houses = Houses::with(LIMITED).await;

        sent_after(&houses, seconds, fields).await;

        let signs = &houses.only_payload().await["suspicion"]["signs"];
        assert_eq!(*signs, serde_json::json!([sign]));
    }
    for token in ["", "1.x.y"] {
        let houses = Houses::with(LIMITED).await;
        let fields = [&ANN[..], &[("token", token)]].concat();

        houses
            .visitor(FAIRFIELD)
            .post_form("/contact", &fields)
            .await
            .redirect();

        let signs = &houses.only_payload().await["suspicion"]["signs"];
        assert_eq!(*signs, serde_json::json!(["strange_form"]), "{token}");
    }
}

#[tokio::test]
async fn a_script_may_be_fast_where_limits_are_lifted() {
    let houses = Houses::new().await;

    sent_after(&houses, 0, &[]).await;

    assert_eq!(houses.only_payload().await.get("suspicion"), None);
}

#[tokio::test]
async fn a_form_that_is_corrected_and_sent_again_is_not_lost() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/contact").await;
    let token = ("token", token(page.page()));
    let mistyped = [
        token,
        ("email", "ann@exampel.com"),
        ANN[1],
        ("consentCall", "yes"),
    ];
    let corrected = [token, ANN[0], ANN[1], ("consentCall", "yes")];

    for (seconds, fields) in [(10, mistyped), (5, mistyped), (20, corrected), (1, corrected)] {
        houses.clock.advance(SignedDuration::from_secs(seconds));
        visitor.post_form("/contact", &fields).await.redirect();
    }

    let queued = houses.queued().await;
    assert_eq!(queued.len(), 2, "a double click of either is one");
    assert!(queued[1].payload.contains("ann@example.com") && !queued[1].payload.contains("suspicion"));
}

#[tokio::test]
async fn what_is_allowed_after_all_and_what_is_not_any_more_is_not_lost() {
    for boxes in [[None, Some("yes")], [Some("yes"), None]] {
        let houses = Houses::new().await;
        let visitor = houses.visitor(FAIRFIELD);
        let page = visitor.get("/contact").await;
        let token = token(page.page());
        for ticked in boxes {
            let consent = ticked.map(|yes| ("consentCall", yes));
            let fields = [&[("token", token)][..], &ANN, consent.as_slice()].concat();
            for _ in 0..2 {
                visitor.post_form("/contact", &fields).await.redirect();
            }
        }

        let queued = houses.queued().await;
        assert_eq!(queued.len(), 2, "a double click of either is one");
        let allows = |payload: &str| payload.contains("\"marketingCalls\":true");
        let allowed = [allows(&queued[0].payload), allows(&queued[1].payload)];
        assert_eq!(allowed, boxes.map(|ticked| ticked.is_some()));
    }
}

#[tokio::test]
async fn a_program_is_held_to_nothing_a_browser_has_and_to_what_it_writes() {
    let homes = "https://a.example https://b.example https://c.example";
    for (message, website, signs) in [
        ("Hello. https://a.example", "", serde_json::json!(null)),
        ("Hello.", "x", serde_json::json!(["trap", "no_form"])),
        (homes, "", serde_json::json!(["no_form", "many_links"])),
    ] {
        let (as_form, as_json) = (Houses::new().await, Houses::new().await);
        let said = [("message", message), ("website", website)];
        let body = serde_json::json!({
            "email": ANN[0].1, "phone": ANN[1].1, "message": message, "website": website,
            "suspicion": { "signs": ["haste"] },
        });

        let program = as_form.program(FAIRFIELD);
        let form = program.post_form("/api/lead", &[&ANN[..], &said].concat()).await;
        let json = as_json.program(FAIRFIELD).post_json("/api/lead", body).await;

        assert_eq!([form.status, json.status], [StatusCode::ACCEPTED; 2]);
        for houses in [as_form, as_json] {
            assert_eq!(
                houses.only_payload().await["suspicion"]["signs"],
                signs,
                "{message}"
            );
        }
    }
}

#[tokio::test]
async fn a_browsers_form_at_the_api_needs_no_drawing_and_must_not_forge_one() {
    for (token, is_held) in [("", false), ("1.x.y", true)] {
        let houses = Houses::new().await;
        let fields = [&ANN[..], &[("token", token)]].concat();

        houses
            .visitor(FAIRFIELD)
            .post_form("/api/lead", &fields)
            .await
            .redirect();

        assert_eq!(houses.only_payload().await["suspicion"].is_object(), is_held);
    }
}

#[tokio::test]
async fn what_is_held_and_sent_again_is_still_one() {
    let houses = Houses::new().await;
    let program = houses.program(FAIRFIELD);
    let body = serde_json::json!({ "email": ANN[0].1, "phone": ANN[1].1, "website": "x" });

    let first = program.post_json("/api/lead", body.clone()).await.json();
    let without_a_trap = serde_json::json!({ "email": ANN[0].1, "phone": ANN[1].1 });
    let again = program.post_json("/api/lead", body).await.json();
    let clean = program.post_json("/api/lead", without_a_trap).await.json();

    assert_eq!(again["jobId"], first["jobId"]);
    assert_eq!(clean["jobId"], first["jobId"], "it says the same");
    assert_eq!(houses.queued().await.len(), 1);
}

#[tokio::test]
async fn a_valuation_is_judged_as_a_lead_is() {
    let houses = Houses::new().await;
    let mut home = crate::testing::a_home();
    home["website"] = "x".into();

    houses
        .program(FAIRFIELD)
        .post_json("/api/valuation", home)
        .await
        .json();

    let signs = &houses.only_payload().await["suspicion"]["signs"];
    assert_eq!(*signs, serde_json::json!(["trap", "no_form"]));
}
