//! Jobs that an operator takes in hand: a dead letter whose event is mended, and a job that is tried no more.

use jiff::Timestamp;
use types::{EventType, JobId, TenantId};

use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Only, Row},
};

/// The event of a dead letter as it is to be from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MendedEvent {
    /// Whose job.
    pub tenant_id: TenantId,
    /// The job.
    pub job_id: JobId,
    /// The envelope.
    pub payload: String,
    /// What it says it is.
    pub event_type: EventType,
    /// Why it was changed.
    pub reason: String,
    /// Who changed it.
    pub by: String,
}

/// An event as it was until somebody mended it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerEvent {
    /// Counts up from 1, which is the event as it came.
    pub number: i64,
    /// The envelope.
    pub payload: String,
    /// Why it was changed.
    pub reason: String,
    /// Who changed it.
    pub replaced_by: String,
    /// When.
    pub replaced_at: Timestamp,
}

/// The most former events of a job that are told.
const MOST: i64 = 50;

/// Replaces the event of a dead letter, keeps what it was, and puts it back in line with its attempts forgotten.
///
/// It stays the same event: what it did before it died it does not do twice. False when the job is no dead letter.
pub async fn mend(
    tx: &mut Tx,
    _platform: &PlatformScope,
    mended: &MendedEvent,
    now: Timestamp,
) -> Result<bool> {
    let kept = tx
        .query(
            "INSERT INTO ingestion_payloads
                    (tenant_id, job_id, number, payload, event_type, reason, replaced_by, replaced_at)
             SELECT tenant_id, id,
                    (SELECT COALESCE(MAX(former.number), 0) + 1
                       FROM ingestion_payloads AS former
                      WHERE former.tenant_id = $1 AND former.job_id = $2),
                    payload, event_type, $3, $4, $5
               FROM ingestion_jobs
              WHERE tenant_id = $1 AND id = $2 AND status = 'dead_letter'",
        )
        .bind(&mended.tenant_id)
        .bind(mended.job_id)
        .bind(&mended.reason)
        .bind(&mended.by)
        .bind(now)
        .execute()
        .await?;
    if kept == 0 {
        return Ok(false);
    }
    let due = tx.time().await?;
    let replaced = tx
        .query(
            "UPDATE ingestion_jobs
                SET payload = $3, event_type = $4, status = 'pending', attempt_count = 0, last_error = NULL,
                    next_attempt_at = $5, dead_lettered_at = NULL
              WHERE tenant_id = $1 AND id = $2 AND status = 'dead_letter'",
        )
        .bind(&mended.tenant_id)
        .bind(mended.job_id)
        .bind(&mended.payload)
        .bind(mended.event_type.as_str())
        .bind(due)
        .execute()
        .await?;
    tx.says_jobs_wait();
    Ok(replaced == 1)
}

/// What the event of a job was before it was mended, the first one first.
pub async fn former(
    tx: &mut Tx,
    _platform: &PlatformScope,
    (tenant_id, job_id): (&TenantId, JobId),
) -> Result<Vec<FormerEvent>> {
    tx.query(
        "SELECT number, payload, reason, replaced_by, replaced_at
           FROM ingestion_payloads
          WHERE tenant_id = $1 AND job_id = $2
          ORDER BY number
          LIMIT $3",
    )
    .bind(tenant_id)
    .bind(job_id)
    .bind(MOST)
    .fetch_all()
    .await
}

/// Makes a dead letter of a job that failed and waits to be tried again. None when it is not one.
pub async fn abandon(
    tx: &mut Tx,
    _platform: &PlatformScope,
    (tenant_id, job_id): (&TenantId, JobId),
) -> Result<Option<JobId>> {
    let now = tx.time().await?;
    let abandoned: Option<Only<JobId>> = tx
        .query(
            "UPDATE ingestion_jobs
                SET status = 'dead_letter', dead_lettered_at = $3
              WHERE tenant_id = $1 AND id = $2 AND status = 'pending' AND attempt_count > 0
          RETURNING id AS value",
        )
        .bind(tenant_id)
        .bind(job_id)
        .bind(now)
        .fetch_optional()
        .await?;
    Ok(abandoned.map(|Only(id)| id))
}

impl FromRow for FormerEvent {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            number: row.get("number")?,
            payload: row.get("payload")?,
            reason: row.get("reason")?,
            replaced_by: row.get("replaced_by")?,
            replaced_at: row.get("replaced_at")?,
        })
    }
}
