use axum::http::StatusCode;
use insta::assert_snapshot;
use types::{OwnLook, PostalAddress, ThemePreset, Website};

use super::{Brand, brand::About};
use crate::testing::{FAIRFIELD, HUDSON, Houses, an_address, still};

#[tokio::test]
async fn a_page_that_is_not_there_is_missing_in_the_tenants_own_look() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD).with_header("x-request-id", "visit-1");

    let answer = visitor.get("/nowhere").await;

    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_snapshot!(still(answer.text()));
}

#[tokio::test]
async fn a_page_without_a_tenant_is_neutral() {
    let houses = Houses::new().await;
    let visitor = houses
        .visitor("elsewhere.localhost")
        .with_header("x-request-id", "visit-1");

    let answer = visitor.get("/").await;

    assert_snapshot!(still(answer.text()));
}

#[tokio::test]
async fn when_the_database_is_away_the_site_says_so_and_shows_nobodys_pages() {
    let houses = Houses::new().await;
    houses.db.db.close().await;

    let answer = houses.visitor(FAIRFIELD).get("/").await;

    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_ne!(answer.header("retry-after"), "");
    assert!(answer.text().contains("This site is away for a moment."));
    assert_eq!(answer.header("x-tenant-slug"), "");
}

#[tokio::test]
async fn a_chosen_look_is_in_the_page_itself() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD).with_header("cookie", "theme=dark");

    assert!(
        visitor
            .get("/")
            .await
            .page()
            .contains("<html lang=\"en\" data-theme=\"dark\">")
    );
}

#[tokio::test]
async fn a_failure_is_in_the_chosen_look_and_says_nothing_untrue_of_an_answer() {
    let houses = Houses::new().await;
    houses.rewrite(|site| site.asks_first = true).await;
    let dark = "<html lang=\"en\" data-theme=\"dark\">";

    for answer in ["yes", "no"] {
        let cookie = format!("theme=dark; remember={answer}");
        let visitor = houses.visitor(FAIRFIELD).with_header("cookie", &cookie);
        let missing = visitor.get("/nowhere").await;

        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        assert!(missing.text().contains(dark), "{}", missing.text());
        assert!(!missing.text().contains("Your visit is"), "{}", missing.text());
        assert!(!missing.text().contains("/visit."), "nobody is followed");
    }
    let stranger = houses
        .visitor("elsewhere.localhost")
        .with_header("cookie", "theme=dark");
    assert!(stranger.get("/").await.text().contains(dark));
}

#[tokio::test]
async fn a_look_is_chosen_where_one_is_and_stays() {
    let houses = Houses::new().await;
    let here = format!("http://{FAIRFIELD}/insights?category=news");
    let visitor = houses.visitor(FAIRFIELD).with_header("referer", &here);

    let chosen = visitor.post_form("/appearance", &[("theme", "dark")]).await;
    let page = visitor.get("/insights").await;
    let elsewhere = houses
        .visitor(FAIRFIELD)
        .with_header("referer", "https://evil.example/insights");
    let back = elsewhere.post_form("/appearance", &[("theme", "pink")]).await;

    assert_eq!(chosen.redirect(), "/insights?category=news");
    assert!(page.page().contains("data-theme=\"dark\""), "{}", page.page());
    assert!(page.page().contains("value=\"dark\" aria-pressed=\"true\""));
    assert_eq!(back.redirect(), "/");
    assert!(!elsewhere.get("/insights").await.page().contains("data-theme"));
}

#[tokio::test]
async fn no_link_of_the_site_is_dead() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    for path in ["/", "/contact", "/contact/thanks", "/home-value"] {
        let page = visitor.get(path).await;
        for link in page
            .page()
            .split("href=\"")
            .skip(1)
            .chain(page.page().split("src=\"").skip(1))
        {
            let link = link.split('"').next().unwrap();
            if link.starts_with('/') {
                // The account is behind the door, which is where its link leads.
                let expected = match link {
                    "/account" => StatusCode::SEE_OTHER,
                    _ => StatusCode::OK,
                };
                assert_eq!(visitor.get(link).await.status, expected, "{link} on {path}");
            }
        }
    }
}

#[test]
fn a_line_before_paragraphs_is_their_heading() {
    let heading =
        |text: &str| About::of("Oakdale", text).map(|about| (about.heading, about.paragraphs.len()));

    assert_eq!(
        heading("Calm.\n\nWe know the streets."),
        Some(("Calm.".to_owned(), 1))
    );
    assert_eq!(heading("Calm."), Some(("Oakdale".to_owned(), 1)));
    let long = "a ".repeat(50);
    assert_eq!(
        heading(&format!("{long}\n\n{long}")),
        Some(("Oakdale".to_owned(), 2))
    );
    assert_eq!(heading(" \n\n "), None);
}

#[test]
fn blank_texts_are_as_good_as_none() {
    let blank = Website {
        theme: ThemePreset::Harbour,
        accent: None,
        look: OwnLook::default(),
        draft_theme: None,
        headline: " ".to_owned(),
        tagline: String::new(),
        about: " \n\n ".to_owned(),
        agent_name: String::new(),
        agent_title: "Broker".to_owned(),
        phone: String::new(),
        email: String::new(),
        brokerage: String::new(),
        license: String::new(),
        areas: vec![String::new()],
        response_promise: String::new(),
        postal_address: PostalAddress::default(),
        asks_first: false,
    };

    let brand = Brand::of("Oakdale", Some(blank));

    assert_eq!(Brand { look: None, ..brand }, Brand::of("Oakdale", None));
}

#[tokio::test]
async fn letters_reach_a_business_where_its_site_says() {
    let houses = Houses::new().await;
    houses.rewrite(|site| site.postal_address = an_address()).await;

    let here = houses.visitor(FAIRFIELD).get("/about").await;
    let there = houses.visitor(HUDSON).get("/about").await;

    let footer = "<address>1 Post Road<br>Wilton, CT 06897</address>";
    assert!(here.page().contains(footer), "{}", here.page());
    for told in [r#""streetAddress":"1 Post Road""#, r#""@type":"PostalAddress""#] {
        assert!(here.page().contains(told), "{told}");
    }
    assert!(!there.page().contains("<address>") && !there.page().contains("PostalAddress"));
}

#[tokio::test]
async fn a_printed_place_says_where_it_stands() {
    let houses = crate::towns::tests::houses().await;

    for path in ["/towns/wilton", "/towns/wilton/silvermine"] {
        let answer = houses.visitor(FAIRFIELD).get(path).await;
        let address = format!("http://{FAIRFIELD}{path}");
        let code = server::qr::QrPath::of(&address).unwrap();
        assert!(
            answer.page().contains(&format!("<strong>{address}</strong>")),
            "{path}"
        );
        assert!(answer.page().contains(&code.path), "{path}");
    }
}
