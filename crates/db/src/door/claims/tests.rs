//! Who gets which job, and for how long, on whichever database the run is on.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use types::{
    Clock as _, EventKey, EventType, JobId, JobStatus, TenantStatus, TestClock, TestIds, jobs::Decision,
};
use uuid::Uuid;

use super::{ClaimRequest, Claimed, Round};
use crate::{
    Db, PlatformScope, TenantScope,
    backend::Only,
    platform::{self, leases},
    tenant::jobs,
    testing::{TestDb, a_tenant, end_service},
};

const WORKER: PlatformScope = PlatformScope::of_worker();

fn now() -> Timestamp {
    TestClock::default().now()
}

async fn enqueue(db: &Db, ids: &TestIds, scope: &TenantScope, submission: &str) -> JobId {
    let job = jobs::NewJob {
        id: JobId::new(ids),
        event_key: EventKey::from_submission(EventType::LeadSubmitted, scope.tenant_id(), submission),
        event_type: EventType::LeadSubmitted.as_str().to_owned(),
        payload: "{}".to_owned(),
        request_id: None,
        created_at: now(),
    };
    jobs::enqueue(db, scope, job).await.unwrap().job_id()
}

fn request(token: u128) -> ClaimRequest {
    ClaimRequest {
        limit: 10,
        token: Uuid::from_u128(token),
        lease: SignedDuration::from_secs(60),
    }
}

async fn claim(db: &Db, token: u128) -> Vec<Claimed> {
    super::claim(db, &WORKER, &request(token), &mut Round::default())
        .await
        .unwrap()
        .jobs
}

async fn release_expired(db: &Db) -> leases::Released {
    let mut tx = db.write(&WORKER).await.unwrap();
    let released = leases::release_expired(&mut tx, &WORKER, 5).await.unwrap();
    tx.commit().await.unwrap();
    released
}

async fn give_back(db: &Db, job: &Claimed) -> usize {
    let mut tx = db.write(&WORKER).await.unwrap();
    let held = leases::give_back(&mut tx, &WORKER, &[job]).await.unwrap();
    tx.commit().await.unwrap();
    held.len()
}

async fn suspend(db: &Db, scope: &TenantScope) {
    end_service(db, scope, TenantStatus::Suspended).await;
}

async fn status(db: &Db, scope: &TenantScope, id: JobId) -> JobStatus {
    let mut tx = db.read(scope).await.unwrap();
    let Only(status) = tx
        .query("SELECT status AS value FROM ingestion_jobs WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_one()
        .await
        .unwrap();
    status
}

#[tokio::test]
async fn a_job_is_claimed_once_and_given_back_only_by_who_holds_it() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let id = enqueue(&test.db, &ids, &here, "one").await;

    let claimed = claim(&test.db, 1).await;
    assert_eq!(
        claimed
            .iter()
            .map(|job| (job.id, job.attempt, &job.scope))
            .collect::<Vec<_>>(),
        [(id, 1, &here)]
    );
    assert!(claim(&test.db, 2).await.is_empty());

    let thief = Claimed {
        token: Uuid::from_u128(9),
        ..claimed[0].clone()
    };
    assert_eq!(give_back(&test.db, &thief).await, 0);
    assert_eq!(give_back(&test.db, &claimed[0]).await, 1);
    assert_eq!(status(&test.db, &here, id).await, JobStatus::Pending);
}

#[tokio::test]
async fn a_lease_that_ran_out_returns_the_job_and_locks_its_late_worker_out() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let id = enqueue(&test.db, &ids, &here, "one").await;
    let late = claim(&test.db, 1).await.remove(0);
    test.clock.advance(SignedDuration::from_secs(61));

    let released = release_expired(&test.db).await;

    let expired = leases::Expired {
        id,
        tenant_id: here.tenant_id().clone(),
        event_type: late.event_type.clone(),
        created_at: late.created_at,
        attempt: 1,
        request_id: None,
    };
    assert_eq!((released.requeued, released.buried), (vec![expired], vec![]));
    assert_eq!(claim(&test.db, 2).await[0].attempt, 2);
    assert_eq!(give_back(&test.db, &late).await, 0);
    assert_eq!(status(&test.db, &here, id).await, JobStatus::Processing);
}

#[tokio::test]
async fn a_suspended_tenants_jobs_wait() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    enqueue(&test.db, &ids, &here, "one").await;

    suspend(&test.db, &here).await;

    assert!(claim(&test.db, 1).await.is_empty());
}

#[tokio::test]
async fn a_dead_letter_is_requeued_once() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let id = enqueue(&test.db, &ids, &here, "one").await;
    let job = claim(&test.db, 1).await.remove(0);
    let failed = leases::Failed {
        job: &job,
        error: "invalid_payload: x".to_owned(),
        then: Decision::Bury,
    };
    let mut tx = test.db.write(&WORKER).await.unwrap();
    leases::fail(&mut tx, &WORKER, "w", &[failed]).await.unwrap();
    tx.commit().await.unwrap();

    let platform = PlatformScope::of_worker();
    let mut tx = test.db.write(&platform).await.unwrap();
    let everything = platform::jobs::DeadLetterFilter {
        reason: Some("invalid_payload".to_owned()),
        ..platform::jobs::DeadLetterFilter::all()
    };
    let dead = platform::jobs::list_dead(&mut tx, &platform, &everything)
        .await
        .unwrap();
    assert_eq!((dead[0].id, dead[0].attempt_count), (id, 1));
    let requeued = platform::jobs::requeue(&mut tx, &platform, id).await.unwrap();
    assert_eq!(requeued.as_ref(), Some(here.tenant_id()));
    assert_eq!(
        platform::jobs::requeue(&mut tx, &platform, id).await.unwrap(),
        None
    );
    tx.commit().await.unwrap();

    assert_eq!(claim(&test.db, 2).await[0].attempt, 1);
}

