//! What other programs write into the table by SQL: refused at once, and never in the way of the others' jobs.

use jiff::{SignedDuration, Timestamp};
use types::{Clock as _, EventKey, EventType, JobId, TestClock, TestIds};
use uuid::Uuid;

use super::{Batch, ClaimRequest, Round};
use crate::{
    Error, PlatformScope, TenantScope,
    platform::{jobs, leases, queue_statistics},
    tenant,
    testing::{TestDb, a_tenant, by_sql, lower_the_fence, raise_the_fence, write_a_job},
};

const WORKER: PlatformScope = PlatformScope::of_worker();

/// A column and what somebody wrote there.
type Wrong = (&'static str, &'static str);

/// What the schema refuses on SQLite.
const SQLITE: [Wrong; 9] = [
    ("next_attempt_at", "'2026-03-02 08:50:00'"),
    ("next_attempt_at", "'2026-03-02T08:50:00+02:00'"),
    ("next_attempt_at", "'9999-12-31T23:59:59Z'"),
    ("created_at", "'garbage'"),
    ("id", "'job-42'"),
    ("id", "'0199C5A4-7C1E-7D2B-9F0A-3B8D5E6F7A80'"),
    ("id", "'0199c5a47c1e7d2b9f0a3b8d5e6f7a80'"),
    ("attempt_count", "9223372036854775807"),
    ("attempt_count", "-1"),
];

/// What the schema refuses on PostgreSQL.
const POSTGRES: [Wrong; 6] = [
    ("created_at", "'infinity'"),
    ("created_at", "'-infinity'"),
    ("next_attempt_at", "'infinity'"),
    ("next_attempt_at", "'4713-01-01 00:00:00+00 BC'"),
    ("attempt_count", "9223372036854775807"),
    ("attempt_count", "-1"),
];

/// What is due and that nobody can work on, should it come past the fence.
const UNREADABLE_SQLITE: [Wrong; 7] = [
    ("next_attempt_at", "'2026-03-02 08:50:00'"),
    ("created_at", "'garbage'"),
    ("created_at", "'2026-13-45T08:50:00.000000Z'"),
    ("id", "'job-42'"),
    ("id", "'0199C5A4-7C1E-7D2B-9F0A-3B8D5E6F7A80'"),
    ("id", "'0199c5a47c1e7d2b9f0a3b8d5e6f7a80'"),
    ("payload", "CAST(x'ff' AS TEXT)"),
];
const UNREADABLE_POSTGRES: [Wrong; 2] = [("created_at", "'infinity'"), ("created_at", "'-infinity'")];

/// A queue with one job that everybody can read.
struct Queue {
    test: TestDb,
    here: TenantScope,
    healthy: JobId,
}

impl Queue {
    async fn new() -> Self {
        let (test, ids) = (TestDb::new().await, TestIds::default());
        let here = a_tenant(&test.db, &ids, "here").await;
        let healthy = Self::enqueue(&test, &ids, &here, TestClock::default().now()).await;
        Self { test, here, healthy }
    }

    /// The same, and a schema that refuses nothing.
    async fn without_a_fence() -> Self {
        let queue = Self::new().await;
        lower_the_fence(&queue.test.db).await;
        queue
    }

    async fn enqueue(test: &TestDb, ids: &TestIds, scope: &TenantScope, at: Timestamp) -> JobId {
        let id = JobId::new(ids);
        let job = tenant::jobs::NewJob {
            id,
            event_key: EventKey::from_submission(
                EventType::LeadSubmitted,
                scope.tenant_id(),
                &id.to_string(),
            ),
            event_type: EventType::LeadSubmitted.as_str().to_owned(),
            payload: "{}".to_owned(),
            request_id: None,
            created_at: at,
        };
        tenant::jobs::enqueue(&test.db, scope, job).await.unwrap();
        id
    }

    fn is_on_postgres(&self) -> bool {
        self.test.url.starts_with("postgres")
    }

    async fn write(&self, (column, value): Wrong) -> crate::Result<()> {
        write_a_job(&self.test.db, &self.here, column, value).await
    }

