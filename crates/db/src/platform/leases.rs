//! What a worker does with the jobs it holds but giving them their effects: holds on, gives back, says what failed.
//!
//! Each is one statement for a whole batch, and each asks for the lease: of jobs that were taken over nothing changes.
//! The token alone is asked for, which only a job in process has: asked for the status as well, PostgreSQL may go
//! through everybody's leases instead of looking these jobs up.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use types::{FailureKind, JobId, JobStatus, TenantId, jobs::Decision};

use super::queue_hours::{Counted, Outcome};
use crate::{
    Error, PlatformScope, Result, Tx,
    backend::{FromRow, Only, Row, Sql},
    door::claims::Claimed,
};

/// An attempt that failed.
#[derive(Debug, Clone)]
pub struct Failed<'a> {
    /// The job.
    pub job: &'a Claimed,
    /// The text of `last_error`.
    pub error: String,
    /// What becomes of the job.
    pub then: Decision,
}

/// Holds on to jobs for another lease from now: for a worker that gets on. Says which it still holds.
pub async fn extend(
    tx: &mut Tx,
    _platform: &PlatformScope,
    jobs: &[&Claimed],
    lease: SignedDuration,
) -> Result<HashSet<JobId>> {
    const EXTEND: Sql = Sql {
        sqlite: "UPDATE ingestion_jobs AS job
                    SET lease_until = $1
                   FROM list
                  WHERE job.tenant_id = list.c0 AND job.id = list.c1
                    AND job.lease_token = list.c2
              RETURNING id AS value",
        postgres: "UPDATE ingestion_jobs AS job
                      SET lease_until = $4
                     FROM UNNEST($1, $2, $3) AS list (tenant_id, id, lease_token)
                    WHERE job.tenant_id = list.tenant_id AND job.id = list.id
                      AND job.lease_token = list.lease_token
                RETURNING job.id AS value",
    };
    if jobs.is_empty() {
        return Ok(HashSet::new());
    }
    let until = tx.time().await?.saturating_add(lease).unwrap_or(Timestamp::MAX);
    let held: Vec<Only<JobId>> = tx
        .bulk(EXTEND)
        .column(jobs.iter().map(|job| job.scope.tenant_id().clone()))
        .column(jobs.iter().map(|job| job.id))
        .column(jobs.iter().map(|job| job.token))
        .bind(until)
        .fetch_all()
        .await?;
    Ok(held.into_iter().map(|Only(id)| id).collect())
}

/// Puts jobs back that were claimed and not begun, as if they had never been claimed: for a worker that stops.
pub async fn give_back(tx: &mut Tx, _platform: &PlatformScope, jobs: &[&Claimed]) -> Result<HashSet<JobId>> {
    const GIVE_BACK: Sql = Sql {
        sqlite: "UPDATE ingestion_jobs AS job
                    SET status = 'pending', attempt_count = attempt_count - 1, lease_token = NULL, lease_until = NULL
                   FROM list
                  WHERE job.tenant_id = list.c0 AND job.id = list.c1
                    AND job.lease_token = list.c2
              RETURNING id AS value",
        postgres: "UPDATE ingestion_jobs AS job
                      SET status = 'pending', attempt_count = attempt_count - 1,
                          lease_token = NULL, lease_until = NULL
                     FROM UNNEST($1, $2, $3) AS list (tenant_id, id, lease_token)
                    WHERE job.tenant_id = list.tenant_id AND job.id = list.id
                      AND job.lease_token = list.lease_token
                RETURNING job.id AS value",
    };
    if jobs.is_empty() {
        return Ok(HashSet::new());
    }
    let held: Vec<Only<JobId>> = tx
        .bulk(GIVE_BACK)
        .column(jobs.iter().map(|job| job.scope.tenant_id().clone()))
        .column(jobs.iter().map(|job| job.id))
        .column(jobs.iter().map(|job| job.token))
        .fetch_all()
        .await?;
    tx.says_jobs_wait();
    Ok(held.into_iter().map(|Only(id)| id).collect())
}

