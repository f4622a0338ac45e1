use types::content::{PageName, PageWords, RevisionStatus, SitePage};

use super::{installed, literal};
use crate::testing::{FAIRFIELD, HUDSON, Houses};

async fn write(houses: &Houses, status: RevisionStatus, name: PageName, words: PageWords) {
    houses.revise(status, SitePage::of(name, words)).await;
}

#[test]
fn the_installation_has_words_for_every_page() {
    for name in PageName::ALL {
        let words = installed(*name);
        let has_text = !words.body.is_empty() || !words.steps.is_empty() || !words.call.is_empty();
        assert!(has_text, "{name}");
    }
}

#[tokio::test]
async fn a_page_says_what_its_tenant_published_and_what_it_did_not_the_installation_does() {
    let houses = Houses::new().await;
    let own = PageWords {
        title: "Down to the <river>".to_owned(),
        body: "Ask **{agent}**, who answers {promise}.<script>alert(1)</script>".to_owned(),
        ..PageWords::default()
    };
    write(&houses, RevisionStatus::Published, PageName::Buy, own).await;

    let here = houses.visitor(FAIRFIELD).get("/services/buy").await;
    let there = houses.visitor(HUDSON).get("/services/buy").await;

    assert!(
        here.page().contains("<h1>Down to the &#60;river&#62;</h1>"),
        "{}",
        here.page()
    );
    assert!(
        here.page()
            .contains("Ask <strong>Nora Whitfield</strong>, who answers within one business day.")
    );
    assert!(!here.page().contains("alert(1)"));
    assert!(
        here.page().contains("See what it costs a year"),
        "a step of the installation's"
    );
    assert!(
        there
            .page()
            .contains("<h1>Buy the year, not only the house.</h1>")
    );
}

#[tokio::test]
async fn a_draft_of_a_page_is_read_by_no_visitor() {
    let houses = Houses::new().await;
    let draft = PageWords {
        title: "Not yet".to_owned(),
        ..PageWords::default()
    };

    write(&houses, RevisionStatus::Draft, PageName::Terms, draft.clone()).await;
    let before = houses.visitor(FAIRFIELD).get("/terms").await;
    write(&houses, RevisionStatus::Published, PageName::Terms, draft).await;
    let after = houses.visitor(FAIRFIELD).get("/terms").await;

    assert!(before.page().contains("<h1>Terms</h1>"));
    assert!(after.page().contains("<h1>Not yet</h1>"));
}

#[tokio::test]
async fn the_home_page_and_the_one_about_the_business_are_the_tenants_too() {
    let houses = Houses::new().await;
    let words = |title: &str| PageWords {
        title: title.to_owned(),
        lede: "Five stations.".to_owned(),
        steps_heading: "First the train".to_owned(),
        body: "Since *2009*.".to_owned(),
        heading: "On Main Street".to_owned(),
        ..PageWords::default()
    };
    for (name, title) in [(PageName::Home, "At the river"), (PageName::About, "Four people")] {
        write(&houses, RevisionStatus::Published, name, words(title)).await;
    }

    let home = houses.visitor(FAIRFIELD).get("/").await;
    let about = houses.visitor(FAIRFIELD).get("/about").await;

    for text in [
        "At the river</h1>",
        "Five stations.",
        "First the train</h2>",
        "<em>2009</em>",
    ] {
        assert!(home.page().contains(text), "{text} in {}", home.page());
    }
    for text in ["Four people</h1>", "Five stations.", "<em>2009</em>"] {
        assert!(about.page().contains(text), "{text}");
    }
}

#[test]
fn a_name_means_nothing_in_markdown() {
    assert_eq!(literal("A*B & Sons"), r"A\*B \& Sons");
}