    async fn claim(&self) -> Batch {
        let request = ClaimRequest {
            limit: 10,
            token: Uuid::from_u128(1),
            lease: SignedDuration::from_secs(60),
        };
        super::claim(&self.test.db, &WORKER, &request, &mut Round::default())
            .await
            .unwrap()
    }

    async fn release_expired(&self) -> leases::Released {
        let mut tx = self.test.db.write(&WORKER).await.unwrap();
        let released = leases::release_expired(&mut tx, &WORKER, 5).await.unwrap();
        tx.commit().await.unwrap();
        released
    }
}

#[tokio::test]
async fn a_row_that_no_worker_could_read_is_refused_with_what_is_expected() {
    let queue = Queue::new().await;
    let all: &[Wrong] = match queue.is_on_postgres() {
        true => &POSTGRES,
        false => &SQLITE,
    };

    for wrong in all {
        let refused = queue.write(*wrong).await.unwrap_err();

        let Error::Driver(why) = &refused else {
            panic!("{wrong:?}: {refused:?}")
        };
        let expected = [
            "must be a time in UTC",
            "must_be_",
            "must be a UUID",
            "must be from",
        ];
        let why = why.to_string();
        assert!(
            expected.iter().any(|words| why.contains(words)),
            "{wrong:?}: {why}"
        );
    }
    for changed in ["next_attempt_at", "created_at", "dead_lettered_at"] {
        let far = format!("UPDATE ingestion_jobs SET {changed} = '9999-12-31T00:00:00Z'");
        assert!(
            by_sql(&queue.test.db, far.leak()).await.is_err(),
            "{changed} was changed"
        );
    }
}

#[tokio::test]
async fn times_in_whole_seconds_or_milliseconds_are_as_good_as_ours() {
    let queue = Queue::new().await;

    queue
        .write(("next_attempt_at", "'2026-03-02T08:00:00.125Z'"))
        .await
        .unwrap();

    assert_eq!(queue.claim().await.jobs.len(), 2);
}

#[tokio::test]
async fn a_row_that_came_past_the_fence_is_set_aside_and_its_neighbour_is_worked_on() {
    let on_postgres = Queue::new().await.is_on_postgres();
    let all: &[Wrong] = match on_postgres {
        true => &UNREADABLE_POSTGRES,
        false => &UNREADABLE_SQLITE,
    };
    for wrong in all {
        let queue = Queue::without_a_fence().await;
        queue.write(*wrong).await.unwrap();

        let claimed = queue.claim().await;

        let jobs: Vec<JobId> = claimed.jobs.iter().map(|job| job.id).collect();
        assert_eq!(jobs, [queue.healthy], "{wrong:?}");
        let aside = &claimed.set_aside[0];
        let begins = format!("invalid_payload: the column {} of this job holds", wrong.0);
        assert!(aside.error.starts_with(&begins), "{wrong:?}: {}", aside.error);
        let mut tx = queue.test.db.write(&WORKER).await.unwrap();
        let everything = jobs::DeadLetterFilter::all();
        let dead = jobs::list_dead(&mut tx, &WORKER, &everything).await.unwrap();
        assert_eq!(dead[0].id, aside.id, "{wrong:?}");
        assert_eq!(dead[0].last_error.as_ref(), Some(&aside.error), "{wrong:?}");
        let requeued = jobs::requeue(&mut tx, &WORKER, aside.id).await.unwrap();
        assert!(requeued.is_some(), "{wrong:?}");
        tx.commit().await.unwrap();
        assert_eq!(queue.claim().await.jobs[0].id, aside.id, "{wrong:?}");
    }
}

#[tokio::test]
async fn attempts_without_end_do_not_stop_a_claim() {
    let queue = Queue::without_a_fence().await;
    queue
        .write(("attempt_count", "9223372036854775807"))
        .await
        .unwrap();

    let mut attempts: Vec<i64> = queue.claim().await.jobs.iter().map(|job| job.attempt).collect();

    attempts.sort_unstable();
    assert_eq!(attempts, [1, 1_000_000]);
}

