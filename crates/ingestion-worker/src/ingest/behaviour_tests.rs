//! What visitors did is on the timeline of whoever they turn out to be, and on nobody else's.

use db::{
    TenantScope,
    tenant::{contacts, interest},
    testing::a_tenant,
};
use serde_json::{Value, json};
use types::{Activity, ContactId};

use crate::testing::{House, a_lead_of, a_valuation_of, an_event};

const EMAIL: &str = "ann@example.com";
const PHONE: &str = "(203) 555-0123";

/// What a visitor does with this browser: one event of each kind.
fn behaviour_of(visitor_id: &str) -> [Value; 4] {
    let actor = json!({"visitorId": visitor_id});
    let listing =
        json!({"source": "listing-page", "listing": {"id": "FB-1", "address": "1 Elm St"}, "actor": actor});
    let search = json!({"source": "home-search", "searchContext": {"query": "elm"}, "actor": actor});
    [
        an_event("website.search.performed", &search),
        an_event("website.listing.viewed", &listing),
        an_event("website.listing.favorited", &listing),
        an_event("website.listing.unfavorited", &listing),
    ]
}

fn a_view_of(visitor_id: &str) -> Value {
    behaviour_of(visitor_id)[1].clone()
}

fn a_lead_from(visitor_id: &str, email: &str, phone: &str) -> Value {
    let mut lead = a_lead_of(email, phone);
    lead["payload"]["actor"] = json!({"visitorId": visitor_id});
    lead
}

impl House {
    async fn work_off(&self, events: &[Value]) {
        for event in events {
            self.enqueue(event).await;
        }
        let tally = self.drain().await;
        assert_eq!(tally.processed, events.len() as u64);
    }

    /// What the timeline of whoever has this address says, in the order of the alphabet.
    async fn timeline_of(&self, email: &str) -> Vec<String> {
        let contact = self.contact_of(email).await;
        let mut said: Vec<String> = self
            .activities()
            .await
            .into_iter()
            .filter(|activity| activity.contact_id == Some(contact))
            .map(|activity| activity.summary)
            .collect();
        said.sort();
        said
    }

    async fn contact_of(&self, email: &str) -> ContactId {
        let contacts = self.contacts().await;
        let is_theirs = |found: &&types::Contact| {
            found
                .email
                .as_ref()
                .is_some_and(|address| address.as_str() == email)
        };
        contacts.iter().find(is_theirs).expect("they are a contact").id
    }
}

#[tokio::test]
async fn behaviour_of_a_stranger_is_noted_and_on_nobodys_timeline() {
    let house = House::new().await;
    let nameless = json!({"source": "home-search", "searchContext": {}});
    let nameless = an_event("website.search.performed", &nameless);

    house
        .work_off(&[&behaviour_of("v1")[..], &[nameless]].concat())
        .await;

    assert_eq!(
        (house.contacts().await.len(), house.activities().await.len()),
        (0, 0)
    );
}

#[tokio::test]
async fn what_a_visitor_did_before_and_after_is_on_their_timeline_and_on_nobody_elses() {
    let house = House::new().await;
    house
        .work_off(&[behaviour_of("v1"), behaviour_of("v2")].concat())
        .await;

    house.work_off(&[a_lead_from("v1", EMAIL, PHONE)]).await;
    house.work_off(&[a_view_of("v1"), a_view_of("v2")]).await;

    let everything = [
        "Kept 1 Elm St",
        "Let go of 1 Elm St",
        "Looked at 1 Elm St",
        "Looked at 1 Elm St",
        "Searched for elm",
        "Sent the contact form",
    ];
    assert_eq!(house.timeline_of(EMAIL).await, everything);
    assert_eq!(house.activities().await.len(), everything.len());
    let ann = house.contact_of(EMAIL).await;
    let mut tx = house.db().read(&house.here).await.unwrap();
    let homes = interest::homes_of(&mut tx, &house.here, ann).await.unwrap();
    assert_eq!((homes.len(), homes[0].views, homes[0].is_kept), (1, 2, false));
    assert_eq!(homes[0].address.as_deref(), Some("1 Elm St"));
}

#[tokio::test]
async fn a_visitor_is_known_within_the_batch_that_introduces_them() {
    let house = House::new().await;
    let lead = a_lead_from("v1", EMAIL, PHONE);

    house.work_off(&[a_view_of("v1"), lead, a_view_of("v1")]).await;

    assert_eq!(house.timeline_of(EMAIL).await.len(), 3);
}

#[tokio::test]
async fn a_valuation_with_a_contact_introduces_too_and_one_without_does_not() {
    let house = House::new().await;
    let from_v1 = |contact: &Value| {
        let mut valuation = a_valuation_of(contact);
        valuation["payload"]["actor"] = json!({"visitorId": "v1"});
        valuation
    };
    house.work_off(&[a_view_of("v1"), from_v1(&Value::Null)]).await;
    assert_eq!(house.activities().await.len(), 1, "only that somebody asked");

    house.work_off(&[from_v1(&json!({"email": EMAIL}))]).await;

    let timeline = house.timeline_of(EMAIL).await;
    assert_eq!(
        timeline,
        ["Asked what 1 Elm Street is worth", "Looked at 1 Elm St"]
    );
}

