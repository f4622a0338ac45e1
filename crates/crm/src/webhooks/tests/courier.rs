use std::sync::Mutex;

use axum::{Router, extract::State, http::HeaderMap, routing::post};
use db::testing::{a_contact, a_lead};
use futures::future::join;
use server::{testing::a_service, webhook::WebhookSecret};

use super::*;
use crate::webhooks::letter::Post;

/// Checks a signature with nothing but the secret that its owner was told, as a receiver does.
fn is_signed(secret: &str, (id, at, body): (&str, &str, &str), signatures: &str) -> bool {
    let secret = WebhookSecret::read(secret).unwrap();
    let at = jiff::Timestamp::from_second(at.parse().unwrap()).unwrap();
    let expected = secret.sign(id.parse().unwrap(), at, body);
    signatures.split(' ').any(|signature| signature == expected)
}

#[tokio::test]
async fn what_happens_is_told_as_the_api_would_tell_it() {
    let house = House::new().await;
    let id = house
        .endpoint(&[
            "lead.created",
            "lead.updated",
            "contact.created",
            "contact.updated",
            "activity.logged",
        ])
        .await;
    let ann = house.crm.ann().await;
    let contact = json!({ "fullName": "Ana Ruiz", "email": "ana@example.com" });
    let contact = ann.post_json("/api/contacts", contact).await.json()["contact"].clone();
    let lead = json!({ "leadType": "buyer", "contactId": contact["id"] });
    let lead = ann.post_json("/api/leads", lead).await.json()["lead"].clone();
    let note = json!({ "summary": "Rang", "leadId": lead["id"] });
    let activity = ann.post_json("/api/activities", note).await.json()["activity"].clone();
    // The note counts in the score, and the telling is as of the moment it is written.
    let path = format!("/api/leads/{}", lead["id"].as_str().unwrap());
    let lead = ann.get(&path).await.json()["lead"].clone();

    house.round().await;

    let heard = house.ear.heard();
    let told: Vec<_> = heard.iter().map(content).collect();
    // Making the webhook came first, and it is told of what comes after.
    assert_eq!(
        house.ear.told(),
        ["contact.created", "lead.created", "activity.logged"]
    );
    assert_eq!(
        told[0]["data"],
        json!({ "contactId": contact["id"], "contact": contact })
    );
    assert_eq!(
        told[1]["data"],
        json!({ "leadId": lead["id"], "lead": lead, "deleted": false })
    );
    assert_eq!(
        told[2]["data"],
        json!({ "activityId": activity["id"], "activity": activity })
    );
    assert_eq!(told[0]["tenantId"], "tenant_fairfield");
    let seqs: Vec<_> = told
        .iter()
        .map(|told| told["sequence"].as_i64().unwrap())
        .collect();
    assert_eq!(seqs, (seqs[0]..seqs[0] + 3).collect::<Vec<_>>());
    assert_eq!(told[0]["id"], json!(heard[0].id));
    let deliveries = house.deliveries(id).await;
    assert_eq!(deliveries.as_array().unwrap().len(), 3);
    let counted = format!("/api/webhooks/{id}/deliveries?count=true&limit=1");
    let counted = house.olga().await.get(&counted).await.json();
    assert_eq!(counted["pagination"]["total"], 3);
    assert_eq!(deliveries[0]["status"], "delivered");
    assert_eq!(deliveries[0]["lastAttempt"]["status"], 204);
}

#[tokio::test]
async fn an_endpoint_is_told_what_it_asked_for_and_nothing_of_the_neighbours() {
    let house = House::new().await;
    house.endpoint(&["lead.updated"]).await;
    let hugo = house.crm.hugo().await;
    hugo.post_json("/api/leads", json!({ "leadType": "buyer", "listingId": "elm-1" }))
        .await;
    let ann = house.crm.ann().await;
    let lead = ann
        .post_json("/api/leads", json!({ "leadType": "buyer", "listingId": "elm-1" }))
        .await
        .json();
    let path = format!("/api/leads/{}", lead["lead"]["id"].as_str().unwrap());
    ann.patch_json(&path, json!({ "notes": "Two bedrooms" })).await;

    house.round().await;

    assert_eq!(house.ear.told(), ["lead.updated"]);
}

