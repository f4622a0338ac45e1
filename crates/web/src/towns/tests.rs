use axum::http::StatusCode;
use db::{tenant::listing_feeds, testing::a_listing};
use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};
use types::{
    Clock as _, ModuleKey, Slug,
    content::{Neighborhood, Post, Scene, Town},
    facts::Place,
};

use crate::testing::{FAIRFIELD, HUDSON, Houses, still, token};

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

pub(crate) fn a_town(slug: &str, name: &str) -> Town {
    read(json!({
        "slug": slug, "name": name, "county": "Fairfield County", "state": "CT",
        "center": { "lat": 41.1954, "lng": -73.4379 }, "scene": "hills", "imageAlt": "Wooded hills.",
        "overviewShort": format!("{name} is a town."), "overviewLong": "It has **two** stations.",
        "lifestyle": "One walks.", "marketNotes": "One waits.", "highlights": ["Two stations"],
        "faqs": [{ "question": "Is it far?", "answer": "No. See [the towns](/towns)." }],
        "similar": ["ridgefield", "nowhere"], "lastReviewedOn": "2026-10-20",
    }))
}

fn a_part(town: &str) -> Neighborhood {
    read(json!({
        "slug": "silvermine", "town": town, "name": "Silvermine", "center": { "lat": 41.16, "lng": -73.44 },
        "scene": "river", "overviewShort": format!("Silvermine is a valley of {town}."),
        "description": "A river.", "housingCharacteristics": "Mills.", "locationAccess": "By road.",
        "lastReviewedOn": "2026-10-20",
    }))
}

fn wilton() -> Place {
    Place {
        town: Slug::parse("wilton").unwrap(),
        neighborhood: None,
    }
}

/// Fairfield with a site about two towns that share the name of a valley.
pub(crate) async fn houses() -> Houses {
    let houses = Houses::new().await;
    houses.publish(a_town("wilton", "Wilton")).await;
    houses.publish(a_town("ridgefield", "Ridgefield")).await;
    houses.publish(a_part("wilton")).await;
    houses.publish(a_part("ridgefield")).await;
    let taxes = json!({ "millRate": 23.94, "assessmentRatio": 70, "year": 2024 });
    houses.tell(&wilton(), ModuleKey::Taxes, taxes).await;
    houses
}

#[tokio::test]
async fn a_town_is_told_with_what_is_written_and_what_is_known() {
    let houses = houses().await;

    let answer = houses.visitor(FAIRFIELD).get("/towns/wilton").await;

    assert_snapshot!(still(answer.page()));
}

#[tokio::test]
async fn a_town_beyond_those_at_the_foot_of_a_page_is_led_to_all_the_same() {
    let houses = Houses::new().await;
    for nth in 1..=12 {
        let slug = format!("a-town-{nth}");
        houses.publish(a_town(&slug, &slug)).await;
    }
    let wilton = Town {
        scene: Scene::Harbor,
        ..a_town("wilton", "Wilton")
    };
    houses.publish(wilton).await;
    a_listing("FB1").insert(&houses.db.db, &houses.fairfield).await;
    let post: Post = read(json!({
        "slug": "spring", "title": "Spring", "summary": "In short.", "category": "news",
        "author": "Nora Whitfield", "publishedOn": "2026-04-01", "body": "First.", "relatedTowns": ["wilton"],
    }));
    houses.publish(post).await;
    let visitor = houses.visitor(FAIRFIELD);

    let home = visitor.get("/listings/FB1").await;
    let article = visitor.get("/insights/spring").await;

    let to_wilton = "<li><a href=\"/towns/wilton\">Wilton</a></li>";
    assert_eq!(home.page().matches(to_wilton).count(), 1, "above the home");
    let to_towns = "<li><a href=\"/towns/a-town-";
    assert_eq!(home.page().matches(to_towns).count(), 12, "at the foot");
    assert!(
        article.page().contains("/harbor/spring.svg"),
        "{}",
        article.page()
    );
}

#[tokio::test]
async fn each_number_at_a_glance_has_its_own_source() {
    let houses = houses().await;
    let people = json!({ "population": 18503, "medianAge": 43.1, "medianHouseholdIncome": "231111" });
    houses.tell(&wilton(), ModuleKey::AtAGlance, people).await;
    houses
        .tell(&wilton(), ModuleKey::WalkScore, json!({ "score": 24 }))
        .await;

    let answer = houses.visitor(FAIRFIELD).get("/towns/wilton").await;

    let day = "as of <time datetime=\"2026-07-01\">July 1, 2026</time>.";
    for said in [
        format!("Source of population, age and income: The town hall, {day}"),
        format!(" Errands on foot: The town hall, {day}"),
    ] {
        assert!(answer.page().contains(&said), "{said}: {}", answer.page());
    }
}

