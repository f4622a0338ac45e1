//! What becomes of jobs that fail, hang, panic, outlive their worker or have to wait.

use std::{collections::HashSet, sync::Arc, time::Duration};

use db::{
    PlatformScope,
    door::claims::{self, ClaimRequest, Claimed},
    platform::{effects::Work, tenants},
    testing::{end_service, lower_the_fence, the_errors_of, write_a_job},
};
use futures::{
    FutureExt as _,
    future::{BoxFuture, pending},
};
use jiff::SignedDuration;
use tokio::sync::Notify;
use types::{Clock as _, Ids as _, JobId, JobStatus, TenantStatus, effects::Effects};

use super::{Tally, Worker};
use crate::{
    failure::JobError,
    ingest::{Ingest, Stories},
    testing::{House, a_lead_of, a_malformed_lead, a_malformed_valuation, an_event},
};

const NONE: [String; 0] = [];

const DEAD: Tally = Tally {
    picked: 1,
    processed: 0,
    requeued: 0,
    dead_lettered: 1,
};

const RETRIED: Tally = Tally {
    picked: 1,
    processed: 0,
    requeued: 1,
    dead_lettered: 0,
};

/// Panics over one event, hangs over another, talks over a third, and tells the rest like everybody else.
struct Faulty {
    stories: Stories,
    hanging: Arc<Notify>,
}

impl Ingest for Faulty {
    fn read(&self, job: &Claimed) -> Result<Effects, JobError> {
        assert!(
            !job.payload.contains("panic@"),
            "a panic that quotes {}",
            job.payload
        );
        if job.payload.contains("says@") {
            tracing::warn!("said while reading");
        }
        self.stories.read(job)
    }

    fn write<'a>(&'a self, batch: &'a [Work<'a>]) -> BoxFuture<'a, db::Result<HashSet<JobId>>> {
        async move {
            let has = |who: &str| batch.iter().any(|work| work.job.payload.contains(who));
            assert!(!has("panic-late@"), "a panic over one of {}", batch.len());
            if has("hang@") {
                self.hanging.notify_one();
                pending::<()>().await;
            }
            if has("says@") {
                tracing::warn!("said while writing");
            }
            if has("refused@") {
                return Err(db::Error::Unsupported("a value it cannot hold".to_owned()));
            }
            self.stories.write(batch).await
        }
        .boxed()
    }
}

pub(super) fn a_faulty_worker(house: &House, hanging: &Arc<Notify>) -> Worker {
    let mut worker = house.worker();
    worker.story = Arc::new(Faulty {
        stories: Stories::new(&house.context),
        hanging: Arc::clone(hanging),
    });
    worker
}

async fn claim_one(house: &House) -> Claimed {
    let request = ClaimRequest {
        limit: 1,
        token: house.ids.new_id(),
        lease: SignedDuration::from_secs(60),
    };
    let claimed = claims::claim(
        house.db(),
        &PlatformScope::of_worker(),
        &request,
        &mut claims::Round::default(),
    )
    .await;
    claimed.unwrap().jobs.remove(0)
}

#[tokio::test]
async fn what_nobody_can_ever_understand_is_buried_at_once() {
    let house = House::new().await;
    for (payload, error) in [
        (
            "{\"eventType\":",
            "invalid_payload: this event is not a JSON object",
        ),
        (
            &an_event("website.tour.requested", &"secret".into()).to_string(),
            "invalid_payload: this event has an unknown eventType",
        ),
        (
            &a_lead_of("ann@example.com", "203-555-0123")
                .to_string()
                .replace("tenant_here", "tenant_there"),
            "invalid_payload: this event belongs to another tenant than its job",
        ),
    ] {
        let job = house.enqueue_text(payload).await;

        let tally = house.drain().await;

        assert_eq!(tally, DEAD, "{payload}");
        let job = house.job(job).await;
        assert_eq!(
            (job.status, job.attempt_count),
            (JobStatus::DeadLetter, 1),
            "{payload}"
        );
        assert_eq!(job.last_error.as_deref(), Some(error));
    }
}

