//! What the queue's statistics and small lines say after jobs were done, failed and given up.

use jiff::{SignedDuration, Timestamp};
use types::{Clock as _, EventKey, EventType, JobId, TestIds, effects::Effects, jobs::Decision};
use uuid::Uuid;

use super::{
    effects::{self, Work},
    leases, queue_hours,
    queue_statistics::{self, Statistics, Totals},
    queue_trends::{self, Trend},
};
use crate::{
    PlatformScope, TenantScope,
    door::claims::{self, ClaimRequest, Claimed, Round},
    tenant::jobs,
    testing::{TestDb, a_tenant},
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

struct Queue {
    test: TestDb,
    ids: TestIds,
    platform: PlatformScope,
    here: TenantScope,
    there: TenantScope,
}

impl Queue {
    async fn new() -> Self {
        let test = TestDb::new().await;
        let ids = TestIds::default();
        let here = a_tenant(&test.db, &ids, "here").await;
        let there = a_tenant(&test.db, &ids, "there").await;
        let platform = PlatformScope::of_worker();
        Self {
            test,
            ids,
            platform,
            here,
            there,
        }
    }

    fn now(&self) -> Timestamp {
        self.test.clock.now()
    }

    /// So many jobs of this tenant come now.
    async fn come(&self, scope: &TenantScope, count: usize) {
        for _ in 0..count {
            let id = JobId::new(&self.ids);
            let job = jobs::NewJob {
                id,
                event_key: EventKey::from_submission(
                    EventType::LeadSubmitted,
                    scope.tenant_id(),
                    &id.to_string(),
                ),
                event_type: EventType::LeadSubmitted.as_str().to_owned(),
                payload: "{}".to_owned(),
                request_id: None,
                created_at: self.now(),
            };
            jobs::enqueue(&self.test.db, scope, job).await.unwrap();
        }
    }

    async fn claim(&self, limit: i64) -> Vec<Claimed> {
        let request = ClaimRequest {
            limit,
            token: Uuid::from_u128(u128::try_from(limit).unwrap()),
            lease: SignedDuration::from_secs(60),
        };
        claims::claim(&self.test.db, &self.platform, &request, &mut Round::default())
            .await
            .unwrap()
            .jobs
    }

    async fn finish(&self, jobs: &[Claimed]) {
        let nothing = Effects::held(self.now(), 100);
        let work: Vec<Work<'_>> = jobs
            .iter()
            .map(|job| Work {
                job,
                effects: &nothing,
            })
            .collect();
        effects::finish(&self.test.db, &self.platform, &work)
            .await
            .unwrap();
    }

    async fn fail(&self, job: &Claimed, then: Decision) {
        let failed = leases::Failed {
            job,
            error: "ingestion_failed: x".to_owned(),
            then,
        };
        let mut tx = self.test.db.write(&self.platform).await.unwrap();
        leases::fail(&mut tx, &self.platform, "w", &[failed])
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    async fn statistics(&self, of: Option<&TenantScope>) -> Statistics {
        let mut tx = self.test.db.read(&self.platform).await.unwrap();
        let since = self.now() - 24 * HOUR;
        queue_statistics::list(&mut tx, &self.platform, of.map(TenantScope::tenant_id), since)
            .await
            .unwrap()
    }

    async fn trend(&self, of: &TenantScope) -> Trend {
        let lines = self.statistics(None).await.lines;
        let mut tx = self.test.db.read(&self.platform).await.unwrap();
        let trends = queue_trends::list(&mut tx, &self.platform, &lines, self.now())
            .await
            .unwrap();
        let key = (
            of.tenant_id().clone(),
            EventType::LeadSubmitted.as_str().to_owned(),
        );
        trends[&key].clone()
    }
}

#[tokio::test]
async fn jobs_are_counted_in_the_hours_they_came_and_left() {
    let queue = Queue::new().await;
    queue.come(&queue.here, 3).await;
    queue.test.clock.advance(HOUR);
    queue.finish(&queue.claim(2).await).await;
    queue.test.clock.advance(HOUR);
    queue.come(&queue.there, 1).await;

    let trend = queue.trend(&queue.here).await;

    assert_eq!(trend.depth[21..], [3, 1, 1]);
    assert_eq!(trend.done[21..], [0, 2, 0]);
    assert_eq!(trend.oldest_hours[21..], [1, 2, 3]);
    let all = queue.statistics(None).await;
    let of_line = |line: &queue_statistics::Line| (line.pending, line.processed);
    assert_eq!(
        all.lines.iter().map(of_line).collect::<Vec<_>>(),
        [(1, 2), (1, 0)]
    );
    let totals = Totals {
        lines: 2,
        pending: 2,
        processed: 2,
        oldest_pending_at: Some(queue.now() - 2 * HOUR),
        ..Totals::default()
    };
    assert_eq!(all.totals, totals);
    assert_eq!(queue.statistics(Some(&queue.there)).await.totals.pending, 1);
}

#[tokio::test]
async fn a_job_that_was_taken_over_is_counted_by_who_finished_it() {
    let queue = Queue::new().await;
    queue.come(&queue.here, 1).await;
    let late = queue.claim(1).await;
    queue.test.clock.advance(SignedDuration::from_secs(61));
    let mut tx = queue.test.db.write(&queue.platform).await.unwrap();
    leases::release_expired(&mut tx, &queue.platform, 5)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    queue.finish(&late).await;
    queue.finish(&queue.claim(2).await).await;

    let trend = queue.trend(&queue.here).await;
    assert_eq!(trend.done.iter().sum::<i64>(), 1);
    assert_eq!(trend.failures.iter().sum::<i64>(), 1, "the lease that ran out");
}

#[tokio::test]
async fn a_failed_attempt_is_counted_and_a_dead_letter_is_not_waited_for() {
    let queue = Queue::new().await;
    queue.come(&queue.here, 2).await;
    let jobs = queue.claim(2).await;

    queue.fail(&jobs[0], Decision::RetryAfter(HOUR)).await;
    queue.fail(&jobs[1], Decision::Bury).await;

    let trend = queue.trend(&queue.here).await;
    assert_eq!((trend.failures[23], trend.depth[23], trend.done[23]), (2, 1, 0));
}

#[tokio::test]
async fn hours_that_nobody_can_ask_about_are_forgotten() {
    let queue = Queue::new().await;
    queue.come(&queue.here, 1).await;
    queue.finish(&queue.claim(1).await).await;
    let forget = async || {
        let mut tx = queue.test.db.write(&queue.platform).await.unwrap();
        let gone = queue_hours::forget(&mut tx, &queue.platform, 10).await.unwrap();
        tx.commit().await.unwrap();
        gone
    };

    let early = forget().await;
    queue.test.clock.advance(33 * 24 * HOUR);
    let late = forget().await;

    assert_eq!((early, late), (0, 1));
}