/// Puts jobs back in line after a failure, or gives them up, and keeps what went wrong. Says which were still held.
pub async fn fail(
    tx: &mut Tx,
    _platform: &PlatformScope,
    worker: &str,
    failed: &[Failed<'_>],
) -> Result<HashSet<JobId>> {
    if failed.is_empty() {
        return Ok(HashSet::new());
    }
    let now = tx.time().await?;
    let held = settle(tx, failed, now).await?;
    let kept: Vec<&Failed<'_>> = failed
        .iter()
        .filter(|failed| held.contains(&failed.job.id))
        .collect();
    keep_attempts(tx, worker, &kept, now).await?;
    let mut counted = Counted::default();
    for Failed { job, .. } in &kept {
        counted.add(job.scope.tenant_id(), &job.event_type, job.created_at);
    }
    counted.write(tx, Outcome::Failed, now).await?;
    Ok(held)
}

async fn settle(tx: &mut Tx, failed: &[Failed<'_>], now: Timestamp) -> Result<HashSet<JobId>> {
    const SETTLE: Sql = Sql {
        sqlite: "UPDATE ingestion_jobs AS job
                    SET status = list.c3, last_error = list.c4,
                        next_attempt_at = COALESCE(list.c5, next_attempt_at),
                        dead_lettered_at = list.c6, lease_token = NULL, lease_until = NULL
                   FROM list
                  WHERE job.tenant_id = list.c0 AND job.id = list.c1
                    AND job.lease_token = list.c2
              RETURNING id AS value",
        postgres: "UPDATE ingestion_jobs AS job
                      SET status = list.status, last_error = list.error,
                          next_attempt_at = COALESCE(list.next_attempt_at, job.next_attempt_at),
                          dead_lettered_at = list.dead_lettered_at, lease_token = NULL, lease_until = NULL
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7)
                       AS list (tenant_id, id, lease_token, status, error, next_attempt_at, dead_lettered_at)
                    WHERE job.tenant_id = list.tenant_id AND job.id = list.id
                      AND job.lease_token = list.lease_token
                RETURNING job.id AS value",
    };
    let retried_at = |failed: &Failed<'_>| match failed.then {
        Decision::RetryAfter(delay) => Some(now.saturating_add(delay).unwrap_or(Timestamp::MAX)),
        Decision::Bury => None,
    };
    let held: Vec<Only<JobId>> = tx
        .bulk(SETTLE)
        .column(failed.iter().map(|failed| failed.job.scope.tenant_id().clone()))
        .column(failed.iter().map(|failed| failed.job.id))
        .column(failed.iter().map(|failed| failed.job.token))
        .column(failed.iter().map(|failed| match failed.then {
            Decision::RetryAfter(_) => JobStatus::Pending,
            Decision::Bury => JobStatus::DeadLetter,
        }))
        .column(failed.iter().map(|failed| failed.error.clone()))
        .column(failed.iter().map(retried_at))
        .column(
            failed
                .iter()
                .map(|failed| retried_at(failed).is_none().then_some(now)),
        )
        .fetch_all()
        .await?;
    Ok(held.into_iter().map(|Only(id)| id).collect())
}

async fn keep_attempts(tx: &mut Tx, worker: &str, failed: &[&Failed<'_>], now: Timestamp) -> Result<()> {
    const KEEP: Sql = Sql {
        sqlite: "INSERT INTO ingestion_attempts (tenant_id, job_id, number, started_at, error, worker, finished_at)
                 SELECT c0, c1, c2, c3, c4, $1, $2
                   FROM list
                  WHERE TRUE
                     ON CONFLICT (tenant_id, job_id, number, started_at) DO NOTHING",
        postgres: "INSERT INTO ingestion_attempts (tenant_id, job_id, number, started_at, error, worker, finished_at)
                   SELECT tenant_id, job_id, number, started_at, error, $6, $7
                     FROM UNNEST($1, $2, $3, $4, $5) AS list (tenant_id, job_id, number, started_at, error)
                       ON CONFLICT (tenant_id, job_id, number, started_at) DO NOTHING",
    };
    if failed.is_empty() {
        return Ok(());
    }
    tx.bulk(KEEP)
        .column(failed.iter().map(|failed| failed.job.scope.tenant_id().clone()))
        .column(failed.iter().map(|failed| failed.job.id))
        .column(failed.iter().map(|failed| failed.job.attempt))
        .column(failed.iter().map(|failed| failed.job.claimed_at))
        .column(failed.iter().map(|failed| failed.error.clone()))
        .bind(worker)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

/// What became of jobs whose worker died, or hung: at most as many as the workers there are could hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Released {
    /// Back in line.
    pub requeued: Vec<Expired>,
    /// Given up, because this was their last attempt.
    pub buried: Vec<Expired>,
}

/// A job whose lease ran out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    /// The job.
    pub id: JobId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// What its event says it is.
    pub event_type: String,
    /// When it came.
    pub created_at: Timestamp,
    /// The attempt that came to nothing.
    pub attempt: i64,
    /// The request it came with.
    pub request_id: Option<String>,
}

