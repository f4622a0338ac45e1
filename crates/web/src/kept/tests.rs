use jiff::SignedDuration;
use types::{ModuleKey, WebsiteModule};

use crate::{
    testing::{FAIRFIELD, HUDSON, Houses, still, token},
    towns::tests::houses,
};

async fn switch_taxes_off(houses: &Houses) {
    let off = WebsiteModule {
        key: ModuleKey::Taxes,
        enabled: false,
        sort_order: 0,
    };
    let mut tx = houses.db.db.write(&houses.fairfield).await.unwrap();
    db::tenant::websites::upsert_module(&mut tx, &houses.fairfield, &off)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_page_is_drawn_anew_after_two_seconds() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);
    let has_taxes = async || visitor.get("/towns/wilton").await.page().contains("id=\"taxes\"");
    assert!(has_taxes().await);
    switch_taxes_off(&houses).await;

    assert!(has_taxes().await, "it is believed for a moment");
    houses.clock.advance(SignedDuration::from_millis(1_999));
    assert!(has_taxes().await);
    houses.clock.advance(SignedDuration::from_millis(1));
    assert!(!has_taxes().await);
}

#[tokio::test]
async fn a_clock_that_was_set_back_keeps_no_page_for_longer() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);
    visitor.get("/towns/wilton").await;
    switch_taxes_off(&houses).await;

    houses.clock.advance(-SignedDuration::from_hours(1));

    assert!(!visitor.get("/towns/wilton").await.page().contains("id=\"taxes\""));
}

#[tokio::test]
async fn everybody_gets_a_token_of_their_own_on_the_same_page() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);

    let (first, second) = (
        visitor.get("/towns/wilton").await,
        visitor.get("/towns/wilton").await,
    );

    assert_eq!(still(first.page()), still(second.page()));
    assert_ne!(token(first.page()), token(second.page()));
    assert!(!first.page().contains(super::TOKEN));
}

#[tokio::test]
async fn what_differs_is_kept_apart() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);
    visitor.get("/towns/wilton").await;

    let in_the_dark = houses.visitor(FAIRFIELD).with_header("cookie", "theme=dark");
    let dark = in_the_dark.get("/towns/wilton").await;
    let taxed = visitor.get("/towns/wilton?value=800000").await;
    let next_door = houses.visitor(HUDSON).get("/towns/wilton").await;

    assert!(dark.page().contains("data-theme=\"dark\""));
    assert!(taxed.page().contains("800,000"));
    assert_eq!(next_door.status, 404);
}