#[tokio::test]
async fn what_is_malformed_is_tried_again_when_its_time_has_come_and_the_fifth_failure_buries_it() {
    for (event, error) in [
        (
            a_malformed_lead(),
            "ingestion_failed: this event has an invalid payload.contact.email: must look like name@example.com",
        ),
        (
            a_malformed_valuation(),
            "ingestion_failed: this event has an invalid payload.baths: must be a number",
        ),
    ] {
        let house = House::new().await;
        let id = house.enqueue(&event).await;

        for (attempt, seconds) in [(1, 33), (2, 132), (3, 660), (4, 1_980)] {
            assert_eq!(house.drain().await, RETRIED);
            let job = house.job(id).await;
            assert_eq!((job.status, job.attempt_count), (JobStatus::Pending, attempt));
            assert_eq!(job.last_error.as_deref(), Some(error));
            assert_eq!(house.drain().await, Tally::default(), "not before its time");
            house.wait(seconds);
        }
        assert_eq!(house.drain().await, DEAD);

        let job = house.job(id).await;
        assert_eq!((job.status, job.attempt_count), (JobStatus::DeadLetter, 5));
        assert_eq!(the_errors_of(house.db(), id).await, [error; 5]);
        assert_eq!(
            (house.leads().await.len(), house.activities().await.len()),
            (0, 0)
        );
    }
}

#[tokio::test]
async fn a_panic_is_a_failure_of_its_job_alone_and_repeats_nothing_of_the_event() {
    let house = House::new().await;
    let poison = house
        .enqueue(&a_lead_of("panic@example.com", "203-555-0123"))
        .await;
    house.enqueue(&a_lead_of("ann@example.com", "203-555-0124")).await;

    let worker = a_faulty_worker(&house, &Arc::default());
    let tally = worker.batch(10, &house.context.stop).await.unwrap();

    assert_eq!((tally.processed, tally.requeued), (1, 1));
    let error = house.job(poison).await.last_error;
    assert_eq!(
        error.as_deref(),
        Some("ingestion_failed: the worker panicked over this event")
    );
}

#[tokio::test]
async fn a_job_that_hangs_fails_before_its_neighbours_lease_runs_out() {
    let house = House::new().await;
    let poison = house
        .enqueue(&a_lead_of("hang@example.com", "203-555-0123"))
        .await;
    house.enqueue(&a_lead_of("ann@example.com", "203-555-0124")).await;
    let mut worker = a_faulty_worker(&house, &Arc::default());
    worker.lease = Duration::from_secs(3);

    let tally = worker.batch(10, &house.context.stop).await.unwrap();

    assert_eq!((tally.processed, tally.requeued), (1, 1));
    let error = house.job(poison).await.last_error;
    assert_eq!(
        error.as_deref(),
        Some("ingestion_failed: this event took longer than a job may")
    );
}

#[tokio::test]
async fn the_culprit_of_a_batch_is_found_and_its_neighbours_lose_nothing() {
    let house = House::new().await;
    let mut jobs = Vec::new();
    for number in 0..13 {
        let name = match number {
            3 => "refused".to_owned(),
            9 => "panic-late".to_owned(),
            healthy => format!("visitor{healthy}"),
        };
        let event = a_lead_of(&format!("{name}@example.com"), &format!("203-555-01{number:02}"));
        jobs.push(house.enqueue(&event).await);
    }

    let worker = a_faulty_worker(&house, &Arc::default());
    let tally = worker.batch(100, &house.context.stop).await.unwrap();

    assert_eq!((tally.processed, tally.requeued), (11, 2));
    let mut culprits = Vec::new();
    for id in jobs {
        let job = house.job(id).await;
        assert_eq!(job.attempt_count, 1);
        culprits.extend(
            (job.status == JobStatus::Pending)
                .then_some(job.last_error)
                .flatten(),
        );
    }
    assert_eq!(
        culprits,
        [
            "ingestion_failed: a value it cannot hold",
            "ingestion_failed: the worker panicked over this event"
        ]
    );
}

