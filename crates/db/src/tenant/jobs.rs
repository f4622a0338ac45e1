//! A tenant's events in the queue: handing one in, and what a worker makes of the one it holds.

use jiff::Timestamp;
use types::{EventKey, JobId};

use crate::{Db, Enqueued, Result, TenantScope, Tx, backend::Only, door::claims::Claimed};

/// An event to be stored. Its id is used when the event is new.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Names the job.
    pub id: JobId,
    /// What makes the event one event, however often it is sent.
    pub event_key: EventKey,
    /// What it says it is.
    pub event_type: String,
    /// The whole event, as JSON.
    pub payload: String,
    /// The request it came with.
    pub request_id: Option<String>,
    /// When it came.
    pub created_at: Timestamp,
}

/// Puts an event in line, and returns when that is durable. [`Enqueued::Duplicate`] when the same event is already
/// there, which is success: visitors double-click.
pub async fn enqueue(db: &Db, scope: &TenantScope, job: NewJob) -> Result<Enqueued> {
    db.intake().enqueue(scope.tenant_id().clone(), job).await
}

/// The event a job carries, as it came. None when there is no such job.
pub async fn payload(tx: &mut Tx, scope: &TenantScope, id: JobId) -> Result<Option<String>> {
    let found: Option<Only<String>> = tx
        .query("SELECT payload AS value FROM ingestion_jobs WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_optional()
        .await?;
    Ok(found.map(|Only(payload)| payload))
}

/// A claim that is not held any more: the lease ran out and somebody else has the job, or finished it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the lease on this job is not held any more")]
pub struct LeaseLost;

/// What a failed attempt leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure<'a> {
    /// The text of `last_error`.
    pub error: &'a str,
    /// Which worker it was.
    pub worker: &'a str,
    /// When the attempt began.
    pub started_at: Timestamp,
    /// When it failed.
    pub now: Timestamp,
}

/// Puts a job back in line after a failure, not to be tried before `next_attempt_at`.
pub async fn retry(
    tx: &mut Tx,
    scope: &TenantScope,
    job: &Claimed,
    failure: &Failure<'_>,
    next_attempt_at: Timestamp,
) -> Result<Result<(), LeaseLost>> {
    let touched = tx
        .query(
            "UPDATE ingestion_jobs
                SET status = 'pending', last_error = $4, next_attempt_at = $5, lease_token = NULL, lease_until = NULL
              WHERE tenant_id = $1 AND id = $2 AND lease_token = $3 AND status = 'processing'",
        )
        .bind(scope.tenant_id())
        .bind(job.id)
        .bind(job.token)
        .bind(failure.error)
        .bind(next_attempt_at)
        .execute()
        .await?;
    record_attempt(tx, scope, job, failure, touched).await
}

/// Gives a job up: a dead letter, until a person decides.
pub async fn bury(
    tx: &mut Tx,
    scope: &TenantScope,
    job: &Claimed,
    failure: &Failure<'_>,
) -> Result<Result<(), LeaseLost>> {
    let touched = tx
        .query(
            "UPDATE ingestion_jobs
                SET status = 'dead_letter', last_error = $4, dead_lettered_at = $5,
                    lease_token = NULL, lease_until = NULL
              WHERE tenant_id = $1 AND id = $2 AND lease_token = $3 AND status = 'processing'",
        )
        .bind(scope.tenant_id())
        .bind(job.id)
        .bind(job.token)
        .bind(failure.error)
        .bind(failure.now)
        .execute()
        .await?;
    record_attempt(tx, scope, job, failure, touched).await
}

/// Puts a job back that was claimed and not begun, as if it had never been claimed: for a worker that stops.
pub async fn give_back(tx: &mut Tx, scope: &TenantScope, job: &Claimed) -> Result<Result<(), LeaseLost>> {
    let touched = tx
        .query(
            "UPDATE ingestion_jobs
                SET status = 'pending', attempt_count = attempt_count - 1, lease_token = NULL, lease_until = NULL
              WHERE tenant_id = $1 AND id = $2 AND lease_token = $3 AND status = 'processing'",
        )
        .bind(scope.tenant_id())
        .bind(job.id)
        .bind(job.token)
        .execute()
        .await?;
    tx.says_jobs_wait();
    Ok(held(touched))
}

async fn record_attempt(
    tx: &mut Tx,
    scope: &TenantScope,
    job: &Claimed,
    failure: &Failure<'_>,
    touched: u64,
) -> Result<Result<(), LeaseLost>> {
    if let Err(lost) = held(touched) {
        return Ok(Err(lost));
    }
    tx.query(
        "INSERT INTO ingestion_attempts (tenant_id, job_id, number, worker, started_at, finished_at, error)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (tenant_id, job_id, number, started_at) DO NOTHING",
    )
    .bind(scope.tenant_id())
    .bind(job.id)
    .bind(job.attempt)
    .bind(failure.worker)
    .bind(failure.started_at)
    .bind(failure.now)
    .bind(failure.error)
    .execute()
    .await?;
    Ok(Ok(()))
}

const fn held(touched: u64) -> Result<(), LeaseLost> {
    if touched == 1 { Ok(()) } else { Err(LeaseLost) }
}
