//! A worker that ends or stands still, wherever it is: its jobs come back whole, and nothing of it is left behind.

use futures::future::join_all;
use serde_json::Value;
use tests::{AVA, Caller, FAIRFIELD, Process, World, an_enquiry};
use types::{JobId, JobStatus};

/// Contacts, leads and activities of fairfield, as its CRM counts them.
async fn counts(ava: &Caller) -> [i64; 3] {
    let summary = ava.get("/api/summary").await.expect(200).json();
    ["contactCount", "leadCount", "activityCount"].map(|name| summary[name].as_i64().unwrap())
}

async fn enquiries(web: &Process, count: usize) -> Vec<JobId> {
    let visitor = web.caller(FAIRFIELD);
    let sent =
        (0..count).map(|n| visitor.post_json("/api/lead", an_enquiry(&format!("visitor-{n}@example.com"))));
    let answers = join_all(sent).await;
    let job = |answer: tests::Answer| -> Value { answer.expect(202).json()["jobId"].clone() };
    let jobs = answers.into_iter().map(job);
    jobs.map(|id| id.as_str().unwrap().parse().unwrap()).collect()
}

async fn until_all(world: &World, jobs: &[JobId], status: JobStatus) {
    for job in jobs {
        world.until(*job, status).await;
    }
}

#[tokio::test]
async fn killed_in_the_middle_of_its_effects_it_leaves_none_of_them() {
    let world = World::seeded().await.with("INGESTION_LEASE_SECONDS", "1");
    let (web, crm) = (world.web().await, world.crm().await);
    let ava = crm.member(AVA).await;
    let before = counts(&ava).await;
    let jobs = enquiries(&web, 5).await;
    let obstacle = world.obstacle().await;

    let mut worker = world.worker().await;
    world.until_somebody_stands_before(&obstacle).await;
    assert_eq!(counts(&ava).await, before, "seen before it was committed");
    worker.kill();
    obstacle.clear().await;

    assert_eq!(counts(&ava).await, before, "half a batch was left behind");
    let world = world.with("INGESTION_LEASE_SECONDS", "60");
    let _successor = world.worker().await;
    until_all(&world, &jobs, JobStatus::Processed).await;
    assert_eq!(counts(&ava).await, before.map(|count| count + 5));
}

#[tokio::test]
async fn killed_after_its_effects_it_has_had_them_once() {
    let world = World::seeded().await.with("INGESTION_LEASE_SECONDS", "1");
    let (web, crm) = (world.web().await, world.crm().await);
    let ava = crm.member(AVA).await;
    let before = counts(&ava).await;
    let mut worker = world.worker().await;

    let jobs = enquiries(&web, 5).await;
    until_all(&world, &jobs, JobStatus::Processed).await;
    worker.kill();
    let last = enquiries(&web, 6).await;
    let _successor = world.worker().await;
    until_all(&world, &last, JobStatus::Processed).await;

    assert_eq!(last[..5], jobs, "a form sent again is the same event");
    assert_eq!(counts(&ava).await, before.map(|count| count + 6));
}

#[tokio::test]
async fn two_and_eight_workers_at_once_take_each_job_once() {
    for count in [2, 8] {
        let world = World::seeded().await.with("INGESTION_BATCH_SIZE", "7");
        let (web, crm) = (world.web().await, world.crm().await);
        let ava = crm.member(AVA).await;
        let before = counts(&ava).await;
        let jobs = enquiries(&web, 120).await;

        let drains = join_all((0..count).map(|_| world.drain())).await;

        let processed: u64 = drains
            .iter()
            .map(|drained| drained["totalProcessed"].as_u64().unwrap())
            .sum();
        assert_eq!(processed, 120, "{count} workers: {drains:?}");
        for job in jobs {
            let job = world.job(job).await;
            assert_eq!(
                (job.status, job.attempt_count),
                (JobStatus::Processed, 1),
                "{count} workers"
            );
        }
        assert_eq!(counts(&ava).await, before.map(|of| of + 120), "{count} workers");
    }
}

#[tokio::test]
async fn a_dead_letter_requeued_by_twenty_at_once_goes_back_once() {
    let world = World::seeded().await;
    let id = world.enqueue("", "{").await.to_string();
    world.drain().await;

    let requeue = ["dead-letter", "requeue", "--job", &id];
    let answers = join_all((0..20).map(|_| world.queue(&requeue))).await;

    let done = answers.iter().filter(|answer| answer.code == 0).count();
    let refused = answers.iter().filter(|answer| answer.code == 1).count();
    assert_eq!((done, refused), (1, 19), "{answers:?}");
    let trail = world
        .admin(&["audit", "list", "--tenant", "fairfield", "--json"])
        .await;
    let trail = trail.expect(0).jsons();
    let requeued = trail
        .iter()
        .filter(|event| event["action"] == "ingestion.requeue");
    assert_eq!(requeued.count(), 1, "{trail:?}");
}
