use axum::http::StatusCode;
use db::{
    door,
    tenant::{listings, mails},
    testing::{a_listing, by_sql},
};
use jiff::SignedDuration;
use types::Clock as _;

use super::round;
use crate::testing::{FAIRFIELD, HUDSON, Houses, an_address};

/// Ann wants to hear of homes in Wilton; one was there before she said so.
async fn a_listener() -> Houses {
    let houses = Houses::new().await;
    listens(&houses).await;
    houses
}

async fn listens(houses: &Houses) {
    comes(houses, "W-0", "Wilton").await;
    houses.clock.advance(SignedDuration::from_mins(1));
    let ann = houses.signed_in("ann@example.com").await;
    let fields = [("query", "towns=wilton"), ("alerts", "on")];
    ann.post_form("/saved-searches", &fields).await.redirect();
}

async fn comes(houses: &Houses, id: &str, town: &str) {
    houses.clock.advance(SignedDuration::from_mins(1));
    let at = houses.clock.now();
    a_listing(id)
        .with(|listing| {
            listing.address.city = town.to_owned();
            listing.updated_at = at;
        })
        .insert(&houses.db.db, &houses.fairfield)
        .await;
}

/// The subjects of the alerts, the newest first.
async fn alerts(houses: &Houses) -> Vec<String> {
    let mails = houses.mails().await.into_iter();
    mails
        .map(|stored| stored.mail.subject)
        .filter(|subject| subject.contains("new home"))
        .collect()
}

async fn later(houses: &Houses, by: SignedDuration) {
    houses.clock.advance(by);
    round(&houses.app).await.unwrap();
}

#[tokio::test]
async fn what_comes_and_fits_is_told_of_once_and_at_most_daily() {
    let houses = a_listener().await;
    comes(&houses, "W-1", "Wilton").await;
    comes(&houses, "D-1", "Darien").await;

    later(&houses, SignedDuration::from_mins(30)).await;
    later(&houses, SignedDuration::from_hours(2)).await;
    assert_eq!(alerts(&houses).await, ["A new home: Wilton"]);

    comes(&houses, "W-2", "Wilton").await;
    comes(&houses, "W-3", "Wilton").await;
    later(&houses, SignedDuration::from_hours(2)).await;
    assert_eq!(alerts(&houses).await.len(), 1, "not before a day has gone");
    later(&houses, SignedDuration::from_hours(24)).await;
    assert_eq!(
        alerts(&houses).await,
        ["2 new homes: Wilton", "A new home: Wilton"]
    );
}

#[tokio::test]
async fn a_search_that_cannot_be_told_of_keeps_no_other_waiting_and_loses_nothing() {
    let houses = a_listener().await;
    let hal = houses.visitor(HUDSON);
    hal.post_form("/sign-in", &[("email", "hal@example.com")])
        .await
        .page();
    let mut tx = houses.db.db.read(&houses.hudson).await.unwrap();
    let mails = mails::newest(&mut tx, &houses.hudson).await.unwrap();
    drop(tx);
    let (_, token) = mails[0].mail.text.split_once("token=").unwrap();
    let token = token.split_whitespace().next().unwrap();
    hal.post_form("/sign-in/link", &[("token", token)])
        .await
        .redirect();
    let wants = [("query", "towns=wilton"), ("alerts", "on")];
    hal.post_form("/saved-searches", &wants).await.redirect();
    comes(&houses, "W-1", "Wilton").await;
    let now = houses.clock.now();
    let new = a_listing("H-1").with(|home| (home.listed_at, home.updated_at) = (now, now));
    new.insert(&houses.db.db, &houses.hudson).await;
    // Due before everybody's, and no word of a listing of theirs can be read.
    by_sql(
        &houses.db.db,
        "UPDATE saved_searches SET next_alert_at = '2020-01-01T00:00:00Z' WHERE tenant_id = 'tenant_hudson'",
    )
    .await
    .unwrap();
    by_sql(
        &houses.db.db,
        "UPDATE listings SET content = '{}' WHERE tenant_id = 'tenant_hudson'",
    )
    .await
    .unwrap();

    later(&houses, SignedDuration::from_mins(30)).await;

    assert_eq!(alerts(&houses).await, ["A new home: Wilton"]);
    let due = door::alerts::due(&houses.db.db, houses.clock.now(), 10)
        .await
        .unwrap();
    assert_eq!(due, [], "it rests, and is not the first of every round");
}

