use db::testing::a_listing;
use types::listings::Listing;

use crate::testing::{FAIRFIELD, Houses};

/// Fairfield with two homes side by side in Wilton, one by the sea, and one whose place is not told.
async fn houses() -> Houses {
    let houses = Houses::new().await;
    let at = |lat, lng| move |listing: &mut Listing| (listing.lat, listing.lng) = (lat, lng);
    for (id, lat, lng) in [
        ("inland", Some(41.2), Some(-73.43)),
        ("next-door", Some(41.2), Some(-73.43)),
        ("seaside", Some(41.05), Some(-73.3)),
        ("secret", None, None),
    ] {
        a_listing(id)
            .with(at(lat, lng))
            .insert(&houses.db.db, &houses.fairfield)
            .await;
    }
    houses
}

/// The drawing of a page.
fn drawing(page: &str) -> &str {
    let (_, rest) = page.split_once("<svg class=\"map\"").expect("the page has a map");
    rest.split("<a class=\"map-here").next().unwrap()
}

/// Where the link of this name leads.
fn href<'a>(page: &'a str, name: &str) -> &'a str {
    let (before, _) = page
        .split_once(&format!("\" aria-label=\"{name}"))
        .unwrap_or_else(|| panic!("{page} has a link {name}"));
    before.rsplit("href=\"").next().unwrap()
}

/// The address of a link as a browser asks for it.
fn asked(href: &str) -> String {
    let href = href.replace("&#38;", "&");
    href.split('#').next().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_on_the_map_is_in_the_list() {
    let houses = houses().await;

    let answer = houses.visitor(FAIRFIELD).get("/home-search").await;

    let (page, map) = (answer.page(), drawing(answer.page()));
    for id in ["inland", "next-door", "seaside", "secret"] {
        assert!(page.contains(&format!("<h3><a href=\"/listings/{id}\">")), "{id}");
    }
    assert!(map.contains("aria-label=\"$1.25M, 12 Elm Street, Wilton, 4 beds · 2.5 baths · 2,450 sq ft\""));
    assert!(map.contains("<a href=\"/listings/seaside\""));
    assert!(map.contains("aria-label=\"2 homes near Wilton, $1.25M: come closer\""));
    assert!(page.contains("1 home is in the list only: where it stands is not told."));
}

#[tokio::test]
async fn a_count_leads_to_its_homes_and_the_filters_stay() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);

    let all = visitor.get("/home-search?beds=3&page=1").await;
    let closer = asked(href(all.page(), "2 homes near Wilton"));
    let near = visitor.get(&closer).await;

    assert!(
        closer.starts_with("/home-search?beds=3&bounds=41.") && !closer.contains("page"),
        "{closer}"
    );
    let near = near.page();
    assert!(near.contains("inland") && near.contains("next-door") && !near.contains("seaside"));
    assert!(near.contains("<a href=\"/home-search?beds=3#map\">Show all of them</a>"));
}

#[tokio::test]
async fn one_moves_about_by_links() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);
    let here = "/home-search?bounds=41.1,-73.53,41.3,-73.33";

    let page = visitor.get(here).await;
    let south = visitor.get(&asked(href(page.page(), "Move south"))).await;
    let south_east = visitor.get(&asked(href(south.page(), "Move east"))).await;
    let away = visitor.get(&asked(href(page.page(), "Step back"))).await;
    let mut closer = page.page().to_owned();
    for _ in 0..5 {
        let closest = visitor.get(&asked(href(&closer, "Come closer"))).await;
        closer = closest.page().to_owned();
    }

    assert!(!drawing(page.page()).contains("/listings/seaside"));
    assert!(drawing(south_east.page()).contains("/listings/seaside"));
    assert!(drawing(away.page()).contains("/listings/seaside"));
    assert!(
        !closer.contains("aria-label=\"Come closer\""),
        "the end of the way"
    );
}

#[tokio::test]
async fn a_map_of_nothing_shows_where_one_looked_and_a_site_without_places_has_none() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    let nowhere = visitor.get("/home-search").await;
    let somewhere = visitor.get("/home-search?bounds=41,-74,41.5,-73.5").await;
    let far = visitor.get("/home-search?bounds=-90,-180,90,180").await;

    assert!(!nowhere.page().contains("<svg class=\"map\""));
    assert!(drawing(somewhere.page()).contains("data-bounds=\"41.0000,"));
    assert!(
        !far.page().contains("aria-label=\"Step back\""),
        "the whole of it"
    );
}

#[tokio::test]
async fn homes_on_one_point_are_shown_closer_once_and_then_in_the_list() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);

    let all = visitor.get("/home-search?beds=3").await;
    let closer = asked(href(all.page(), "2 homes near Wilton, $1.25M: come closer"));
    let near = visitor.get(&closer).await;

    let list = href(near.page(), "2 homes near Wilton, $1.25M: see them in the list");
    assert_eq!(asked(list), closer);
    assert!(list.ends_with("#list"), "{list}");
    assert!(near.page().contains("<div id=\"list\" tabindex=\"-1\">"));
    let mut closest = near;
    while closest.page().contains("aria-label=\"Come closer\"") {
        closest = visitor.get(&asked(href(closest.page(), "Come closer"))).await;
    }
    assert!(closest.page().contains(": see them in the list\""));
}