#[tokio::test]
async fn a_tenant_with_many_jobs_does_not_starve_its_neighbours() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let busy = a_tenant(&test.db, &ids, "busy").await;
    let quiet = a_tenant(&test.db, &ids, "quiet").await;
    for number in 0..30 {
        enqueue(&test.db, &ids, &busy, &number.to_string()).await;
    }
    let mut round = Round::default();
    let mut claim = async |token| {
        round.look_around();
        let jobs = super::claim(&test.db, &WORKER, &request(token), &mut round)
            .await
            .unwrap()
            .jobs;
        let of = |scope: &TenantScope| jobs.iter().filter(|job| job.scope == *scope).count();
        (of(&busy), of(&quiet))
    };

    assert_eq!(claim(1).await, (10, 0), "alone, a tenant has the whole batch");
    for number in 0..8 {
        enqueue(&test.db, &ids, &quiet, &number.to_string()).await;
    }
    assert_eq!(claim(2).await, (2, 8), "the neighbour's turn comes first");
    assert_eq!(
        claim(3).await,
        (5, 0),
        "as many tenants as last time share the batch"
    );
    assert_eq!(claim(4).await, (10, 0), "and it is alone again");
}

#[tokio::test]
async fn paused_jobs_wait_until_they_are_resumed() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let there = a_tenant(&test.db, &ids, "there").await;
    enqueue(&test.db, &ids, &here, "one").await;
    enqueue(&test.db, &ids, &there, "two").await;
    let platform = PlatformScope::of_command_line();
    let due = async || {
        let mut tx = test.db.read(&platform).await.unwrap();
        platform::jobs::next_due(&mut tx, &platform).await.unwrap()
    };

    let mut tx = test.db.write(&platform).await.unwrap();
    assert!(
        platform::queue::pause(&mut tx, &platform, None, "cli:ann", now())
            .await
            .unwrap()
    );
    assert!(
        !platform::queue::pause(&mut tx, &platform, None, "cli:ann", now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert!(claim(&test.db, 1).await.is_empty());
    assert_eq!(due().await, None);

    let mut tx = test.db.write(&platform).await.unwrap();
    assert!(platform::queue::resume(&mut tx, &platform, None).await.unwrap());
    let paused = Some(here.tenant_id());
    platform::queue::pause(&mut tx, &platform, paused, "cli:ann", now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(due().await, Some(SignedDuration::ZERO));
    let claimed = claim(&test.db, 2).await;
    assert_eq!(claimed.iter().map(|job| &job.scope).collect::<Vec<_>>(), [&there]);
}

#[tokio::test]
async fn a_claim_goes_on_where_the_last_one_ended_and_looks_back_when_nothing_is_left_there() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    for number in 0..25 {
        enqueue(&test.db, &ids, &here, &number.to_string()).await;
    }
    let mut round = Round::default();
    let mut claim = async |token| {
        let jobs = super::claim(&test.db, &WORKER, &request(token), &mut round).await;
        round.rest_until(Instant::now() + Duration::from_hours(1));
        jobs.unwrap().jobs
    };

    let first = claim(1).await;
    assert_eq!(give_back(&test.db, &first[0]).await, 1);
    let second = claim(2).await;
    assert!(
        second.iter().all(|job| job.id > first[9].id),
        "what lies behind waits"
    );
    assert_eq!(claim(3).await.len(), 5);

    let left: Vec<JobId> = claim(4).await.iter().map(|job| job.id).collect();
    assert_eq!(left, [first[0].id]);
    assert!(claim(5).await.is_empty());
}

#[tokio::test]
async fn a_tenant_that_is_paused_while_it_is_served_waits() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    for number in 0..25 {
        enqueue(&test.db, &ids, &here, &number.to_string()).await;
    }
    let mut round = Round::default();
    super::claim(&test.db, &WORKER, &request(1), &mut round)
        .await
        .unwrap();

    let mut tx = test.db.write(&WORKER).await.unwrap();
    platform::queue::pause(&mut tx, &WORKER, Some(here.tenant_id()), "cli:ann", now())
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let claimed = super::claim(&test.db, &WORKER, &request(2), &mut round)
        .await
        .unwrap();
    assert!(claimed.is_empty(), "{claimed:?}");
}

#[tokio::test]
async fn a_lease_is_extended_for_who_holds_it() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    enqueue(&test.db, &ids, &here, "one").await;
    enqueue(&test.db, &ids, &here, "two").await;
    let mut jobs = claim(&test.db, 1).await;
    jobs[1].token = Uuid::from_u128(9);

    test.clock.advance(SignedDuration::from_secs(40));
    let mut tx = test.db.write(&WORKER).await.unwrap();
    let both: Vec<&Claimed> = jobs.iter().collect();
    let held = leases::extend(&mut tx, &WORKER, &both, SignedDuration::from_secs(60))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    test.clock.advance(SignedDuration::from_secs(40));

    assert_eq!(held.into_iter().collect::<Vec<_>>(), [jobs[0].id]);
    assert_eq!(release_expired(&test.db).await.requeued.len(), 1);
    assert_eq!(status(&test.db, &here, jobs[0].id).await, JobStatus::Processing);
}

#[tokio::test]
async fn without_a_clock_of_a_test_the_database_says_what_time_it_is() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    enqueue(&test.db, &ids, &here, "one").await;
    let db = TestDb::connect(&test.url).await;

    let claimed = claim(&db, 1).await.remove(0);

    assert!(
        claimed.claimed_at > now() + SignedDuration::from_hours(24),
        "{}",
        claimed.claimed_at
    );
    assert_eq!(release_expired(&test.db).await, leases::Released::default());
}
