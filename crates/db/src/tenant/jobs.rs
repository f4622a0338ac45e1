//! A tenant's events in the queue: handing one in.

use jiff::Timestamp;
use types::{EventKey, JobId};

use crate::{
    Db, Enqueued, Result, TenantScope, Tx,
    backend::{Only, Sql},
};

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

/// Puts an event in line with whatever else the transaction does: both are there, or neither. Nothing happens when the
/// same event is there already.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, job: &NewJob) -> Result<()> {
    let now = tx.time().await?;
    tx.query(
        "INSERT INTO ingestion_jobs
                (tenant_id, id, event_key, event_type, payload, request_id, next_attempt_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (tenant_id, event_key) DO NOTHING",
    )
    .bind(scope.tenant_id())
    .bind(job.id)
    .bind(job.event_key.as_str())
    .bind(job.event_type.as_str())
    .bind(job.payload.as_str())
    .bind(job.request_id.clone())
    .bind(now)
    .bind(job.created_at)
    .execute()
    .await?;
    tx.says_jobs_wait();
    Ok(())
}

/// Whether an event is there that is called by one of these keys.
pub async fn any_called(tx: &mut Tx, scope: &TenantScope, keys: &[EventKey]) -> Result<bool> {
    const FIND: Sql = Sql {
        sqlite: "SELECT event_key AS value FROM ingestion_jobs
                  WHERE tenant_id = $1 AND event_key IN (SELECT c0 FROM list)",
        postgres: "SELECT event_key AS value FROM ingestion_jobs WHERE tenant_id = $2 AND event_key = ANY($1)",
    };
    let found: Vec<Only<String>> = tx
        .bulk(FIND)
        .column(keys.iter().map(ToString::to_string))
        .bind(scope.tenant_id())
        .fetch_all()
        .await?;
    Ok(!found.is_empty())
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