#[tokio::test]
async fn a_worker_told_to_stop_gives_back_what_it_could_not_finish() {
    let house = House::with(&[("SHUTDOWN_GRACE", "0")]).await;
    let begun = house
        .enqueue(&a_lead_of("hang@example.com", "203-555-0123"))
        .await;
    let hanging = Arc::new(Notify::new());
    let worker = a_faulty_worker(&house, &hanging);

    let ((), tally) = tokio::join!(
        async {
            hanging.notified().await;
            house.context.stop.now();
        },
        worker.batch(10, &house.context.stop)
    );

    assert_eq!(tally.unwrap(), Tally::default());
    let begun = house.job(begun).await;
    assert_eq!((begun.status, begun.attempt_count), (JobStatus::Pending, 0));
}

#[tokio::test]
async fn a_lease_that_ran_out_returns_the_job_with_its_attempt_counted() {
    let house = House::new().await;
    let job = house.enqueue(&a_lead_of("ann@example.com", "203-555-0123")).await;
    claim_one(&house).await;
    let worker = house.worker();

    worker.release_expired().await.unwrap();
    assert_eq!(house.job(job).await.status, JobStatus::Processing);
    house.wait(61);
    worker.release_expired().await.unwrap();

    let stored = house.job(job).await;
    assert_eq!((stored.status, stored.attempt_count), (JobStatus::Pending, 1));
    assert_eq!(the_errors_of(house.db(), job).await.len(), 1);
    assert_eq!(house.drain().await.processed, 1);
}

#[tokio::test]
async fn a_worker_that_wakes_after_its_lease_commits_nothing() {
    let house = House::new().await;
    house.enqueue(&a_lead_of("ann@example.com", "203-555-0123")).await;
    let late = claim_one(&house).await;
    let worker = house.worker();
    house.wait(61);
    worker.release_expired().await.unwrap();

    let effects = worker.story.read(&late).unwrap();
    let held = worker
        .story
        .write(&[Work {
            job: &late,
            effects: &effects,
        }])
        .await
        .unwrap();

    assert!(held.is_empty(), "{held:?}");
    assert_eq!(house.leads().await, []);
    assert_eq!(house.contacts().await, []);
}

#[tokio::test]
async fn a_worker_whose_clock_is_an_hour_off_does_not_steal_stall_or_hurry_a_job() {
    for hours in [-1, 1] {
        let house = House::new().await;
        let worker = house.worker_whose_clock_is_off(hours);
        let batch = async || worker.batch(10, &house.context.stop).await.unwrap();
        let held = house.enqueue(&a_lead_of("ann@example.com", "203-555-0123")).await;
        claim_one(&house).await;

        worker.release_expired().await.unwrap();
        assert_eq!(
            house.job(held).await.status,
            JobStatus::Processing,
            "stolen, {hours}"
        );

        house.enqueue(&a_malformed_lead()).await;
        assert_eq!(batch().await, RETRIED, "{hours}");
        house.wait(26);
        assert_eq!(batch().await, Tally::default(), "hurried, {hours}");
        house.wait(8);
        assert_eq!(house.drain().await, RETRIED, "stalled, {hours}");
        house.wait(27);
        worker.release_expired().await.unwrap();
        assert_eq!(
            house.job(held).await.status,
            JobStatus::Pending,
            "never released, {hours}"
        );
    }
}

#[tokio::test]
async fn the_failures_of_a_batch_are_settled_together() {
    let house = House::new().await;
    for _ in 0..3 {
        house.enqueue(&a_malformed_lead()).await;
    }
    house.enqueue_text("{").await;
    let jobs = house.worker().claim(10).await.unwrap().jobs;
    let thief = Claimed {
        token: house.ids.new_id(),
        ..jobs[1].clone()
    };
    let mine = [jobs[0].clone(), thief, jobs[2].clone(), jobs[3].clone()];

    let tally = house
        .worker()
        .work_through(&mine, &house.context.stop)
        .await
        .unwrap();

    assert_eq!((tally.picked, tally.requeued, tally.dead_lettered), (4, 2, 1));
    assert_eq!(
        house.job(jobs[1].id).await.status,
        JobStatus::Processing,
        "it is not mine"
    );
    assert_eq!(the_errors_of(house.db(), jobs[1].id).await, NONE);
    assert_eq!(the_errors_of(house.db(), jobs[3].id).await.len(), 1);
}