#[tokio::test]
async fn a_message_arrives_over_http_signed_as_the_standard_has_it() {
    type Heard = Arc<Mutex<Vec<(HeaderMap, String)>>>;
    async fn hear(State(heard): State<Heard>, headers: HeaderMap, body: String) -> &'static str {
        heard.lock().unwrap().push((headers, body));
        "thank you"
    }
    let heard = Heard::default();
    let service = a_service(Router::new().route("/in", post(hear)).with_state(heard.clone())).await;
    let house = House::new().await;
    let address = service.join("in").unwrap();
    let (id, secret) = house.endpoint_at(address.as_str(), &["lead.created"]).await;
    house.something_happens().await;

    let way = Post::reaching(house.app.webhooks.reach).unwrap();
    Courier::new(house.app.clone(), Arc::new(way)).round().await;

    let (headers, body) = heard.lock().unwrap()[0].clone();
    let header = |name: &str| headers[name].to_str().unwrap();
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("webhook-timestamp"), "1772452800");
    let signed = (header("webhook-id"), header("webhook-timestamp"), body.as_str());
    assert!(is_signed(&secret, signed, header("webhook-signature")));
    let other = house
        .olga()
        .await
        .post_json(&format!("/api/webhooks/{id}/secret"), json!({}))
        .await;
    let other = other.json()["secret"].as_str().unwrap().to_owned();
    assert!(!is_signed(&other, signed, header("webhook-signature")));
    assert_eq!(house.deliveries(id).await[0]["lastAttempt"]["body"], "thank you");
}

#[tokio::test]
async fn a_replaced_secret_signs_for_another_day() {
    let house = House::new().await;
    let (id, first) = house
        .endpoint_at("https://hooks.example.com", &["lead.created"])
        .await;
    let rotated = house
        .olga()
        .await
        .post_json(&format!("/api/webhooks/{id}/secret"), json!({}))
        .await;
    let second = rotated.json()["secret"].as_str().unwrap().to_owned();
    let is_signed_by = |secret: &str, letter: &Letter| {
        let (id, at) = (letter.id.to_string(), letter.at.as_second().to_string());
        is_signed(secret, (&id, &at, &letter.body), &letter.signature)
    };

    house.something_happens().await;
    house.round().await;
    house.something_happens().await;
    house.later(SignedDuration::from_hours(24)).await;

    let heard = house.ear.heard();
    assert!(is_signed_by(&first, &heard[0]) && is_signed_by(&second, &heard[0]));
    assert!(!is_signed_by(&first, &heard[1]) && is_signed_by(&second, &heard[1]));
}

#[tokio::test]
async fn what_fails_is_sent_again_and_what_came_after_does_not_wait_for_it() {
    let house = House::new().await;
    let id = house.endpoint(&["lead.created"]).await;
    house.ear.is([Mood::Says(500)]);
    let (first, second) = (house.something_happens().await, house.something_happens().await);

    house.round().await;
    let waiting = house.deliveries(id).await[1].clone();
    house.later(SignedDuration::from_secs(4)).await;
    let too_soon = house.ear.heard().len();
    house.later(SignedDuration::from_secs(2)).await;

    assert_eq!(
        (&waiting["status"], &waiting["attempts"]),
        (&json!("waiting"), &json!(1))
    );
    assert_eq!(waiting["lastAttempt"]["body"], "said 500");
    assert_eq!(too_soon, 1);
    let heard: Vec<_> = house
        .ear
        .heard()
        .iter()
        .map(|letter| content(letter)["sequence"].as_i64().unwrap())
        .collect();
    assert_eq!(heard, [second, first]);
    assert_eq!(house.ear.sent()[0].id, house.ear.heard()[1].id);
}

#[tokio::test]
async fn two_processes_never_make_the_same_attempt() {
    let house = House::new().await;
    house.endpoint(&["lead.created"]).await;
    for _ in 0..30 {
        house.something_happens().await;
    }
    let (one, other) = (house.courier(), house.courier());

    join(one.round(), other.round()).await;
    house.round().await;

    let mut ids: Vec<_> = house.ear.sent().iter().map(|letter| letter.id).collect();
    assert_eq!(ids.len(), 30);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 30, "something was sent twice");
}

#[tokio::test]
async fn an_endpoint_that_fails_for_five_days_is_switched_off_with_a_notice() {
    let house = House::new().await;
    let id = house.endpoint(&["lead.created"]).await;
    house.ear.is([Mood::Says(503); 100]);
    for _ in 0..6 {
        house.something_happens().await;
        house.later(SignedDuration::from_hours(25)).await;
    }

    let off = house.shown(id).await;

    assert_eq!(
        (&off["isOn"], &off["offReason"]),
        (&json!(false), &json!("failing"))
    );
    let page = house.olga().await.get("/settings/webhooks").await;
    assert!(page.page().contains("Nothing got through for five days"));
    let told = house.olga().await.get("/activity").await;
    assert!(
        told.page().contains("switched off the webhook Newsletter"),
        "{}",
        told.text()
    );
    let sent = house.ear.sent().len();
    house.something_happens().await;
    house.later(SignedDuration::from_hours(24)).await;
    assert_eq!(house.ear.sent().len(), sent, "it is told nothing");
}