#[tokio::test]
async fn a_browser_that_somebody_else_uses_now_is_theirs_from_now_on() {
    let house = House::new().await;
    let ann = a_lead_from("v1", EMAIL, PHONE);
    house.work_off(&[a_view_of("v1"), ann]).await;

    let bea = a_lead_from("v1", "bea@example.com", "203-555-0124");
    house.work_off(&[bea, a_view_of("v1")]).await;

    for email in [EMAIL, "bea@example.com"] {
        let timeline = house.timeline_of(email).await;
        assert_eq!(
            timeline,
            ["Looked at 1 Elm St", "Sent the contact form"],
            "{email}"
        );
    }
}

#[tokio::test]
async fn the_same_browser_is_a_stranger_to_every_other_tenant() {
    let house = House::new().await;
    let there = a_tenant(house.db(), &*house.ids, "there").await;
    let of = |event: Value, scope: &TenantScope| {
        event
            .to_string()
            .replace("tenant_here", scope.tenant_id().as_str())
    };
    house.enqueue_for(&there, &of(a_view_of("v1"), &there)).await;
    house
        .enqueue_for(&there, &of(a_lead_of("bea@example.com", PHONE), &there))
        .await;
    house.enqueue(&a_lead_from("v1", EMAIL, PHONE)).await;
    assert_eq!(house.drain().await.processed, 3);
    house.enqueue_for(&there, &of(a_view_of("v1"), &there)).await;
    assert_eq!(house.drain().await.processed, 1);

    let by = |activities: Vec<Activity>| -> Vec<String> {
        activities.into_iter().map(|activity| activity.summary).collect()
    };
    assert_eq!(by(house.activities().await), ["Sent the contact form"]);
    assert_eq!(by(house.activities_of(&there).await), ["Sent the contact form"]);
}

#[tokio::test]
async fn the_newest_two_hundred_wait_and_what_is_behind_them_is_let_go() {
    let house = House::new().await;
    for number in 0..203 {
        let mut view = a_view_of("v1");
        view["occurredAt"] = format!("2026-03-02T11:{:02}:{:02}Z", number / 60, number % 60).into();
        view["payload"]["listing"]["address"] = format!("{number} Elm St").into();
        house.enqueue(&view).await;
    }
    while house.drain().await.picked > 0 {}

    house.work_off(&[a_lead_from("v1", EMAIL, PHONE)]).await;

    let ann = house.contact_of(EMAIL).await;
    let mut tx = house.db().read(&house.here).await.unwrap();
    let homes = interest::homes_of(&mut tx, &house.here, ann).await.unwrap();
    assert_eq!((homes.len(), homes[0].views), (1, 200));
    assert_eq!(homes[0].address.as_deref(), Some("202 Elm St"));
}

#[tokio::test]
async fn a_stranger_who_does_not_come_back_is_forgotten_and_an_acquaintance_is_not() {
    let house = House::new().await;
    house
        .work_off(&[a_view_of("v1"), a_lead_from("v2", EMAIL, PHONE)])
        .await;

    house.wait(91 * 24 * 3_600);
    house.worker().forget_the_old().await.unwrap();

    let bea = a_lead_from("v1", "bea@example.com", "203-555-0124");
    house.work_off(&[bea, a_view_of("v2")]).await;
    assert_eq!(
        house.timeline_of("bea@example.com").await,
        ["Sent the contact form"]
    );
    assert_eq!(house.timeline_of(EMAIL).await.len(), 2);
}

#[tokio::test]
async fn who_is_erased_is_erased_with_what_they_did_and_their_browser_is_a_strangers_again() {
    let house = House::new().await;
    let before = house.enqueue(&a_view_of("v1")).await;
    house.drain().await;
    house.work_off(&[a_lead_from("v1", EMAIL, PHONE)]).await;
    let after = house.enqueue(&a_view_of("v1")).await;
    let elses = house.enqueue(&a_view_of("v2")).await;
    house.drain().await;

    let ann = house.contact_of(EMAIL).await;
    let mut tx = house.db().write(&house.here).await.unwrap();
    let ann = contacts::find(&mut tx, &house.here, ann).await.unwrap().unwrap();
    assert!(contacts::erase(&mut tx, &house.here, &ann).await.unwrap());
    tx.commit().await.unwrap();

    assert_eq!(house.activities().await, []);
    assert!(!house.has_job(before).await && !house.has_job(after).await);
    assert!(house.has_job(elses).await);
    house.work_off(&[a_view_of("v1")]).await;
    assert_eq!(house.activities().await, []);
}