#[tokio::test]
async fn a_neighborhood_has_the_taxes_of_its_town() {
    let houses = houses().await;

    let answer = houses
        .visitor(FAIRFIELD)
        .get("/towns/wilton/silvermine?value=800000")
        .await;

    assert_snapshot!(still(answer.page()));
}

#[tokio::test]
async fn a_slug_is_looked_for_within_its_town() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);

    let here = visitor.get("/towns/wilton/silvermine").await;
    let there = visitor.get("/towns/ridgefield/silvermine").await;

    assert!(here.page().contains("a valley of wilton"));
    assert!(there.page().contains("a valley of ridgefield"));
    assert!(
        !there.page().contains("mill rate"),
        "ridgefield told nothing of its taxes"
    );
}

#[tokio::test]
async fn what_nobody_wrote_about_is_missing() {
    let houses = houses().await;

    for (host, path) in [
        (FAIRFIELD, "/towns/nowhere"),
        (FAIRFIELD, "/towns/Wilton"),
        (FAIRFIELD, "/towns/wil%00ton"),
        (FAIRFIELD, "/towns/wilton/nowhere"),
        (FAIRFIELD, "/towns/nowhere/silvermine"),
        (HUDSON, "/towns/wilton"),
        (HUDSON, "/towns/wilton/silvermine"),
    ] {
        let answer = houses.visitor(host).get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{host}{path}");
        assert!(!answer.text().contains("is a town."), "{host}{path}");
    }
}

#[tokio::test]
async fn a_module_disappears_with_its_switch() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);
    assert!(visitor.get("/towns/wilton").await.page().contains("id=\"taxes\""));
    let off = types::WebsiteModule {
        key: ModuleKey::Taxes,
        enabled: false,
        sort_order: 0,
    };
    let mut tx = houses.db.db.write(&houses.fairfield).await.unwrap();
    db::tenant::websites::upsert_module(&mut tx, &houses.fairfield, &off)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let answer = visitor.get("/towns/wilton").await;

    assert!(!answer.page().contains("id=\"taxes\""));
    assert!(!answer.page().contains("Mill rate"));
}

#[tokio::test]
async fn places_with_the_longest_names_are_drawn_and_asked_about() {
    let houses = Houses::new().await;
    let (town, part) = ("t".repeat(63), "p".repeat(63));
    houses.publish(a_town(&town, "Town")).await;
    let silvermine = Neighborhood {
        slug: Slug::parse(&part).unwrap(),
        ..a_part(&town)
    };
    houses.publish(silvermine).await;
    let visitor = houses.visitor(FAIRFIELD);

    for path in [format!("/towns/{town}"), format!("/towns/{town}/{part}")] {
        let page = visitor.get(&path).await;
        for art in page.page().split("src=\"/art/").skip(1) {
            let art = format!("/art/{}", art.split('"').next().unwrap());
            assert_eq!(visitor.get(&art).await.status, StatusCode::OK, "{art}");
        }
        let (_, source) = page.page().split_once("name=\"source\" value=\"").unwrap();
        let fields = [
            ("token", token(page.page())),
            ("source", source.split('"').next().unwrap()),
            ("email", "ann@example.com"),
            ("phone", "203-555-0123"),
        ];
        assert_eq!(
            visitor.post_form("/contact", &fields).await.redirect(),
            "/contact/thanks",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_lead_from_a_towns_page_says_which_town() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);
    let page = visitor.get("/towns/wilton").await;
    assert!(page.page().contains("name=\"source\" value=\"town-wilton\""));
    let fields = [
        ("token", token(page.page())),
        ("source", "town-wilton"),
        ("email", "ann@example.com"),
    ];

    let refused = visitor.post_form("/contact", &fields).await;
    let again = [&fields[..], &[("phone", "203-555-0123")]].concat();
    let sent = visitor.post_form("/contact", &again).await;

    assert!(
        refused.text().contains("name=\"source\" value=\"town-wilton\""),
        "it is kept"
    );
    assert_eq!(sent.redirect(), "/contact/thanks");
    assert_eq!(houses.only_payload().await["source"], "town-wilton");
}

#[tokio::test]
async fn the_list_shows_every_town_and_an_unwritten_site_says_so() {
    let houses = houses().await;

    let here = houses.visitor(FAIRFIELD).get("/towns").await;
    let there = houses.visitor(HUDSON).get("/towns").await;

    for path in ["/towns/wilton", "/towns/ridgefield"] {
        assert!(here.page().contains(&format!("href=\"{path}\"")));
    }
    assert!(there.page().contains("We are still writing about our towns."));
}

#[tokio::test]
async fn hostile_words_of_a_tenant_harm_nobody() {
    let houses = Houses::new().await;
    let mut town = a_town("wilton", "<b>Wilton</b>");
    town.overview_long = "<script>alert(1)</script>\n\n[x](javascript:alert(1))".to_owned();
    town.faqs[0].question = "</script><script>alert(2)</script>".to_owned();
    houses.publish(town).await;

    let answer = houses.visitor(FAIRFIELD).get("/towns/wilton").await;

    for harm in ["<b>Wilton", "<script>alert", "href=\"javascript"] {
        assert!(!answer.page().contains(harm), "{harm}");
    }
}

#[tokio::test]
async fn a_place_is_there_as_text_with_the_source_of_every_number() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);

    let town = visitor.get("/towns/wilton.md").await;
    let part = visitor.get("/towns/wilton/silvermine.md").await;

    assert_snapshot!(town.text());
    assert_eq!(town.header("content-type"), "text/markdown; charset=utf-8");
    assert_eq!(town.header("x-robots-tag"), "noindex");
    let page = visitor.get("/towns/wilton").await;
    assert_eq!(town.header("cache-control"), "private, no-cache");
    assert_eq!(
        town.header("link"),
        "<http://fairfield.localhost/towns/wilton>; rel=\"canonical\""
    );
    let link =
        "<link rel=\"alternate\" type=\"text/markdown\" href=\"http://fairfield.localhost/towns/wilton.md\">";
    assert!(page.page().contains(link));
    assert!(
        part.text().starts_with("# Silvermine, Wilton, CT\n"),
        "{}",
        part.text()
    );
    assert!(part.text().contains("Source: The town hall, as of 2026-07-01."));
}