#[tokio::test]
async fn switched_on_again_it_goes_on_from_then() {
    let house = House::new().await;
    let id = house.endpoint(&["lead.created"]).await;
    let path = format!("/settings/webhooks/{id}");
    house.ear.is([Mood::Says(410)]);
    house.something_happens().await;
    house.round().await;
    assert_eq!(house.shown(id).await["offReason"], "gone");
    house.something_happens().await;

    house.olga().await.post_form(&path, &[("action", "on")]).await;
    let later = house.something_happens().await;
    house.later(SignedDuration::from_mins(1)).await;

    let heard = house.ear.heard();
    let heard: Vec<_> = heard
        .iter()
        .map(|letter| content(letter)["sequence"].clone())
        .collect();
    // What had been tried before is tried again; what happened while it was off is not told.
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert!(heard.contains(&json!(later)));
}

#[tokio::test]
async fn whoever_is_erased_vanishes_from_what_was_told() {
    let house = House::new().await;
    let id = house
        .endpoint(&["lead.created", "contact.created", "activity.logged"])
        .await;
    let (db, ids, scope) = (&house.crm.test.db, &*house.crm.ids, &house.crm.fairfield);
    let ana = a_contact(ids).email("ana@example.com").insert(db, scope).await;
    let bo = a_contact(ids).email("bo@example.com").insert(db, scope).await;
    let (anas, bos) = (
        a_lead(ids).of(&ana).insert(db, scope).await,
        a_lead(ids).of(&bo).insert(db, scope).await,
    );
    let mut tx = db.write(scope).await.unwrap();
    for lead in [&anas, &bos] {
        let change = NewChange {
            kind: ChangeKind::LeadCreated,
            lead_id: Some(lead.id),
            contact_id: lead.contact_id,
            activity_id: None,
        };
        changes::append(&mut tx, scope, &change, house.crm.clock.now())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    house.round().await;
    assert!(house.deliveries(id).await.to_string().contains("ana@example.com"));

    let erased = house
        .olga()
        .await
        .post_json(&format!("/api/contacts/{}/erase", ana.id), json!({}))
        .await;
    let deleted = house
        .olga()
        .await
        .delete(&format!("/api/contacts/{}", bo.id))
        .await;

    assert_eq!((erased.status, deleted.status), (StatusCode::OK, StatusCode::OK));
    let kept = house.deliveries(id).await.to_string();
    assert!(
        !kept.contains("ana@example.com") && !kept.contains("bo@example.com"),
        "{kept}"
    );
}

#[tokio::test]
async fn what_was_settled_is_forgotten_after_a_month() {
    let house = House::new().await;
    let id = house.endpoint(&["lead.created"]).await;
    house.something_happens().await;
    house.round().await;

    house.crm.clock.advance(SignedDuration::from_hours(24 * 31));
    let newest = house.something_happens().await;
    house.round().await;

    let kept = house.deliveries(id).await;
    assert_eq!(kept.as_array().unwrap().len(), 1);
    assert_eq!(kept[0]["sequence"], json!(newest));
}

#[tokio::test]
async fn a_lead_that_was_deleted_is_told_with_its_id() {
    let house = House::new().await;
    house.endpoint(&["lead.created", "lead.deleted"]).await;
    house.endpoint(&["lead.updated"]).await;
    let ann = house.crm.ann().await;
    let ana = json!({ "fullName": "Ana Ruiz", "email": "ana@example.com" });
    let ana = ann.post_json("/api/contacts", ana).await.json()["contact"]["id"].clone();
    let lead = json!({ "leadType": "buyer", "contactId": ana });
    let lead = ann.post_json("/api/leads", lead).await;
    let id = lead.json()["lead"]["id"].clone();
    ann.delete(&format!("/api/leads/{}", id.as_str().unwrap())).await;

    house.round().await;

    let told: Vec<_> = house.ear.heard().iter().map(content).collect();
    let of_type = |name: &str| {
        let found = told.iter().filter(|body| body["type"] == name);
        found.map(|body| body["data"].clone()).collect::<Vec<_>>()
    };
    let gone = json!({ "leadId": id, "lead": null, "deleted": true });
    assert_eq!(
        of_type("lead.created"),
        std::slice::from_ref(&gone),
        "it came, and is gone by now"
    );
    assert_eq!(of_type("lead.deleted"), std::slice::from_ref(&gone));
    assert_eq!(
        of_type("lead.updated"),
        [gone],
        "for who asked before removals had a name"
    );
}
