use std::sync::Arc;

use askama::Template;
use futures::{
    FutureExt as _,
    future::{join, join_all},
};
use jiff::{SignedDuration, Timestamp};
use types::{ModuleKey, WebsiteModule};

use super::{Drawn, Switches};
use crate::{
    testing::{FAIRFIELD, HUDSON, Houses, still, token},
    towns::tests::{a_town, houses},
};

/// What Wilton's page says first.
async fn overview(houses: &Houses) -> String {
    let page = houses.visitor(FAIRFIELD).get("/towns/wilton").await;
    let text = page.page();
    let said = ["Wilton is a town.", "Wilton is on a river."];
    let found = said.into_iter().find(|said| text.contains(said));
    found.unwrap_or("nothing of it").to_owned()
}

async fn rewrite(houses: &Houses) {
    let mut wilton = a_town("wilton", "Wilton");
    wilton.overview_short = "Wilton is on a river.".to_owned();
    houses.publish(wilton).await;
}

#[tokio::test]
async fn a_page_is_drawn_anew_after_two_seconds() {
    let houses = houses().await;
    let old = overview(&houses).await;
    rewrite(&houses).await;

    assert_eq!(overview(&houses).await, old, "it is believed for a moment");
    houses.clock.advance(SignedDuration::from_millis(1_999));
    assert_eq!(overview(&houses).await, old);
    houses.clock.advance(SignedDuration::from_millis(1));
    assert_eq!(overview(&houses).await, "Wilton is on a river.");
}

#[tokio::test]
async fn one_draws_it_anew_and_who_comes_meanwhile_gets_what_is_there() {
    let houses = houses().await;
    let old = overview(&houses).await;
    rewrite(&houses).await;

    houses.clock.advance(SignedDuration::from_secs(2));
    let both = join(overview(&houses), overview(&houses)).await;
    assert_eq!(both, ("Wilton is on a river.".to_owned(), old));
    assert_eq!(overview(&houses).await, "Wilton is on a river.");
}

#[tokio::test]
async fn nobody_gets_a_page_that_is_twice_as_old() {
    let houses = houses().await;
    overview(&houses).await;
    rewrite(&houses).await;

    houses.clock.advance(SignedDuration::from_secs(4));
    let both = join(overview(&houses), overview(&houses)).await;

    let new = "Wilton is on a river.".to_owned();
    assert_eq!(both, (new.clone(), new));
}

#[test]
fn who_goes_away_while_drawing_leaves_it_to_the_next() {
    #[derive(Template)]
    #[template(source = "A page.", ext = "txt")]
    struct Page;
    let drawn = Arc::new(Drawn::of(&Page, Timestamp::UNIX_EPOCH).unwrap());

    let turn = drawn.turn();
    assert!(turn.is_some() && drawn.turn().is_none());
    drop(turn);
    assert!(drawn.turn().is_some());
}

#[tokio::test]
async fn a_clock_that_was_set_back_keeps_no_page_for_longer() {
    let houses = houses().await;
    overview(&houses).await;
    rewrite(&houses).await;

    houses.clock.advance(-SignedDuration::from_hours(1));

    assert_eq!(overview(&houses).await, "Wilton is on a river.");
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

#[tokio::test]
async fn a_page_is_as_long_as_it_says_and_compressed_for_who_reads_that() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD).with_header("accept-encoding", "gzip");

    let plain = houses.visitor(FAIRFIELD).get("/towns/wilton").await;
    let compressed = visitor.get("/towns/wilton").await;

    assert!(plain.page().ends_with("</html>\n") || plain.page().ends_with("</html>"));
    assert_eq!(compressed.header("content-encoding"), "gzip");
    assert!(compressed.body.len() < plain.body.len() / 2);
}

/// Throws the switch of the schools.
async fn throw(houses: &Houses, enabled: bool) {
    let scope = &houses.fairfield;
    let module = WebsiteModule {
        key: ModuleKey::Schools,
        enabled,
        sort_order: 0,
    };
    let mut tx = houses.db.db.write(scope).await.unwrap();
    db::tenant::websites::upsert_module(&mut tx, scope, &module)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn many_who_ask_at_once_hear_of_a_switch_that_was_just_thrown() {
    let houses = Houses::new().await;
    let switches = switches(&houses);

    for enabled in [true, false, true] {
        throw(&houses, enabled).await;
        let all = (0..50).map(|_| switches.is_on(&houses.fairfield, ModuleKey::Schools));

        let heard: Vec<_> = join_all(all).await.into_iter().map(Result::unwrap).collect();

        assert_eq!(heard, [enabled; 50]);
    }
}

#[tokio::test]
async fn an_answer_is_believed_for_two_milliseconds() {
    let houses = Houses::new().await;
    let switches = switches(&houses);
    let are_shown = async || {
        let heard = switches.is_on(&houses.fairfield, ModuleKey::Schools).await;
        heard.unwrap()
    };
    throw(&houses, true).await;
    assert!(are_shown().await);
    throw(&houses, false).await;

    houses.clock.advance(SignedDuration::from_micros(1_999));
    assert!(are_shown().await);
    houses.clock.advance(SignedDuration::from_micros(1));
    assert!(!are_shown().await);
}

/// Who waits every other millisecond is everybody who comes meanwhile, and the processor with them.
#[tokio::test]
async fn an_answer_is_asked_for_anew_before_nobody_believes_it() {
    let houses = Houses::new().await;
    let switches = switches(&houses);
    let are_shown = async || {
        let heard = switches.is_on(&houses.fairfield, ModuleKey::Schools).await;
        heard.unwrap()
    };
    throw(&houses, true).await;
    assert!(are_shown().await);
    throw(&houses, false).await;

    houses.clock.advance(SignedDuration::from_millis(1));
    assert!(are_shown().await, "nobody waits");
    switches.heard_ahead(&houses.fairfield).await;
    throw(&houses, true).await;
    houses.clock.advance(SignedDuration::from_micros(1_999));
    assert!(!are_shown().await, "what was asked ahead is believed in its turn");
    houses.clock.advance(SignedDuration::from_micros(1));
    assert!(are_shown().await);
}

#[tokio::test]
async fn a_clock_that_was_set_back_believes_no_answer() {
    let houses = Houses::new().await;
    let switches = switches(&houses);
    let schools = async || switches.is_on(&houses.fairfield, ModuleKey::Schools).await;
    throw(&houses, true).await;
    assert!(schools().await.unwrap());
    throw(&houses, false).await;

    houses.clock.advance(-SignedDuration::from_micros(1));

    assert!(!schools().await.unwrap());
}

#[tokio::test]
async fn who_goes_away_in_the_middle_keeps_nobody_waiting() {
    let houses = Houses::new().await;
    let switches = switches(&houses);
    // Looked at once, and dropped.
    let gone = switches.now(&houses.fairfield).now_or_never();

    let heard = switches.now(&houses.fairfield).await;

    assert!(gone.is_none() && heard.is_ok());
}

fn switches(houses: &Houses) -> Switches {
    Switches::new(houses.db.db.clone(), houses.clock.clone())
}
