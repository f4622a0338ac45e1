use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use types::Clock as _;

use crate::testing::Crm;

#[tokio::test]
async fn a_note_is_logged_with_its_lead_and_contact() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;

    let logged = ann
        .post_json(
            "/api/activities",
            json!({ "summary": " Rang back ", "leadId": lead.id }),
        )
        .await;

    assert_eq!(logged.status, StatusCode::CREATED, "{}", logged.text());
    let activity = logged.json()["activity"].clone();
    assert_eq!(
        activity,
        json!({
            "id": activity["id"], "activityType": "note", "leadId": lead.id, "contactId": lead.contact_id,
            "occurredAt": "2026-03-02T12:00:00Z", "summary": "Rang back", "metadata": {},
            "actor": { "id": crm.ann, "name": "Ann Member" },
        })
    );
    let listed = ann
        .get(&format!("/api/activities?leadId={}&count=true", lead.id))
        .await
        .json();
    assert_eq!(listed["activities"], json!([activity]));
    assert_eq!(listed["pagination"]["total"], 1);
    let of_other_type = ann.get("/api/activities?activityType=call_logged").await.json();
    assert_eq!(of_other_type["activities"], json!([]));
}

#[tokio::test]
async fn a_call_stops_the_first_response_clock() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    crm.clock.advance(SignedDuration::from_mins(3));

    let call = json!({ "summary": "Spoke", "activityType": "call_logged", "leadId": lead.id });
    ann.post_json("/api/activities", call).await;

    let told = ann.get(&format!("/api/leads/{}", lead.id)).await.json();
    assert_eq!(told["lead"]["lastContactAt"], json!(crm.clock.now()));
    assert_eq!(ann.get("/api/summary").await.json()["waitingLeadCount"], 0);
    assert!(ann.get("/leads").await.page().contains("Answered"));
}

#[tokio::test]
async fn what_cannot_be_logged_is_refused() {
    let crm = Crm::new().await;
    let foreign = crm.a_lead_of_ana().await;
    let (ann, hugo) = (crm.ann().await, crm.hugo().await);
    for (body, pointer) in [
        (json!({}), "/summary"),
        (json!({ "summary": " " }), "/summary"),
        (
            json!({ "summary": "x", "activityType": "lead_submitted" }),
            "/activityType",
        ),
        (json!({ "summary": "x", "activityType": "sang" }), "/activityType"),
        (json!({ "summary": "x", "leadId": 7 }), "/leadId"),
    ] {
        let answer = ann.post_json("/api/activities", body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
    }
    for body in [
        json!({ "summary": "x", "leadId": foreign.id }),
        json!({ "summary": "x", "contactId": foreign.contact_id }),
        json!({ "summary": "x", "leadId": "0193f2a7-4c1e-7b0a-9d52-1f0c6a3e8b44" }),
    ] {
        let answer = hugo.post_json("/api/activities", body.clone()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{body}");
    }
    let nothing: Value = json!([]);
    assert_eq!(hugo.get("/api/activities").await.json()["activities"], nothing);
    assert_eq!(ann.get("/api/activities").await.json()["activities"], nothing);
}