#[tokio::test]
async fn a_batch_that_gets_on_extends_its_leases_and_drops_what_others_took_over() {
    let house = House::new().await;
    for (number, name) in ["ann", "refused", "taken", "bea"].into_iter().enumerate() {
        let event = a_lead_of(&format!("{name}@example.com"), &format!("203-555-010{number}"));
        house.enqueue(&event).await;
    }
    let mut worker = a_faulty_worker(&house, &Arc::default());
    worker.extend_after = Duration::ZERO;
    let mut claimed = worker.claim(10).await.unwrap().jobs;
    claimed[2].token = house.ids.new_id();

    let tally = worker.work_through(&claimed, &house.context.stop).await.unwrap();

    assert_eq!((tally.processed, tally.requeued), (2, 1));
    assert_eq!(tally.picked, 3, "the one that was taken over was not even tried");
    assert_eq!(house.job(claimed[2].id).await.status, JobStatus::Processing);
}

#[tokio::test]
async fn a_suspended_tenants_jobs_wait_until_it_is_active_again() {
    let house = House::new().await;
    house.enqueue(&a_lead_of("ann@example.com", "203-555-0123")).await;
    let become_ = async |from, to| {
        let platform = PlatformScope::of_worker();
        let mut tx = house.db().write(&platform).await.unwrap();
        let id = house.here.tenant_id();
        tenants::set_status(&mut tx, &platform, id, (from, to), house.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };

    become_(TenantStatus::Active, TenantStatus::Suspended).await;
    assert_eq!(house.drain().await.picked, 0);
    become_(TenantStatus::Suspended, TenantStatus::Active).await;

    assert_eq!(house.drain().await.processed, 1);
}

#[tokio::test]
async fn what_a_worker_holds_of_a_tenant_that_is_suspended_comes_to_its_end_or_waits_with_the_rest() {
    let house = House::new().await;
    let held = house.enqueue(&a_lead_of("ann@example.com", "203-555-0123")).await;
    let worker = house.worker();
    let jobs = worker.claim(10).await.unwrap().jobs;
    let failing = house.enqueue(&a_malformed_lead()).await;
    let more = worker.claim(10).await.unwrap().jobs;
    end_service(house.db(), &house.here, TenantStatus::Suspended).await;

    let tally = worker.work_through(&jobs, &house.context.stop).await.unwrap();
    assert_eq!(tally.processed, 1);
    assert_eq!(house.job(held).await.status, JobStatus::Processed);
    assert_eq!(
        worker.work_through(&more, &house.context.stop).await.unwrap(),
        RETRIED
    );
    house.wait(60);

    assert_eq!(house.drain().await, Tally::default());
    assert_eq!(house.job(failing).await.attempt_count, 1);
    assert_eq!(house.leads().await.len(), 1);
}

#[tokio::test]
async fn a_row_that_nobody_can_read_is_a_dead_letter_beside_a_job_that_has_its_effect() {
    let house = House::new().await;
    lower_the_fence(house.db()).await;
    let wrong = match house.test.url.starts_with("postgres") {
        true => "'infinity'",
        false => "'garbage'",
    };
    write_a_job(house.db(), &house.here, "created_at", wrong)
        .await
        .unwrap();
    house.enqueue(&a_lead_of("ann@example.com", "203-555-0123")).await;

    let tally = house.drain().await;

    assert_eq!((tally.picked, tally.processed, tally.dead_lettered), (2, 1, 1));
    assert_eq!(house.leads().await.len(), 1);
}

#[tokio::test]
async fn two_workers_take_each_job_once() {
    let house = House::new().await;
    for number in 0..30 {
        let email = format!("visitor{number}@example.com");
        house
            .enqueue(&a_lead_of(&email, &format!("203-555-01{number:02}")))
            .await;
    }
    let (one, other) = (house.worker(), house.worker());

    let (by_one, by_other) = tokio::join!(
        one.batch(20, &house.context.stop),
        other.batch(20, &house.context.stop)
    );

    let picked = by_one.unwrap().processed + by_other.unwrap().processed;
    assert_eq!(picked, 30);
    assert_eq!(house.leads().await.len(), 30);
}
