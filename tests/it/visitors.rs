//! What a browser did reaches the record of whoever it turns out to be: over the site, the queue and the CRM.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{AVA, Caller, FAIRFIELD, HUDSON, HUGO, World, an_enquiry};

const BROWSER: &str = "visitor=0b9f2f0e-7a53-4c5e-9d6e-2f1a4f0c7d11";

/// Somebody with that browser looks at a home.
async fn look_at(visitor: &Caller, address: &str) {
    let listing = json!({"id": address.replace(' ', "-"), "address": address});
    let event =
        json!({"eventType": "website.listing.viewed", "payload": {"source": "listing", "listing": listing}});
    let looking = visitor
        .request(Method::POST, "/api/website-events")
        .header("cookie", BROWSER);
    visitor.answer(looking.json(&event)).await.expect(202);
}

async fn enquire(visitor: &Caller, email: &str) {
    let enquiring = visitor
        .request(Method::POST, "/api/lead")
        .header("cookie", BROWSER);
    visitor
        .answer(enquiring.json(&an_enquiry(email)))
        .await
        .expect(202);
}

async fn contact_of(agent: &Caller, email: &str) -> String {
    let list = agent
        .get(&format!("/api/contacts?search={email}"))
        .await
        .expect(200)
        .json();
    list["contacts"][0]["id"].as_str().unwrap().to_owned()
}

async fn viewed_by(agent: &Caller, contact: &str) -> Vec<Value> {
    let asked = format!("/api/activities?contactId={contact}&activityType=website_listing_viewed");
    let list = agent.get(&asked).await.expect(200).json();
    list["activities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|activity| activity["summary"].clone())
        .collect()
}

#[tokio::test]
async fn the_homes_somebody_looked_at_are_in_their_record_and_in_no_neighbours() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);
    let (visitor, next_door) = (web.caller(FAIRFIELD), web.caller(HUDSON));
    let (ava, hugo) = (crm.member(AVA).await, crm.member(HUGO).await);

    look_at(&visitor, "1 Elm St").await;
    look_at(&next_door, "9 Oak St").await;
    world.drain().await;
    enquire(&visitor, "ann@example.com").await;
    world.drain().await;
    look_at(&visitor, "2 Elm St").await;
    next_door
        .post_json("/api/lead", an_enquiry("ann@example.com"))
        .await
        .expect(202);
    world.drain().await;

    let ann = contact_of(&ava, "ann@example.com").await;
    assert_eq!(
        viewed_by(&ava, &ann).await,
        ["Looked at 2 Elm St", "Looked at 1 Elm St"]
    );
    let record = ava.get(&format!("/contacts/{ann}")).await.expect(200).text;
    let (_, homes) = record.split_once("Properties viewed").unwrap();
    assert!(
        homes.contains("2 Elm St") && homes.contains("1 Elm St"),
        "{homes}"
    );
    let hudsons = contact_of(&hugo, "ann@example.com").await;
    assert_eq!(viewed_by(&hugo, &hudsons).await, Vec::<Value>::new());
}

#[tokio::test]
async fn who_is_merged_brings_their_browser_and_takes_it_back_when_that_is_undone() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);
    let visitor = web.caller(FAIRFIELD);
    let ava = crm.member(AVA).await;
    enquire(&visitor, "ann@example.com").await;
    visitor
        .post_json("/api/lead", an_enquiry("ann@work.example.com"))
        .await
        .expect(202);
    world.drain().await;
    let ann = contact_of(&ava, "ann@example.com").await;
    let at_work = contact_of(&ava, "ann@work.example.com").await;

    let merged = json!({"contactIds": [at_work, ann], "keepId": at_work});
    let merged = ava
        .post_json("/api/contacts/merge", merged)
        .await
        .expect(200)
        .json();
    look_at(&visitor, "1 Elm St").await;
    world.drain().await;
    assert_eq!(viewed_by(&ava, &at_work).await, ["Looked at 1 Elm St"]);

    let undo = format!(
        "/api/contacts/merge/{}/undo",
        merged["merge"]["id"].as_str().unwrap()
    );
    ava.post_json(&undo, json!({})).await.expect(200);
    look_at(&visitor, "2 Elm St").await;
    world.drain().await;
    assert_eq!(viewed_by(&ava, &ann).await, ["Looked at 2 Elm St"]);
}

#[tokio::test]
async fn a_home_that_was_kept_without_a_script_is_in_the_record_of_who_kept_it() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);
    let (visitor, ava) = (web.caller(FAIRFIELD), crm.member(AVA).await);
    let keep = async |gesture: &str| {
        let pressed = [("listingId", "FB1001"), ("action", "add"), ("gesture", gesture)];
        let pressing = visitor
            .request(Method::POST, "/saved-homes")
            .header("cookie", BROWSER);
        visitor.answer(pressing.form(&pressed)).await.expect(303);
    };

    keep("once").await;
    keep("once").await;
    enquire(&visitor, "ann@example.com").await;
    world.drain().await;

    let ann = contact_of(&ava, "ann@example.com").await;
    let kept = format!("/api/activities?contactId={ann}&activityType=website_listing_favorited");
    let kept = ava.get(&kept).await.expect(200).json();
    let summaries = kept["activities"].as_array().unwrap().iter();
    let summaries: Vec<_> = summaries
        .map(|activity| activity["summary"].as_str().unwrap())
        .collect();
    assert_eq!(summaries.len(), 1, "{kept}");
    assert!(summaries[0].starts_with("Kept "), "{kept}");
}
