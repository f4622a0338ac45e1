use serde_json::json;

use crate::testing::{FAIRFIELD, Houses};

const ANN: [(&str, &str); 2] = [("email", "ann@example.com"), ("phone", "203-555-0123")];

#[tokio::test]
async fn the_first_and_the_latest_visit_come_with_the_lead() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    visitor
        .get("/towns?utm_source=newsletter&utm_medium=mail&q=private")
        .await
        .page();
    visitor.get("/about?utm_source=sign").await.page();
    visitor.get("/contact").await.page();
    visitor.post_form("/contact", &ANN).await.redirect();

    assert_eq!(
        houses.only_payload().await["attribution"],
        json!({
            "first": {
                "utm_source": "newsletter", "utm_medium": "mail", "medium": "email", "landingPath": "/towns",
            },
            "last": {"utm_source": "sign", "medium": "referral", "landingPath": "/about"},
        })
    );
}

#[tokio::test]
async fn that_an_advertisement_was_clicked_is_kept_and_which_click_it_was_is_not() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    let page = visitor.get("/towns?gclid=Cj0secret").await;
    visitor
        .get("/about?fbclid=IwArsecret&msclkid=&utm_source=social")
        .await
        .page();
    visitor.post_form("/contact", &ANN).await.redirect();

    assert!(!page.header("set-cookie").contains("secret"));
    assert_eq!(
        houses.only_payload().await["attribution"],
        json!({
            "first": {"gclid": true, "medium": "paid", "landingPath": "/towns"},
            "last": {"fbclid": true, "utm_source": "social", "medium": "social", "landingPath": "/about"},
        })
    );
}

#[tokio::test]
async fn a_program_may_say_it_with_the_click_itself_which_is_not_kept_either() {
    let houses = Houses::new().await;
    let first = json!({"gclid": "Cj0secret", "msclkid": false, "fbclid": ""});
    let lead = json!({"email": "ann@example.com", "phone": "203-555-0123", "attribution": {"first": first}});

    houses.program(FAIRFIELD).post_json("/api/lead", lead).await;

    let payload = houses.only_payload().await;
    assert_eq!(
        payload["attribution"],
        json!({"first": {"gclid": true, "msclkid": false}})
    );
}

#[tokio::test]
async fn another_site_is_named_without_what_was_said_to_it() {
    let houses = Houses::new().await;
    let visitor = houses
        .visitor(FAIRFIELD)
        .with_header("referer", "https://search.example/find?q=secret");

    visitor.get("/").await.page();
    visitor.post_form("/contact", &ANN).await.redirect();

    let payload = houses.only_payload().await;
    assert_eq!(
        payload["attribution"]["first"]["referrer"],
        "https://search.example/find"
    );
    assert_eq!(payload["attribution"]["first"]["medium"], "referral");
}

#[tokio::test]
async fn who_typed_the_address_came_direct_and_that_takes_nothing_away() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    visitor.get("/towns").await.page();
    let again = visitor.get("/about").await;
    visitor.get("/about?utm_source=sign").await.page();
    let back = visitor.get("/contact").await;
    visitor.post_form("/contact", &ANN).await.redirect();

    assert_eq!(again.header("set-cookie"), "");
    assert_eq!(back.header("set-cookie"), "");
    assert_eq!(
        houses.only_payload().await["attribution"],
        json!({
            "first": {"medium": "direct", "landingPath": "/towns"},
            "last": {"utm_source": "sign", "medium": "referral", "landingPath": "/about"},
        })
    );
}

#[tokio::test]
async fn no_visit_begins_with_a_file_or_a_program() {
    let houses = Houses::new().await;

    let file = houses.program(FAIRFIELD).get("/robots.txt").await;

    assert_eq!(file.header("set-cookie"), "");
}

#[tokio::test]
async fn who_asks_not_to_be_followed_is_not() {
    let houses = Houses::new().await;
    for header in ["dnt", "sec-gpc"] {
        let visitor = houses.visitor(FAIRFIELD).with_header(header, "1");
        for path in ["/?utm_source=sign", "/"] {
            let page = visitor.get(path).await;
            assert!(page.header("set-cookie").is_empty(), "{header}");
        }
    }
}

#[tokio::test]
async fn our_own_links_lead_to_nothing_that_is_kept() {
    let houses = Houses::new().await;
    let visitor = houses
        .visitor(FAIRFIELD)
        .with_header("referer", "http://fairfield.localhost/towns");

    let page = visitor.get("/about").await;

    assert!(page.header("set-cookie").is_empty());
}
