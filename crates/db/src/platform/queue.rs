//! Looking after the queue: stopping and resuming, letting finished jobs go, one job and what was tried with it.

use jiff::Timestamp;
use types::{ContactId, FailureKind, JobId, JobStatus, LeadId, TenantId};

use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Only, Row},
};

/// Whose jobs are meant: a tenant's, or everybody's.
fn scope(tenant_id: Option<&TenantId>) -> String {
    tenant_id.map_or_else(|| "*".to_owned(), ToString::to_string)
}

/// Lets jobs wait until they are resumed. False when they waited already.
pub async fn pause(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: Option<&TenantId>,
    by: &str,
    now: Timestamp,
) -> Result<bool> {
    let inserted = tx
        .query(
            "INSERT INTO ingestion_pauses (scope, paused_at, paused_by)
             VALUES ($1, $2, $3)
                 ON CONFLICT (scope) DO NOTHING",
        )
        .bind(scope(tenant_id))
        .bind(now)
        .bind(by)
        .execute()
        .await?;
    Ok(inserted == 1)
}

/// Lets jobs that were paused go on. False when they were not.
pub async fn resume(tx: &mut Tx, _platform: &PlatformScope, tenant_id: Option<&TenantId>) -> Result<bool> {
    let deleted = tx
        .query("DELETE FROM ingestion_pauses WHERE scope = $1")
        .bind(scope(tenant_id))
        .execute()
        .await?;
    tx.says_jobs_wait();
    Ok(deleted == 1)
}

/// The most pauses that are told.
const PAUSES: i64 = 1_000;

/// Who is paused: tenants, and whether everybody is.
pub async fn paused(tx: &mut Tx, _platform: &PlatformScope) -> Result<Vec<Pause>> {
    tx.query("SELECT scope, paused_at, paused_by FROM ingestion_pauses ORDER BY scope LIMIT $1")
        .bind(PAUSES)
        .fetch_all()
        .await
}

/// Jobs that wait until somebody resumes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// A tenant's id, or `*` for everybody's.
    pub scope: String,
    /// Since when.
    pub paused_at: Timestamp,
    /// Who said so.
    pub paused_by: String,
}

/// Lets go of up to `limit` jobs that were processed before `before`. Says how many went. Dead letters never go.
pub async fn prune(tx: &mut Tx, _platform: &PlatformScope, before: Timestamp, limit: i64) -> Result<u64> {
    tx.query(
        "DELETE FROM ingestion_jobs
          WHERE (tenant_id, id) IN (
                SELECT tenant_id, id
                  FROM ingestion_jobs
                 WHERE status = 'processed' AND processed_at < $1
                 ORDER BY processed_at
                 LIMIT $2)",
    )
    .bind(before)
    .bind(limit)
    .execute()
    .await
}

/// Counts the jobs that were processed before `before`.
pub async fn count_prunable(tx: &mut Tx, _platform: &PlatformScope, before: Timestamp) -> Result<u64> {
    let Only(count) = tx
        .query(
            "SELECT COUNT(*) AS value FROM ingestion_jobs WHERE status = 'processed' AND processed_at < $1",
        )
        .bind(before)
        .fetch_one::<Only<i64>>()
        .await?;
    Ok(count.try_into().unwrap_or_default())
}

/// Decides that a dead letter's effects are not wanted. None when it is not a dead letter.
pub async fn discard(tx: &mut Tx, _platform: &PlatformScope, id: JobId) -> Result<Option<TenantId>> {
    let discarded: Option<Only<TenantId>> = tx
        .query(
            "UPDATE ingestion_jobs
                SET status = 'discarded'
              WHERE id = $1 AND status = 'dead_letter'
          RETURNING tenant_id AS value",
        )
        .bind(id)
        .fetch_optional()
        .await?;
    Ok(discarded.map(|Only(tenant_id)| tenant_id))
}

/// Everything about one job but its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The job.
    pub id: JobId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// What its event says it is.
    pub event_type: String,
    /// What makes the event one event.
    pub event_key: String,
    /// Where it stands.
    pub status: JobStatus,
    /// How often it was tried since it came, or was requeued.
    pub attempt_count: i64,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it is tried next, if it waits.
    pub next_attempt_at: Timestamp,
    /// The request it came with.
    pub request_id: Option<String>,
    /// When it came.
    pub created_at: Timestamp,
    /// When it had its effect.
    pub processed_at: Option<Timestamp>,
    /// When it was given up.
    pub dead_lettered_at: Option<Timestamp>,
    /// Whom its effects were about.
    pub contact_id: Option<ContactId>,
    /// The lead it became.
    pub lead_id: Option<LeadId>,
}

/// One attempt that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Which, from 1; it starts again when a job is requeued.
    pub number: i64,
    /// Which worker made it.
    pub worker: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it failed.
    pub finished_at: Timestamp,
    /// Why.
    pub error: String,
}

impl Attempt {
    /// Which kind of failure it was; none when nobody here wrote the error.
    pub fn kind(&self) -> Option<FailureKind> {
        self.error.split_once(": ")?.0.parse().ok()
    }

    /// What went wrong, without the kind.
    pub fn message(&self) -> &str {
        self.error
            .split_once(": ")
            .map_or(&self.error, |(_, message)| message)
    }
}

/// The most attempts of a job that are shown.
const ATTEMPTS: i64 = 200;

/// Finds a job, and what was tried with it, oldest first.
pub async fn find(tx: &mut Tx, _platform: &PlatformScope, id: JobId) -> Result<Option<(Job, Vec<Attempt>)>> {
    let found: Option<Job> = tx
        .query(
            "SELECT job.id, job.tenant_id, job.event_type, job.event_key, job.status, job.attempt_count,
                    job.last_error, job.next_attempt_at, job.request_id, job.created_at, job.processed_at,
                    job.dead_lettered_at, event.contact_id, event.lead_id
               FROM ingestion_jobs AS job
               LEFT JOIN ingested_events AS event
                 ON event.tenant_id = job.tenant_id AND event.event_key = job.event_key
              WHERE job.id = $1",
        )
        .bind(id)
        .fetch_optional()
        .await?;
    let Some(job) = found else { return Ok(None) };
    let attempts = tx
        .query(
            "SELECT number, worker, started_at, finished_at, error
               FROM ingestion_attempts
              WHERE tenant_id = $1 AND job_id = $2
              ORDER BY started_at, number
              LIMIT $3",
        )
        .bind(&job.tenant_id)
        .bind(id)
        .bind(ATTEMPTS)
        .fetch_all()
        .await?;
    Ok(Some((job, attempts)))
}

impl FromRow for Pause {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            scope: row.get("scope")?,
            paused_at: row.get("paused_at")?,
            paused_by: row.get("paused_by")?,
        })
    }
}

impl FromRow for Job {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            tenant_id: row.get("tenant_id")?,
            event_type: row.get("event_type")?,
            event_key: row.get("event_key")?,
            status: row.get("status")?,
            attempt_count: row.get("attempt_count")?,
            last_error: row.get("last_error")?,
            next_attempt_at: row.get("next_attempt_at")?,
            request_id: row.get("request_id")?,
            created_at: row.get("created_at")?,
            processed_at: row.get("processed_at")?,
            dead_lettered_at: row.get("dead_lettered_at")?,
            contact_id: row.get("contact_id")?,
            lead_id: row.get("lead_id")?,
        })
    }
}

impl FromRow for Attempt {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            number: row.get("number")?,
            worker: row.get("worker")?,
            started_at: row.get("started_at")?,
            finished_at: row.get("finished_at")?,
            error: row.get("error")?,
        })
    }
}
