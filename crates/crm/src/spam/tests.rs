use db::testing;
use serde_json::{Value, json};
use server::testing::Caller;

use crate::testing::Crm;

/// What a machine sent to fairfield's site, as the worker leaves it behind.
async fn a_held_form(crm: &Crm) -> String {
    let event = json!({
        "eventType": "website.lead.submitted", "version": 1, "occurredAt": "2026-03-02T11:00:00Z",
        "tenant": {
            "tenantId": "tenant_fairfield", "tenantSlug": "fairfield", "tenantDomain": "fairfield.localhost",
        },
        "payload": {
            "source": "contact", "message": "Cheap pills <b>now</b>",
            "contact": { "email": "bot@example.com", "phone": "203-555-0199", "name": "Bo Tt" },
            "suspicion": { "signs": ["trap", "haste"] },
        },
    });
    let id = testing::hold(&crm.test.db, &*crm.ids, &crm.fairfield, &event.to_string()).await;
    id.to_string()
}

async fn decided(member: &Caller, id: &str, action: &str) -> String {
    let answer = member
        .post_form(&format!("/spam/{id}"), &[("action", action)])
        .await;
    answer.redirect().to_owned()
}

async fn queued(crm: &Crm) -> Vec<Value> {
    let queued = testing::queued(&crm.test.db, &*crm.ids).await;
    let events = queued
        .iter()
        .map(|job| serde_json::from_str(&job.payload).unwrap());
    events.collect()
}

#[tokio::test]
async fn a_held_form_is_shown_with_its_reasons_and_counted_nowhere_else() {
    let crm = Crm::new().await;
    a_held_form(&crm).await;
    let ann = crm.ann().await;

    let page = ann.get("/spam").await;
    let summary = ann.get("/api/summary").await.json();

    let page = page.page();
    for part in [
        "Bo Tt",
        "bot@example.com",
        "Cheap pills &#60;b&#62;now",
        "Filled in a field that people do not see",
        "Sent within three seconds",
        "100 of 100",
        "Not spam",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert_eq!(
        (summary["leadCount"].as_i64(), summary["contactCount"].as_i64()),
        (Some(0), Some(0))
    );
}

#[tokio::test]
async fn what_is_not_spam_goes_through_the_queue_once_and_nothing_is_said_against_it() {
    let crm = Crm::new().await;
    let id = a_held_form(&crm).await;
    let ann = crm.ann().await;

    assert_eq!(decided(&ann, &id, "release").await, "/spam");
    let again = ann
        .post_form(&format!("/spam/{id}"), &[("action", "release")])
        .await;

    assert_eq!(again.status, 404, "it is held no longer");
    let queued = queued(&crm).await;
    assert_eq!(queued.len(), 1);
    assert_eq!(queued[0]["payload"]["contact"]["email"], "bot@example.com");
    assert_eq!(queued[0]["payload"]["suspicion"], Value::Null);
    assert_eq!(
        queued[0]["occurredAt"], "2026-03-02T11:00:00Z",
        "when it was sent"
    );
    assert!(ann.get("/spam").await.page().contains("Nothing is held"));
    let activity = ann.get("/activity").await;
    assert!(
        activity
            .page()
            .contains("let a message through that was held as spam")
    );
}

#[tokio::test]
async fn what_is_discarded_can_be_taken_back_for_a_while() {
    let crm = Crm::new().await;
    let id = a_held_form(&crm).await;
    let ann = crm.ann().await;

    assert_eq!(decided(&ann, &id, "discard").await, "/spam");
    let discarded = ann.get("/spam?show=discarded").await;
    assert!(ann.get("/spam").await.page().contains("Nothing is held"));
    assert!(discarded.page().contains("bot@example.com"));
    assert!(queued(&crm).await.is_empty());
    assert_eq!(decided(&ann, &id, "release").await, "/spam?show=discarded");

    assert_eq!(queued(&crm).await.len(), 1);
}

#[tokio::test]
async fn after_a_month_what_was_discarded_is_gone_and_what_nobody_saw_is_not() {
    let crm = Crm::new().await;
    let ids = [
        a_held_form(&crm).await,
        a_held_form(&crm).await,
        a_held_form(&crm).await,
    ];
    decided(&crm.ann().await, &ids[0], "discard").await;

    crm.clock.advance(jiff::SignedDuration::from_hours(31 * 24));
    let ann = crm.ann().await;
    decided(&ann, &ids[1], "discard").await;

    let left = async |path| ann.get(path).await.page().matches("bot@example.com</dd>").count();
    assert_eq!(left("/spam").await, 1);
    assert_eq!(left("/spam?show=discarded").await, 1);
}

#[tokio::test]
async fn who_may_only_look_decides_nothing_and_a_neighbour_finds_nothing() {
    let crm = Crm::new().await;
    let id = a_held_form(&crm).await;
    let path = format!("/spam/{id}");

    let ruths = crm.ruth().await;
    let page = ruths.get("/spam").await;
    let refused = ruths.post_form(&path, &[("action", "discard")]).await;
    let hugos = crm.hugo().await;
    let foreign = hugos.post_form(&path, &[("action", "release")]).await;

    assert!(page.page().contains("bot@example.com") && !page.page().contains("Not spam"));
    assert_eq!((refused.status.as_u16(), foreign.status.as_u16()), (403, 404));
    assert!(!hugos.get("/spam").await.page().contains("bot@example.com"));
    assert!(queued(&crm).await.is_empty());
}