#[tokio::test]
async fn a_text_is_there_where_its_page_is_and_says_what_that_says() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);
    let switch = types::WebsiteModule {
        key: ModuleKey::Taxes,
        enabled: false,
        sort_order: 0,
    };

    for missing in [
        "/towns/nowhere.md",
        "/towns/wilton/nowhere.md",
        "/towns/.md",
        "/towns/wilton.md.md",
    ] {
        assert_eq!(
            visitor.get(missing).await.status,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
    assert_eq!(
        houses.visitor(HUDSON).get("/towns/wilton.md").await.status,
        StatusCode::NOT_FOUND
    );
    let before = visitor.get("/towns/wilton.md").await;
    let scope = &houses.fairfield;
    let mut tx = houses.db.db.write(scope).await.unwrap();
    db::tenant::websites::upsert_module(&mut tx, scope, &switch)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let after = visitor.get("/towns/wilton.md").await;

    assert!(before.text().contains("Mill rate"));
    assert!(!after.text().contains("Mill rate"), "{}", after.text());
}

#[tokio::test]
async fn the_strip_has_a_number_of_each_module_that_is_shown_and_leads_there() {
    let houses = houses().await;
    let census = json!({ "population": 18503, "medianAge": 43.1, "medianHouseholdIncome": "231111" });
    houses.tell(&wilton(), ModuleKey::AtAGlance, census).await;

    let answer = houses.visitor(FAIRFIELD).get("/towns/wilton").await;

    let number = "<dt>Mill rate 2024–25</dt><dd><a href=\"#taxes\">23.94</a></dd>";
    assert!(answer.page().contains(number), "{}", answer.page());
}

#[tokio::test]
async fn homes_that_a_service_brought_are_as_old_as_its_last_answer() {
    let houses = houses().await;
    let scope = &houses.fairfield;
    houses.tell(&wilton(), ModuleKey::Listings, json!({})).await;
    a_listing("FB1").insert(&houses.db.db, scope).await;
    let source = async || {
        let page = houses.visitor(FAIRFIELD).get("/towns/wilton").await;
        let (_, homes) = page.page().split_once("id=\"listings\"").expect("homes");
        let (_, source) = homes.split_once("<p class=\"footnote\">").expect("a source");
        source.split("</p>").next().unwrap().to_owned()
    };

    let written_here = source().await;
    houses.clock.advance(SignedDuration::from_hours(24 * 10));
    let mut tx = houses.db.db.write(scope).await.unwrap();
    let (address, now) = ("https://api.example.com/odata/", houses.clock.now());
    listing_feeds::note_answer(&mut tx, scope, address, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let answered = source().await;
    houses.clock.advance(SignedDuration::from_hours(24 * 3));
    let silent = source().await;

    assert!(
        written_here.contains("as of <time datetime=\"2026-03-02\">"),
        "{written_here}"
    );
    assert!(
        answered.ends_with("as of <time datetime=\"2026-03-12\">March 12, 2026</time>."),
        "{answered}"
    );
    assert!(
        silent.ends_with("March 12, 2026</time>, asked for 3 days ago."),
        "{silent}"
    );
}
