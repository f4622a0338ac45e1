use serde_json::json;
use types::content::{Post, Town};

use crate::testing::{FAIRFIELD, HUDSON, Houses};

async fn houses() -> Houses {
    let houses = Houses::new().await;
    let town: Town = serde_json::from_value(json!({
        "slug": "wilton", "name": "Wilton", "county": "Fairfield County", "state": "CT",
        "center": { "lat": 41.1954, "lng": -73.4379 }, "scene": "hills", "imageAlt": "Wooded hills.",
        "overviewShort": "Wilton is a town.", "overviewLong": "", "lifestyle": "", "marketNotes": "",
        "lastReviewedOn": "2026-10-20",
    }))
    .unwrap();
    let post: Post = serde_json::from_value(json!({
        "slug": "spring", "title": "Rates & rain", "summary": "In short.", "category": "news", "author": "Nora",
        "publishedOn": "2026-04-01", "body": "",
    }))
    .unwrap();
    houses.publish(town).await;
    houses.publish(post).await;
    houses
}

#[tokio::test]
async fn a_sitemap_lists_what_this_site_publishes() {
    let houses = houses().await;

    let here = houses.visitor(FAIRFIELD).get("/sitemap.xml").await;
    let there = houses.visitor(HUDSON).get("/sitemap.xml").await;

    assert_eq!(here.header("content-type"), "application/xml; charset=utf-8");
    insta::assert_snapshot!(here.text());
    assert!(!there.text().contains("wilton"));
}

#[tokio::test]
async fn every_page_of_a_sitemap_says_when_it_changed() {
    let houses = houses().await;

    let sitemap = houses.visitor(FAIRFIELD).get("/sitemap.xml").await;

    let pages = sitemap.text().split("<url>").skip(1);
    for page in pages {
        assert!(page.contains("<lastmod>20"), "{page}");
    }
    for path in ["/towns", "/home-search", "/insights"] {
        assert!(sitemap.text().contains(&format!("{path}</loc>")), "{path}");
    }
}

#[tokio::test]
async fn language_models_are_told_the_same_in_prose() {
    let houses = houses().await;

    let answer = houses.visitor(FAIRFIELD).get("/llms.txt").await;

    insta::assert_snapshot!(answer.text());
}

#[tokio::test]
async fn every_listed_page_is_there() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);

    let sitemap = visitor.get("/sitemap.xml").await;

    let origin = format!("<loc>http://{FAIRFIELD}");
    let paths = sitemap.text().split(&origin).skip(1);
    for path in paths.map(|rest| rest.split('<').next().unwrap()) {
        visitor.get(path).await.page();
    }
}