#[tokio::test]
async fn a_message_has_the_homes_whose_they_are_and_one_click_to_stop() {
    let houses = a_listener().await;
    comes(&houses, "W-1", "Wilton").await;
    later(&houses, SignedDuration::from_mins(30)).await;

    let mail = houses.mails().await.remove(0).mail;

    assert_eq!(mail.to.as_str(), "ann@example.com");
    assert!(
        mail.text.contains("/listings/W-1") && !mail.text.contains("/listings/W-0"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("Listed by "), "{}", mail.text);
    let (stop, html) = (mail.unsubscribe.unwrap(), mail.html.unwrap());
    assert!(mail.text.contains(&stop) && html.contains("/unsubscribe?token="));
    for form in [&mail.text, &html] {
        assert_eq!(form.matches("A synthetic listing.").count(), 1, "{form}");
    }
    let path = &stop[stop.find("/unsubscribe").unwrap()..];
    let mailbox = houses.visitor(FAIRFIELD);
    assert!(mailbox.get(path).await.page().contains("Stop these messages"));
    assert_eq!(
        houses.visitor(HUDSON).post_form(path, &[]).await.status,
        StatusCode::GONE
    );
    let forged = format!("{}0", &path[..path.len() - 1]);
    let other = format!("{}1", &path[..path.len() - 1]);
    let forged = if forged == path { other } else { forged };
    assert_eq!(mailbox.post_form(&forged, &[]).await.status, StatusCode::GONE);
    comes(&houses, "W-2", "Wilton").await;
    for _ in 0..2 {
        let stopped = mailbox
            .post_form(path, &[("List-Unsubscribe", "One-Click")])
            .await;
        assert!(stopped.page().contains("No more messages"));
    }
    later(&houses, SignedDuration::from_hours(48)).await;
    assert_eq!(alerts(&houses).await.len(), 1);
}

#[tokio::test]
async fn a_message_counts_a_hundred_homes_and_says_when_there_are_more() {
    for (count, heading, rest) in [
        (
            100,
            "100 new homes",
            "And 90 more. See all that this search finds:",
        ),
        (
            101,
            "More than 100 new homes",
            "And more than 90 more. See all that this search finds:",
        ),
    ] {
        let houses = a_listener().await;
        houses.clock.advance(SignedDuration::from_mins(1));
        let homes: Vec<_> = (0..count).map(|nth| a_listing(&format!("N-{nth}")).0).collect();
        let mut tx = houses.db.db.write(&houses.fairfield).await.unwrap();
        listings::upsert(&mut tx, &houses.fairfield, &homes, houses.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        later(&houses, SignedDuration::from_mins(30)).await;

        let mail = houses.mails().await.remove(0).mail;

        assert_eq!(mail.subject, format!("{heading}: Wilton"));
        assert!(mail.text.contains(rest), "{}", mail.text);
        assert!(mail.text.contains("/home-search?towns=wilton"), "{}", mail.text);
        assert_eq!(mail.text.matches("Listed by ").count(), 10);
    }
}

#[tokio::test]
async fn a_message_about_homes_says_where_letters_reach_who_sends_it() {
    let houses = Houses::new().await;
    houses.rewrite(|site| site.postal_address = an_address()).await;
    listens(&houses).await;
    comes(&houses, "W-1", "Wilton").await;
    later(&houses, SignedDuration::from_mins(30)).await;

    let mail = houses.mails().await.remove(0).mail;

    let address = "(Fairfield Realty LLC, 1 Post Road, Wilton, CT 06897)";
    assert!(mail.text.contains(address), "{}", mail.text);
    assert!(mail.html.unwrap().contains(address));
}

#[tokio::test]
async fn two_processes_tell_of_a_home_once() {
    let houses = a_listener().await;
    comes(&houses, "W-1", "Wilton").await;
    houses.clock.advance(SignedDuration::from_mins(30));

    let (one, other) = tokio::join!(round(&houses.app), round(&houses.app));

    one.unwrap();
    other.unwrap();
    assert_eq!(alerts(&houses).await.len(), 1);
}
