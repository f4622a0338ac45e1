//! What nobody should send: never a crash, never a lost lead, and a reason that an operator understands.

use db::testing::{a_contact, the_suspected_duplicates};
use serde_json::{Value, json};
use types::JobStatus;

use crate::testing::{House, a_lead_of, an_event};

const EMAIL: &str = "ann@example.com";
const PHONE: &str = "(203) 555-0123";

fn a_lead_with(pointer: &str, value: Value) -> String {
    let mut lead = a_lead_of(EMAIL, PHONE);
    lead["payload"]["propertyDetails"] = json!({"propertyType": "condo", "beds": 2, "baths": 1.5});
    lead["payload"][pointer] = value;
    lead.to_string()
}

fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

/// Works one event off, beside a healthy one that must not suffer. Says where it stands, and why.
async fn outcome(payload: &str) -> (JobStatus, String) {
    let house = House::new().await;
    let bad = house.enqueue_text(payload).await;
    house
        .enqueue(&a_lead_of("neighbour@example.com", "203-555-0199"))
        .await;

    house.drain().await;

    let neighbour = |contact: &types::Contact| {
        contact
            .email
            .as_ref()
            .is_some_and(|email| email.as_str() == "neighbour@example.com")
    };
    assert!(
        house.contacts().await.iter().any(neighbour),
        "the neighbour suffered"
    );
    let job = house.job(bad).await;
    (job.status, job.last_error.unwrap_or_default())
}

#[tokio::test]
async fn ten_megabytes_wait_with_a_reason() {
    let long = a_lead_with("message", "x".repeat(10 << 20).into());

    let (status, error) = outcome(&long).await;

    assert_eq!(status, JobStatus::Pending);
    assert_eq!(
        error,
        "ingestion_failed: this event has an invalid payload.message: must be at most 4000 characters"
    );
}

#[tokio::test]
async fn ten_thousand_arrays_in_each_other_are_refused_where_they_are_read_and_passed_over_elsewhere() {
    let deep = nested(10_000);
    let read =
        a_lead_with("message", Value::Null).replace("\"message\":null", &format!("\"message\":{deep}"));
    let unread =
        a_lead_with("surprise", Value::Null).replace("\"surprise\":null", &format!("\"surprise\":{deep}"));

    assert_eq!(
        outcome(&deep).await,
        (
            JobStatus::DeadLetter,
            "invalid_payload: this event is not a JSON object".to_owned()
        )
    );
    let (status, error) = outcome(&read).await;
    assert_eq!(status, JobStatus::Pending);
    assert_eq!(
        error,
        "ingestion_failed: this event has an invalid payload.message: must be a value of another kind"
    );
    assert_eq!(outcome(&unread).await.0, JobStatus::Processed);
}

#[tokio::test]
async fn half_a_bath_is_a_bath_and_a_studio_has_no_bedroom() {
    for (details, status) in [
        (
            json!({"propertyType": "condo", "beds": 0, "baths": 0.5}),
            JobStatus::Processed,
        ),
        (
            json!({"propertyType": "condo", "beds": "0", "baths": "2.5"}),
            JobStatus::Processed,
        ),
        (
            json!({"propertyType": "condo", "beds": 1.5, "baths": 1}),
            JobStatus::Pending,
        ),
    ] {
        let (found, error) = outcome(&a_lead_with("propertyDetails", details.clone())).await;
        assert_eq!(found, status, "{details}: {error}");
        if status == JobStatus::Pending {
            assert_eq!(
                error,
                "ingestion_failed: this event has an invalid payload.propertyDetails.beds: must be a whole number"
            );
        }
    }
}

#[tokio::test]
async fn what_no_text_can_hold_is_taken_out() {
    let lead = a_lead_with("message", "still there?".into());
    for text in [r"\u0000", r"\ud83d", r"\ude00\ud83d", "\\u0000\\u0001\\u001b[2J"] {
        let (status, error) = outcome(&lead.replace("still", text)).await;
        assert_eq!(status, JobStatus::Processed, "{text}: {error}");
    }
}

#[tokio::test]
async fn an_email_of_one_and_a_phone_of_another_loses_no_lead_in_any_order() {
    let house = House::new().await;
    let (other_email, other_phone) = ("bea@example.com", "(203) 555-0124");
    a_contact(&*house.ids)
        .email(EMAIL)
        .phone(PHONE)
        .insert(house.db(), &house.here)
        .await;
    a_contact(&*house.ids)
        .email(other_email)
        .phone(other_phone)
        .insert(house.db(), &house.here)
        .await;
    for (email, phone) in [
        (EMAIL, other_phone),
        (other_email, PHONE),
        ("new@example.com", PHONE),
        (EMAIL, "203-555-0188"),
    ] {
        house.enqueue(&a_lead_of(email, phone)).await;
    }
    house
        .enqueue(&an_event(
            "website.valuation.requested",
            &json!({"address": "1 Elm Street", "propertyType": "condo", "beds": 2, "baths": 1.5,
                    "contact": {"email": "not an address", "phone": PHONE}}),
        ))
        .await;

    let tally = house.drain().await;

    assert_eq!((tally.processed, tally.requeued), (4, 1));
    assert_eq!((house.contacts().await.len(), house.leads().await.len()), (2, 4));
    assert_eq!(the_suspected_duplicates(house.db(), &house.here).await.len(), 1);
}