#[tokio::test]
async fn a_job_from_before_1970_is_claimed() {
    let queue = Queue::new().await;
    queue
        .write(("next_attempt_at", "'1969-07-20T20:17:40Z'"))
        .await
        .unwrap();

    assert_eq!(queue.claim().await.jobs.len(), 2);
}

#[tokio::test]
async fn a_job_in_process_without_a_lease_that_ends_is_taken_back() {
    let queue = Queue::new().await;
    let endless = match queue.is_on_postgres() {
        true => "UPDATE ingestion_jobs SET lease_until = 'infinity'",
        false => "UPDATE ingestion_jobs SET lease_until = 'zzz'",
    };
    for statement in ["UPDATE ingestion_jobs SET lease_until = NULL", endless] {
        assert_eq!(queue.claim().await.jobs.len(), 1, "{statement}");
        by_sql(&queue.test.db, statement).await.unwrap();

        let released = queue.release_expired().await;

        assert_eq!(released.requeued[0].id, queue.healthy, "{statement}");
    }
}

#[tokio::test]
async fn a_job_that_became_unreadable_under_its_lease_keeps_no_other_from_being_taken_back() {
    let queue = Queue::without_a_fence().await;
    queue.write(("payload", "'second'")).await.unwrap();
    assert_eq!(queue.claim().await.jobs.len(), 2);
    let garbled = match queue.is_on_postgres() {
        true => "UPDATE ingestion_jobs SET created_at = 'infinity' WHERE payload = 'second'",
        false => "UPDATE ingestion_jobs SET created_at = 'garbage' WHERE payload = 'second'",
    };
    let over = "UPDATE ingestion_jobs SET lease_until = '2026-01-01T00:00:00.000000Z'";
    for statement in [garbled, over] {
        by_sql(&queue.test.db, statement).await.unwrap();
    }

    let released = queue.release_expired().await;
    let claimed = queue.claim().await;

    let requeued: Vec<JobId> = released.requeued.iter().map(|job| job.id).collect();
    assert_eq!(requeued, [queue.healthy]);
    assert_eq!((claimed.jobs.len(), claimed.set_aside.len()), (1, 1));
}

#[tokio::test]
async fn statistics_count_what_cannot_be_read() {
    let queue = Queue::without_a_fence().await;
    queue.claim().await;
    let wrong: [Wrong; 2] = match queue.is_on_postgres() {
        true => [("created_at", "'infinity'"), ("next_attempt_at", "'infinity'")],
        false => [("created_at", "'garbage'"), ("next_attempt_at", "'garbage'")],
    };
    for wrong in wrong {
        by_sql(
            &queue.test.db,
            "DELETE FROM ingestion_jobs WHERE status = 'pending'",
        )
        .await
        .unwrap();
        queue.write(wrong).await.unwrap();
        let mut tx = queue.test.db.read(&WORKER).await.unwrap();

        let depth = jobs::depth(&mut tx, &WORKER).await.unwrap();
        let statistics = queue_statistics::list(&mut tx, &WORKER, None, Timestamp::UNIX_EPOCH)
            .await
            .unwrap();
        let due = jobs::next_due(&mut tx, &WORKER).await;

        assert_eq!((depth.pending, statistics.totals.pending), (1, 1), "{wrong:?}");
        assert!(due.is_ok(), "{wrong:?}: {due:?}");
    }
}

#[tokio::test]
async fn what_was_written_before_the_fence_is_mended_when_it_comes() {
    let on_postgres = Queue::new().await.is_on_postgres();
    let all: &[Wrong] = match on_postgres {
        true => &POSTGRES,
        false => &SQLITE,
    };
    for wrong in all.iter().filter(|(_, value)| !value.contains("9999")) {
        let queue = Queue::without_a_fence().await;
        queue.write(*wrong).await.unwrap();

        raise_the_fence(&queue.test.db).await;

        queue
            .test
            .clock
            .advance(SignedDuration::from_hours(24 * 365 * 100));
        let claimed = queue.claim().await;
        assert_eq!((claimed.jobs.len(), claimed.set_aside.len()), (2, 0), "{wrong:?}");
    }
}
