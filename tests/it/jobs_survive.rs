//! A job outlives whoever works on it: the killed worker, the worker that cannot, the operator who looks later.

use std::collections::BTreeSet;

use db::{
    door::hosts,
    tenant::jobs::{self, NewJob},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use tests::{AVA, FAIRFIELD, World, an_enquiry};
use types::{EventKey, EventType, JobId, TestIds};

/// So many that a worker cannot have done them all when it has done one.
const MANY: usize = 150;

#[tokio::test]
async fn a_worker_killed_at_work_loses_nothing_and_doubles_nothing() {
    let world = World::seeded()
        .await
        .with("INGESTION_LEASE_SECONDS", "1")
        .with("INGESTION_BATCH_SIZE", "5");
    let (web, crm) = (world.web().await, world.crm().await);
    let ava = crm.member(AVA).await;
    let visitor = web.caller(FAIRFIELD);
    let before = lead_count(&ava.get("/api/summary").await.json());
    let sent =
        (0..MANY).map(|n| visitor.post_json("/api/lead", an_enquiry(&format!("visitor-{n}@example.com"))));
    for answer in futures::future::join_all(sent).await {
        answer.expect(202);
    }
    let mut feed = ava.feed("/api/events/stream", None).await;

    let mut worker = world.worker().await;
    let first = feed.next("lead_created").await;
    worker.kill();
    let done = lead_count(&ava.get("/api/summary").await.json()) - before;
    assert!(done < MANY, "the worker was done before it could be killed");
    let _successor = world.worker().await;

    let mut created = BTreeSet::from([first.json()["leadId"].to_string()]);
    while created.len() < MANY {
        created.insert(feed.next("lead_created").await.json()["leadId"].to_string());
    }
    let after = lead_count(&ava.get("/api/summary").await.json());
    assert_eq!(after - before, MANY);
}

fn lead_count(summary: &Value) -> usize {
    summary["leadCount"].as_u64().unwrap().try_into().unwrap()
}

/// Puts a job in line that no website of ours would send.
async fn enqueue(world: &World, event_type: &str, payload: &str) -> JobId {
    let site = hosts::find(world.db(), &FAIRFIELD.parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    let ids = TestIds::default();
    let id = JobId::new(&ids);
    let job = NewJob {
        id,
        event_key: EventKey::from_submission(EventType::LeadSubmitted, site.scope.tenant_id(), payload),
        event_type: event_type.to_owned(),
        payload: payload.to_owned(),
        request_id: None,
        created_at: Timestamp::UNIX_EPOCH,
    };
    jobs::enqueue(world.db(), &site.scope, job).await.unwrap();
    id
}

#[tokio::test]
async fn what_cannot_be_read_is_put_aside_listed_and_put_back() {
    let world = World::seeded().await;
    let id = enqueue(
        &world,
        "website.tour.requested",
        r#"{"eventType":"website.tour.requested"}"#,
    )
    .await
    .to_string();

    let drained = world.drain().await;
    let listed = world
        .queue(&["dead-letter", "list", "--tenant", "fairfield"])
        .await
        .expect(0)
        .json();

    assert_eq!(drained["event"], "drain_result");
    assert_eq!(drained["totalDeadLettered"], 1);
    assert_eq!(listed["event"], "dead_letter_list_result");
    assert_eq!(listed["tenantId"], "tenant_fairfield");
    assert_eq!(listed["limit"], 50);
    assert_eq!(listed["offset"], 0);
    assert_eq!(listed["count"], 1);
    assert_eq!(listed["includePayload"], false);
    let dead = &listed["jobs"][0];
    assert_eq!(dead["id"], id);
    assert_eq!(dead["tenantId"], "tenant_fairfield");
    assert_eq!(dead["eventType"], "website.tour.requested");
    assert_eq!(dead["attemptCount"], 1);
    assert!(
        dead["lastError"].as_str().unwrap().starts_with("invalid_payload"),
        "{dead}"
    );
    assert!(dead["deadLetteredAt"].is_string());
    assert!(dead.get("payload").is_none(), "nobody asked for what is in it");

    let requeued = world
        .queue(&["dead-letter", "requeue", "--job", &id])
        .await
        .expect(0)
        .json();
    let expected = json!({"event": "dead_letter_requeue_single_result", "jobId": id, "requeued": true});
    assert_eq!(requeued, expected);
    let again = world
        .queue(&["dead-letter", "requeue", "--job", &id])
        .await
        .expect(1)
        .json();
    assert_eq!(again["requeued"], false);
    assert_eq!(world.drain().await["totalDeadLettered"], 1);
    let trail = world
        .admin(&["audit", "list", "--tenant", "fairfield", "--json"])
        .await
        .expect(0)
        .jsons();
    assert!(
        trail.iter().any(|event| event["action"] == "ingestion.requeue"),
        "{trail:?}"
    );
}

#[tokio::test]
async fn many_are_put_back_at_once() {
    let world = World::seeded().await;
    enqueue(&world, "website.tour.requested", "{").await;
    world.drain().await;

    let looked = world
        .queue(&["dead-letter", "requeue", "--all", "--dry-run"])
        .await
        .expect(0)
        .json();
    let by_tenant = ["dead-letter", "requeue", "--tenant", "hudson"];
    let nobodys = world.queue(&by_tenant).await.expect(0).json();
    let requeued = world
        .queue(&["dead-letter", "requeue", "--all"])
        .await
        .expect(0)
        .json();

    assert_eq!(looked["event"], "dead_letter_requeue_batch_result");
    assert_eq!(looked["requeuedCount"], 1);
    assert_eq!(nobodys["requeuedCount"], 0);
    assert_eq!(requeued["requeuedCount"], 1);
    assert_eq!(requeued["skippedCount"], 0);
}

#[tokio::test]
async fn a_payload_that_does_not_validate_waits_for_its_next_attempt() {
    let world = World::seeded().await;
    let event = json!({
        "eventType": "website.lead.submitted", "version": 1, "occurredAt": "2026-03-02T12:00:00Z",
        "tenant": {"tenantId": "tenant_fairfield", "tenantSlug": "fairfield", "tenantDomain": FAIRFIELD},
        "payload": {"source": "contact"},
    });
    enqueue(&world, "website.lead.submitted", &event.to_string()).await;

    let drained = world.drain().await;

    assert_eq!(drained["totalFailed"], 1);
    assert_eq!(drained["totalRequeued"], 1);
    assert_eq!(drained["totalDeadLettered"], 0);
}

#[tokio::test]
async fn an_event_of_another_tenant_is_put_aside() {
    let world = World::seeded().await;
    let event = json!({
        "eventType": "website.lead.submitted", "version": 1, "occurredAt": "2026-03-02T12:00:00Z",
        "tenant": {"tenantId": "tenant_hudson", "tenantSlug": "hudson", "tenantDomain": "hudson.localhost"},
        "payload": {"source": "contact", "contact": {"email": "ann@example.com", "phone": "203-555-0117"}},
    });
    enqueue(&world, "website.lead.submitted", &event.to_string()).await;

    let drained = world.drain().await;

    assert_eq!(drained["totalDeadLettered"], 1);
    assert_eq!(drained["totalProcessed"], 0);
}

#[tokio::test]
async fn the_jobs_of_a_suspended_tenant_wait_for_it() {
    let world = World::seeded().await;
    let web = world.web().await;
    web.caller(FAIRFIELD)
        .post_json("/api/lead", an_enquiry("ann@example.com"))
        .await
        .expect(202);
    world
        .admin(&["tenant", "suspend", "fairfield", "--yes"])
        .await
        .expect(0);

    assert_eq!(world.drain().await["totalPicked"], 0);
    world.admin(&["tenant", "activate", "fairfield"]).await.expect(0);
    assert_eq!(world.drain().await["totalProcessed"], 1);
}