/// Takes jobs back whose lease ran out. The attempt stays counted, so a job that kills its worker is given up too.
pub async fn release_expired(tx: &mut Tx, _platform: &PlatformScope, max_attempts: i64) -> Result<Released> {
    let now = tx.time().await?;
    end_wrong_leases(tx, now).await?;
    // When the attempt began is not known; that it was over when the lease was, is.
    tx.query(
        "INSERT INTO ingestion_attempts (tenant_id, job_id, number, worker, started_at, finished_at, error)
         SELECT tenant_id, id, attempt_count, 'unknown', lease_until, $1, $2
           FROM ingestion_jobs
          WHERE status = 'processing' AND lease_until < $1
             ON CONFLICT (tenant_id, job_id, number, started_at) DO NOTHING",
    )
    .bind(now)
    .bind(lease_expired())
    .execute()
    .await?;
    let buried: Vec<Option<Expired>> = tx
        .query(
            "UPDATE ingestion_jobs
                SET status = 'dead_letter', last_error = $3, dead_lettered_at = $2,
                    lease_token = NULL, lease_until = NULL
              WHERE status = 'processing' AND lease_until < $2 AND attempt_count >= $1
          RETURNING id, tenant_id, event_type, created_at, attempt_count, request_id",
        )
        .bind(max_attempts)
        .bind(now)
        .bind(lease_expired())
        .fetch_all()
        .await?;
    let requeued: Vec<Option<Expired>> = tx
        .query(
            "UPDATE ingestion_jobs
                SET status = 'pending', last_error = $3, next_attempt_at = $2, lease_token = NULL, lease_until = NULL
              WHERE status = 'processing' AND lease_until < $2 AND attempt_count < $1
          RETURNING id, tenant_id, event_type, created_at, attempt_count, request_id",
        )
        .bind(max_attempts)
        .bind(now)
        .bind(lease_expired())
        .fetch_all()
        .await?;
    if !requeued.is_empty() {
        tx.says_jobs_wait();
    }
    // What cannot be read is back in line too; the next claim puts it aside and says so.
    let [requeued, buried] =
        [requeued, buried].map(|jobs| jobs.into_iter().flatten().collect::<Vec<Expired>>());
    let mut counted = Counted::default();
    for job in requeued.iter().chain(&buried) {
        counted.add(&job.tenant_id, &job.event_type, job.created_at);
    }
    counted.write(tx, Outcome::Failed, now).await?;
    Ok(Released { requeued, buried })
}

/// No lease is given for so long, and no clock is off by so much: a hundred years.
const NO_LEASE: SignedDuration = SignedDuration::from_hours(24 * 365 * 100);

/// Lets leases run out that no worker holds: none at all, or one that would never end. Others wrote those.
async fn end_wrong_leases(tx: &mut Tx, now: Timestamp) -> Result<()> {
    const A_MOMENT: SignedDuration = SignedDuration::from_micros(1);
    tx.query(
        "UPDATE ingestion_jobs
            SET lease_until = $1
          WHERE status = 'processing'
            AND (tenant_id, id) IN (
                SELECT tenant_id, id FROM ingestion_jobs WHERE status = 'processing' AND lease_until IS NULL
                 UNION ALL
                SELECT tenant_id, id FROM ingestion_jobs WHERE status = 'processing' AND lease_until > $2)",
    )
    .bind(now.saturating_sub(A_MOMENT).unwrap_or(now))
    .bind(now.saturating_add(NO_LEASE).unwrap_or(Timestamp::MAX))
    .execute()
    .await?;
    Ok(())
}

/// The text of `last_error` of a job whose worker let the lease run out.
pub fn lease_expired() -> String {
    FailureKind::IngestionFailed.last_error("the worker that held this job stopped answering")
}

impl FromRow for Option<Expired> {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        match Expired::from_row(row) {
            Err(Error::Corrupt { .. }) => Ok(None),
            read => read.map(Some),
        }
    }
}

impl FromRow for Expired {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            tenant_id: row.get("tenant_id")?,
            event_type: row.get("event_type")?,
            created_at: row.get("created_at")?,
            attempt: row.get("attempt_count")?,
            request_id: row.get("request_id")?,
        })
    }
}
