use serde_json::json;

use crate::testing::{FAIRFIELD, HUDSON, Houses};

const ANN: [(&str, &str); 2] = [("email", "ann@example.com"), ("phone", "203-555-0123")];

const LED_HERE: &str = "/about?utm_source=newsletter";

async fn strict() -> Houses {
    let houses = Houses::new().await;
    houses.rewrite(|site| site.asks_first = true).await;
    houses
}

#[tokio::test]
async fn nothing_is_kept_before_a_visitor_said_yes() {
    let houses = strict().await;
    let visitor = houses.visitor(FAIRFIELD);

    let asked = visitor.get(LED_HERE).await;
    visitor.post_form("/contact", &ANN).await.redirect();

    assert!(asked.headers.get("set-cookie").is_none());
    assert!(asked.page().contains("action=\"/remember\""));
    assert!(
        !asked.page().contains("visit."),
        "the script that tells of visits"
    );
    assert_eq!(houses.only_payload().await.get("attribution"), None);
}

#[tokio::test]
async fn what_was_kept_before_a_site_asked_is_not_read() {
    let houses = strict().await;
    let kept = "first_touch=utm_source%3Dsign; visitor=0199b8a2-0000-7000-8000-000000000001";
    let visitor = houses.visitor(FAIRFIELD).with_header("cookie", kept);

    visitor.post_form("/contact", &ANN).await.redirect();

    let payload = houses.only_payload().await;
    assert_eq!(payload.get("attribution"), None);
    assert_eq!(payload.get("actor"), None);
}

#[tokio::test]
async fn who_says_yes_is_remembered_from_the_page_they_said_it_on() {
    let houses = strict().await;
    let visitor = houses
        .visitor(FAIRFIELD)
        .with_header("referer", &format!("http://{FAIRFIELD}{LED_HERE}"));
    visitor.get(LED_HERE).await.page();

    let led_to = visitor.post_form("/remember", &[("answer", "yes")]).await;
    let page = visitor.get(LED_HERE).await;
    visitor.post_form("/contact", &ANN).await.redirect();

    assert_eq!(led_to.redirect(), LED_HERE);
    assert!(page.page().contains("Forget it"));
    assert!(page.page().contains("/assets/visit."));
    assert_eq!(
        houses.only_payload().await["attribution"]["first"],
        json!({"utm_source": "newsletter", "medium": "email", "landingPath": "/about"})
    );
}

#[tokio::test]
async fn who_says_no_is_asked_no_more_and_what_was_kept_is_taken_away() {
    let houses = strict().await;
    let visitor = houses.visitor(FAIRFIELD);
    visitor
        .post_form("/remember", &[("answer", "yes")])
        .await
        .redirect();
    visitor.get(LED_HERE).await.page();

    let said_no = visitor.post_form("/remember", &[("answer", "no")]).await;
    let page = visitor.get(LED_HERE).await;

    let taken: Vec<_> = said_no.headers.get_all("set-cookie").iter().collect();
    assert_eq!(taken.len(), 4, "the answer, two visits and a name: {taken:?}");
    assert!(page.page().contains("Your visit is not remembered."));
    assert!(!page.page().contains("May this site remember your visit?"));
    assert!(page.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn a_site_that_does_not_ask_is_as_it_was_and_who_wants_no_follower_is_not_asked() {
    let houses = strict().await;

    let there = houses.visitor(HUDSON).get(LED_HERE).await;
    let unfollowed = houses
        .visitor(FAIRFIELD)
        .with_header("sec-gpc", "1")
        .get(LED_HERE)
        .await;

    assert!(!there.page().contains("/remember"));
    assert!(there.headers.get("set-cookie").is_some());
    assert!(!unfollowed.page().contains("May this site remember your visit?"));
    assert!(unfollowed.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn a_page_that_is_kept_for_many_asks_only_those_who_have_not_answered() {
    let houses = strict().await;
    let answered = houses.visitor(FAIRFIELD).with_header("cookie", "remember=no");

    let first = houses.visitor(FAIRFIELD).get("/").await;
    let second = answered.get("/").await;

    assert!(first.page().contains("May this site remember your visit?"));
    assert!(!second.page().contains("May this site remember your visit?"));
}
