//! The page of a town on paper, and on the narrowest telephone with words longer than its lines.

use db::{
    TenantScope,
    door::hosts,
    tenant::documents::{self, NewRevision},
    testing::a_listing,
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{FAIRFIELD, HUDSON, World};
use types::{
    RevisionId, TestIds,
    content::{QuestionAndAnswer, RevisionStatus, Town},
};

use super::{Driver, Scripts, Window, address};

/// Where the pages are that a site has of its towns.
const TOWNS: &str = "return [...new Set([...document.querySelectorAll('main a[href^=\"/towns/\"]')]
    .map((link) => new URL(link.href).pathname))].filter((path) => path.split('/').length === 3)";

#[tokio::test]
async fn every_town_is_printed_on_two_sheets_of_letter_at_most() {
    let world = World::seeded().await;
    let web = world.web().await;
    let driver = Driver::start();
    let window = driver.window(Scripts::On).await;

    let mut too_long = Vec::new();
    let mut printed = 0;
    for host in [FAIRFIELD, HUDSON] {
        window.open(&address(&web, host, "/towns")).await;
        let towns = window.run(TOWNS).await;
        for town in towns.as_array().unwrap().iter().filter_map(Value::as_str) {
            window.open(&address(&web, host, town)).await;
            printed += 1;
            let sheets = sheets(&window).await;
            if !(1..=2).contains(&sheets) {
                too_long.push(format!("{host}{town}: {sheets}"));
            }
        }
    }

    assert!(printed >= 4, "only {printed} towns were printed");
    assert!(too_long.is_empty(), "{too_long:#?}");
}

/// On how many sheets of Letter the page that the window shows is printed, as the browser prints when nobody asks for
/// anything else. A sheet is an object in the open of a PDF; the browser itself reads it.
async fn sheets(window: &Window) -> i64 {
    let letter = json!({ "paperWidth": 8.5, "paperHeight": 11 });
    let printed = window.devtools("Page.printToPDF", letter).await;
    let count = format!(
        "return [...atob('{}').matchAll(/\\/Type\\s*\\/Page\\b/g)].length",
        printed["data"].as_str().unwrap()
    );
    window.run(&count).await.as_i64().unwrap()
}

/// What reaches over the right edge of the window.
const BEYOND: &str = "return [...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 90))";

#[tokio::test]
async fn no_word_however_long_pushes_a_page_sideways_on_a_telephone() {
    let world = World::seeded().await;
    let slug = "fairfield".parse().unwrap();
    let site = hosts::find_by_slug(world.db(), &slug).await.unwrap().unwrap();
    write_long_words(&world, &site.scope).await;
    let web = world.web().await;
    let driver = Driver::start();
    let window = driver.window(Scripts::On).await;
    let narrow = json!({ "width": 320, "height": 900, "deviceScaleFactor": 1, "mobile": false });
    window
        .devtools("Emulation.setDeviceMetricsOverride", narrow)
        .await;

    for page in [
        "/towns",
        "/towns/wilton",
        "/listings/LONG-1",
        "/home-search?towns=wilton&min_price=1250000&max_price=1250000",
    ] {
        window.open(&address(&web, FAIRFIELD, page)).await;
        let reads = window.run("return document.body.textContent").await;
        assert!(reads.as_str().unwrap().contains(&long("Z")), "{page}: {reads}");
        let sideways = window
            .run("return document.documentElement.scrollWidth - window.innerWidth")
            .await;
        let beyond = window.run(BEYOND).await;
        assert!(sideways.as_i64().unwrap() <= 0, "{page}: {sideways}, {beyond:#}");
    }
}

/// A word of 85 letters, as an address of a page has them.
fn long(letter: &str) -> String {
    letter.repeat(85)
}

/// Has Wilton say such words wherever a tenant writes sentences of it, and a home there wherever its firm does.
async fn write_long_words(world: &World, scope: &TenantScope) {
    let wilton = "wilton".parse().unwrap();
    let mut tx = world.db().write(scope).await.unwrap();
    let found = documents::find::<Town>(&mut tx, scope, &wilton, None).await;
    let found = found.unwrap().expect("the demo has written of Wilton");
    let prose = format!("{}\n\n- {}\n\n## {}\n", long("P"), long("L"), long("H"));
    let town = Town {
        overview_short: long("Z"),
        overview_long: prose.clone(),
        lifestyle: prose.clone(),
        market_notes: prose,
        highlights: vec![long("I")],
        faqs: vec![QuestionAndAnswer {
            question: long("Q"),
            answer: long("A"),
        }],
        ..found.document
    };
    let revision = NewRevision {
        id: RevisionId::new(&TestIds::default()),
        document: town,
        position: 0,
    };
    let later = found.at + SignedDuration::from_secs(1);
    documents::insert(&mut tx, scope, RevisionStatus::Published, &[revision], later)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let home = a_listing("LONG-1").with(|home| {
        home.address.street = Some(long("Z"));
        home.address.neighborhood = Some(long("N"));
        home.description = long("D");
        home.attribution.broker = Some(long("B"));
        home.attribution.office = long("O");
        home.attribution.disclaimer = long("S");
        // The newest of the town stand on its page.
        (home.listed_at, home.updated_at) = (later, later);
    });
    home.insert(world.db(), scope).await;
}
