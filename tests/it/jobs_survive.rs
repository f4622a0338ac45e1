//! A job outlives whoever works on it: the killed worker, the worker that cannot, the operator who looks later.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::{AVA, Caller, FAIRFIELD, Feed, World, an_enquiry};
use types::{JobId, JobStatus};

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

/// Leads that take a worker seconds to read: time to do something to it while it holds them.
async fn enqueue_slow_leads(world: &World, count: usize) -> Vec<JobId> {
    let surprise = format!("[{}0]", "{\"a\":[1,2.5,\"x\"]},".repeat(60_000));
    let mut jobs = Vec::new();
    for number in 0..count {
        let event = json!({
            "eventType": "website.lead.submitted", "version": 1, "occurredAt": "2026-03-02T12:00:00Z",
            "tenant": {"tenantId": "tenant_fairfield", "tenantSlug": "fairfield", "tenantDomain": FAIRFIELD},
            "payload": {
                "source": "contact", "surprise": "<it>",
                "contact": {"email": format!("slow{number}@example.com"), "phone": format!("860-555-{number:04}")},
            },
        });
        let payload = event.to_string().replace("\"<it>\"", &surprise);
        jobs.push(world.enqueue("website.lead.submitted", &payload).await);
    }
    jobs
}

/// Follows the feed until so many leads were created, and says how many there are more than before.
async fn created_since(before: usize, ava: &Caller, feed: &mut Feed, count: usize) -> usize {
    let mut created = BTreeSet::new();
    while created.len() < count {
        created.insert(feed.next("lead_created").await.json()["leadId"].to_string());
    }
    lead_count(&ava.get("/api/summary").await.json()) - before
}

#[tokio::test]
async fn what_a_worker_held_when_it_was_killed_comes_back_with_its_lease() {
    let world = World::seeded().await.with("INGESTION_LEASE_SECONDS", "1");
    let crm = world.crm().await;
    let ava = crm.member(AVA).await;
    let before = lead_count(&ava.get("/api/summary").await.json());
    let mut feed = ava.feed("/api/events/stream", None).await;
    let jobs = enqueue_slow_leads(&world, 20).await;

    let mut worker = world.worker().await;
    world.until(jobs[0], JobStatus::Processing).await;
    worker.kill();
    assert_eq!(
        lead_count(&ava.get("/api/summary").await.json()),
        before,
        "nothing is half done"
    );
    let world = world.with("INGESTION_LEASE_SECONDS", "60");
    let _successor = world.worker().await;

    assert_eq!(created_since(before, &ava, &mut feed, 20).await, 20);
}

#[tokio::test]
async fn a_worker_that_stands_still_past_its_lease_commits_nothing() {
    let world = World::seeded().await.with("INGESTION_LEASE_SECONDS", "1");
    let crm = world.crm().await;
    let ava = crm.member(AVA).await;
    let before = lead_count(&ava.get("/api/summary").await.json());
    let mut feed = ava.feed("/api/events/stream", None).await;
    let jobs = enqueue_slow_leads(&world, 20).await;

    let sleeper = world.worker().await;
    world.until(jobs[0], JobStatus::Processing).await;
    world.freeze_between_writes(&sleeper).await;
    let world = world.with("INGESTION_LEASE_SECONDS", "60");
    let successor = world.worker().await;
    assert_eq!(created_since(before, &ava, &mut feed, 20).await, 20);
    sleeper.thaw();
    assert!(sleeper.stop().await.success());
    assert!(successor.stop().await.success());

    assert_eq!(lead_count(&ava.get("/api/summary").await.json()) - before, 20);
    for job in jobs {
        world.until(job, JobStatus::Processed).await;
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_put_aside_listed_and_put_back() {
    let world = World::seeded().await;
    let id = world
        .enqueue(
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
    world.enqueue("website.tour.requested", "{").await;
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
    world.enqueue("website.lead.submitted", &event.to_string()).await;

    let drained = world.drain().await;

    assert_eq!(drained["totalFailed"], 1);
    assert_eq!(drained["totalRequeued"], 1);
    assert_eq!(drained["totalDeadLettered"], 0);
    assert_eq!(world.drain().await["totalPicked"], 0, "not before its time");
}

#[tokio::test]
async fn an_event_of_another_tenant_is_put_aside() {
    let world = World::seeded().await;
    let event = json!({
        "eventType": "website.lead.submitted", "version": 1, "occurredAt": "2026-03-02T12:00:00Z",
        "tenant": {"tenantId": "tenant_hudson", "tenantSlug": "hudson", "tenantDomain": "hudson.localhost"},
        "payload": {"source": "contact", "contact": {"email": "ann@example.com", "phone": "203-555-0117"}},
    });
    world.enqueue("website.lead.submitted", &event.to_string()).await;

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
