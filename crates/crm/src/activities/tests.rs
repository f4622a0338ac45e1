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
            "actor": { "id": crm.ann, "name": "Ann Member" }, "version": 1,
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
async fn an_appointment_stops_the_first_response_clock_and_is_told_as_one() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    crm.clock.advance(SignedDuration::from_mins(3));

    let met = json!({ "summary": "Saw the mill", "activityType": "appointment_logged", "leadId": lead.id });
    let logged = ann.post_json("/api/activities", met).await;

    assert_eq!(logged.status, StatusCode::CREATED, "{}", logged.text());
    let told = ann.get(&format!("/api/leads/{}", lead.id)).await.json();
    assert_eq!(told["lead"]["lastContactAt"], json!(crm.clock.now()));
    assert_eq!(ann.get("/api/summary").await.json()["waitingLeadCount"], 0);
    let of_kind = ann.get("/api/activities?activityType=appointment_logged").await;
    assert_eq!(of_kind.json()["activities"][0]["summary"], "Saw the mill");
    let page = ann.get("/activity").await;
    assert!(
        page.page().contains("logged an appointment</bdi> with"),
        "{}",
        page.text()
    );
    assert!(
        page.page()
            .contains("href=\"/activity?activityType=appointment_logged\"")
    );
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

#[tokio::test]
async fn whoever_is_rung_without_a_word_of_their_lead_waits_no_longer() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    crm.clock.advance(SignedDuration::from_mins(3));
    let of_ana =
        |kind: &str| json!({ "summary": "Spoke", "activityType": kind, "contactId": lead.contact_id });

    ann.post_json("/api/activities", of_ana("note")).await;
    assert_eq!(ann.get("/api/summary").await.json()["waitingLeadCount"], 1);
    ann.post_json("/api/activities", of_ana("call_logged")).await;

    assert_eq!(ann.get("/api/summary").await.json()["waitingLeadCount"], 0);
    let told = ann.get(&format!("/api/leads/{}", lead.id)).await.json();
    assert_eq!(told["lead"]["lastContactAt"], json!(crm.clock.now()));
    let waiting = ann.get("/api/leads?needs=response").await.json();
    assert_eq!(waiting["leads"], json!([]));
    let answered = ann.get("/api/leads?answered=in_time").await.json();
    assert_eq!(answered["leads"][0]["id"], json!(lead.id));
    // Whatever comes after the call wants an answer of its own.
    crm.clock.advance(SignedDuration::from_mins(3));
    let again = json!({ "leadType": "buyer", "contactId": lead.contact_id });
    let again = ann.post_json("/api/leads", again).await;
    assert_eq!(again.status, StatusCode::CREATED, "{}", again.text());
    assert_eq!(ann.get("/api/summary").await.json()["waitingLeadCount"], 1);
}

#[tokio::test]
async fn what_was_done_with_the_workspace_is_no_note_and_counts_nowhere() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    ann.get("/api/leads.csv").await;
    ann.post_json("/api/activities", json!({ "summary": "About nobody yet" }))
        .await;
    let note = json!({ "summary": "Likes mills", "leadId": lead.id });
    ann.post_json("/api/activities", note).await;

    let notes = ann
        .get("/api/activities?activityType=note&count=true")
        .await
        .json();

    let said = notes["activities"].as_array().unwrap().iter();
    let said: Vec<_> = said.map(|note| note["summary"].as_str().unwrap()).collect();
    assert_eq!(said, ["Likes mills", "About nobody yet"]);
    assert_eq!(notes["pagination"]["total"], 2);
    assert_eq!(ann.get("/api/summary").await.json()["activityCount"], 2);
    let page = ann.get("/activity").await;
    assert!(page.page().contains("exported leads as CSV"));
    let today = ann.get("/").await;
    assert!(today.page().contains("2 things your team did"));
}
