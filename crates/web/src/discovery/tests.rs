use axum::http::StatusCode;
use db::{tenant::listings, testing::a_listing};
use serde_json::json;
use types::{
    Clock as _,
    content::{Post, Town},
    listings::Listing,
};

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
async fn language_models_are_told_who_lists_a_home() {
    let houses = houses().await;
    let land = a_listing("L1").with(|home| {
        (home.beds, home.baths, home.sqft, home.attribution.contact) = (None, None, None, None);
    });
    for home in [a_listing("H1"), land] {
        home.insert(&houses.db.db, &houses.fairfield).await;
    }

    let answer = houses.visitor(FAIRFIELD).get("/llms.txt").await;

    for told in [
        "/listings/H1): 4 beds · 2.5 baths · 2,450 sq ft. Listed by Saltmarsh Realty, (203)\u{a0}555-0118\n",
        "/listings/L1): Listed by Saltmarsh Realty\n",
    ] {
        assert!(answer.text().contains(told), "{told}: {}", answer.text());
    }
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

/// As many active homes as this, written in one go.
async fn with_homes(houses: &Houses, count: usize) {
    let listing = a_listing("H0").0;
    let mut tx = houses.db.db.write(&houses.fairfield).await.unwrap();
    let homes: Vec<_> = (0..count)
        .map(|nth| {
            let id = format!("H{nth:06}").parse().unwrap();
            Listing {
                id,
                ..listing.clone()
            }
        })
        .collect();
    for some in homes.chunks(1_000) {
        listings::upsert(&mut tx, &houses.fairfield, some, houses.clock.now())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn more_pages_than_a_file_has_room_for_are_named_by_an_index() {
    let houses = houses().await;
    with_homes(&houses, 10_003).await;
    let visitor = houses.visitor(FAIRFIELD);

    let index = visitor.get("/sitemap.xml").await;
    let files = index
        .text()
        .split("<loc>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap());
    let origin = format!("http://{FAIRFIELD}");
    let files: Vec<_> = files
        .map(|file| file.strip_prefix(&origin).unwrap().to_owned())
        .collect();
    let mut homes = Vec::new();
    for file in &files {
        let text = visitor.get(file).await.text().to_owned();
        let named = text
            .split("/listings/")
            .skip(1)
            .map(|rest| rest.split('<').next().unwrap().to_owned());
        homes.extend(named);
        assert!(text.matches("<url>").count() <= 50_000);
        assert_eq!(
            text.matches("<url>").count(),
            text.matches("<lastmod>20").count(),
            "{file}"
        );
    }

    assert_eq!(
        files,
        [
            "/sitemaps/pages.xml",
            "/sitemaps/homes-1.xml",
            "/sitemaps/homes-2.xml"
        ]
    );
    homes.sort_unstable();
    homes.dedup();
    assert_eq!(homes.len(), 10_003, "each home once");
    for file in [
        "homes-3.xml",
        "homes-0.xml",
        "homes-01.xml",
        "homes-x.xml",
        "pages",
        "homes-99999999999999999999.xml",
    ] {
        let nothing = visitor.get(&format!("/sitemaps/{file}")).await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND, "{file}");
    }
    let prose = visitor.get("/llms.txt").await;
    assert!(
        prose.text().contains("There are 9803 more:"),
        "{}",
        prose.text().lines().last().unwrap()
    );
}

#[tokio::test]
async fn whoever_knows_a_sitemap_is_told_that_it_is_the_same() {
    let houses = houses().await;
    for path in ["/sitemap.xml", "/sitemaps/pages.xml", "/llms.txt"] {
        let first = houses.visitor(FAIRFIELD).get(path).await;
        let tag = first.header("etag").to_owned();
        let again = houses
            .visitor(FAIRFIELD)
            .with_header("if-none-match", &tag)
            .get(path)
            .await;

        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!(again.text(), "");
    }
}
