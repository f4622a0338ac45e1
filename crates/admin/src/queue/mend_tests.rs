//! Events that are mended, and jobs that are tried no more.

use axum::http::StatusCode;
use db::testing::{pretend_retrying, the_job};
use serde_json::{Value, json};
use types::{
    JobStatus::{DeadLetter, Pending},
    OperatorRole,
};

use super::tests::Ward;

/// An event that a site of acme could have sent, from this address.
fn an_event(email: &str) -> Value {
    json!({
        "eventType": "website.lead.submitted", "version": 1, "occurredAt": "2026-01-05T09:00:00Z",
        "tenant": { "tenantId": "tenant_acme", "tenantSlug": "acme", "tenantDomain": "acme.example" },
        "payload": {
            "source": "contact", "contact": { "email": email, "phone": "(203) 555-0123" },
        },
    })
}

fn path(ward: &Ward, rest: &str) -> String {
    format!("/api/queue/jobs/{}/{rest}", ward.dead[0])
}

#[tokio::test]
async fn a_mended_event_is_tried_again_and_what_it_was_is_kept() {
    let ward = Ward::new().await;
    let body = json!({ "payload": an_event("zoe@example.com"), "reason": "A typo in the address" });

    let mended = ward.admin.post_json(&path(&ward, "event"), body.clone()).await;
    let again = ward.admin.post_json(&path(&ward, "event"), body).await;

    assert_eq!(mended.status, StatusCode::OK, "{}", mended.text());
    assert_eq!(again.status, StatusCode::CONFLICT, "it waits now");
    assert_eq!(ward.stand().await, [Pending, DeadLetter, DeadLetter]);
    let shown = ward
        .admin
        .post_json(&path(&ward, "payload"), json!({}))
        .await
        .json();
    assert_eq!(shown["payload"], an_event("zoe@example.com"));
    assert_eq!(shown["former"][0]["number"], 1);
    assert_eq!(
        shown["former"][0]["payload"]["payload"]["contact"]["email"],
        "zelda@example.com"
    );
    let events = ward.console.events().await;
    let told = events
        .iter()
        .find(|event| event.details["before"]["sha256"].is_string())
        .unwrap();
    assert_eq!(told.action.as_str(), "ingestion.payload.edit");
    assert_eq!(told.details["reason"], "A typo in the address");
    assert!(
        !told.details.to_string().contains("example.com"),
        "nobody is named"
    );
}

#[tokio::test]
async fn an_event_that_no_site_would_send_is_not_taken() {
    let ward = Ward::new().await;
    let mut foreign = an_event("zoe@example.com");
    foreign["tenant"]["tenantId"] = json!("tenant_bravo");
    let mut unknown = an_event("zoe@example.com");
    unknown["eventType"] = json!("website.tea.made");
    let mut broken = an_event("zoe@example.com");
    broken["payload"]["contact"]["email"] = json!("no address");
    let long = json!("x".repeat(30_000));

    for (payload, sentence) in [
        (foreign, "The event belongs to another tenant than its job."),
        (unknown, "The event has an unknown eventType."),
        (broken, "payload.contact.email"),
        (json!("text"), "The event is not a JSON object."),
        (long, "24 KiB"),
    ] {
        let body = json!({ "payload": payload, "reason": "a test" });
        let refused = ward.admin.post_json(&path(&ward, "event"), body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
        assert!(
            refused.text().contains(sentence),
            "{sentence}: {}",
            refused.text()
        );
    }
    assert_eq!(ward.stand().await, [DeadLetter; 3]);
}

#[tokio::test]
async fn only_who_may_read_an_event_mends_it() {
    let ward = Ward::new().await;
    let body = json!({ "payload": an_event("zoe@example.com"), "reason": "a test" });

    for role in [
        OperatorRole::Operator,
        OperatorRole::Support,
        OperatorRole::Viewer,
    ] {
        let caller = ward.console.signed_in(role).await;
        let refused = caller.post_json(&path(&ward, "event"), body.clone()).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{role}");
    }
}

#[tokio::test]
async fn an_event_is_read_and_mended_on_a_page() {
    let ward = Ward::new().await;
    let job = format!("/queue/jobs/{}", ward.dead[0]);

    let offered = ward.admin.get(&job).await;
    let read = ward.admin.post_form(&format!("{job}/payload"), &[]).await;
    let broken = [("payload", "{"), ("reason", "a test")];
    let broken = ward.admin.post_form(&format!("{job}/event"), &broken).await;
    let event = an_event("zoe@example.com").to_string();
    let mended = [("payload", event.as_str()), ("reason", "a typo")];
    let mended = ward.admin.post_form(&format!("{job}/event"), &mended).await;
    let after = ward.admin.post_form(&format!("{job}/payload"), &[]).await;

    assert!(!offered.text().contains("zelda") && offered.page().contains("and mend it…"));
    assert!(read.text().contains("zelda@example.com"));
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        broken.text().contains("id=\"payload-error\""),
        "{}",
        broken.text()
    );
    assert_eq!(mended.redirect(), job);
    let after = after.page();
    assert!(after.contains("As it came") && after.contains("zelda@example.com"));
    assert!(!after.contains("<textarea"), "it is no dead letter any more");
}

#[tokio::test]
async fn a_job_that_fails_and_waits_is_given_up_by_hand() {
    let ward = Ward::new().await;
    let id = ward.dead[0];
    let body = json!({ "reason": "It takes the provider down" });

    let dead = ward.admin.post_json(&path(&ward, "abandon"), body.clone()).await;
    pretend_retrying(&ward.console.test.db, id).await;
    let page = ward.admin.get(&format!("/queue/jobs/{id}")).await;
    let silent = ward.admin.post_json(&path(&ward, "abandon"), json!({})).await;
    let given_up = ward.admin.post_json(&path(&ward, "abandon"), body).await;

    assert_eq!(dead.status, StatusCode::CONFLICT);
    assert!(page.page().contains("Give it up"), "{}", page.text());
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(given_up.status, StatusCode::OK, "{}", given_up.text());
    let job = the_job(&ward.console.test.db, id).await;
    assert_eq!(
        (job.status, job.last_error.as_deref()),
        (DeadLetter, Some("ingestion_failed: no contact 7")),
        "why it failed stays"
    );
}
