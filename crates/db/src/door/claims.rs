//! From the queue to a worker: jobs under a lease, each with the key of its own tenant.

use jiff::{SignedDuration, Timestamp};
use types::JobId;
use uuid::Uuid;

use crate::{
    Db, PlatformScope, Result, TenantScope,
    backend::{FromRow, Row, Sql},
};

/// What a worker wants.
#[derive(Debug, Clone, Copy)]
pub struct ClaimRequest {
    /// The most jobs to take; at least one.
    pub limit: i64,
    /// Names the claim. Fresh for each, so that a worker that wakes too late cannot finish what another took over.
    pub token: Uuid,
    /// The time.
    pub now: Timestamp,
    /// How long the worker may hold the jobs.
    pub lease: SignedDuration,
}

/// A job a worker holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// The key of the job's tenant.
    pub scope: TenantScope,
    /// The job.
    pub id: JobId,
    /// What makes the event one event.
    pub event_key: String,
    /// What the event says it is.
    pub event_type: String,
    /// The event as it came.
    pub payload: String,
    /// Which attempt this is, from 1. Counted before the work, so that a job which kills its worker still counts.
    pub attempt: i64,
    /// When the event came.
    pub created_at: Timestamp,
    /// The request it came with, for the log.
    pub request_id: Option<String>,
    /// The claim.
    pub token: Uuid,
}

/// The same statement twice, but for the lock: PostgreSQL's workers step over rows another is taking; SQLite has
/// one writer at a time. Jobs of a tenant that is not active wait.
const CLAIM: Sql = Sql {
    sqlite: "UPDATE ingestion_jobs
                SET status = 'processing', attempt_count = attempt_count + 1, lease_token = $1, lease_until = $2
              WHERE (tenant_id, id) IN (
                    SELECT job.tenant_id, job.id
                      FROM ingestion_jobs AS job
                      JOIN tenants ON tenants.id = job.tenant_id AND tenants.status = 'active'
                     WHERE job.status = 'pending' AND job.next_attempt_at <= $3
                     ORDER BY job.next_attempt_at, job.id
                     LIMIT $4)
          RETURNING tenant_id, id, event_key, event_type, payload, attempt_count, created_at, request_id, lease_token",
    postgres: "UPDATE ingestion_jobs
                SET status = 'processing', attempt_count = attempt_count + 1, lease_token = $1, lease_until = $2
              WHERE (tenant_id, id) IN (
                    SELECT job.tenant_id, job.id
                      FROM ingestion_jobs AS job
                      JOIN tenants ON tenants.id = job.tenant_id AND tenants.status = 'active'
                     WHERE job.status = 'pending' AND job.next_attempt_at <= $3
                     ORDER BY job.next_attempt_at, job.id
                     LIMIT $4
                       FOR UPDATE OF job SKIP LOCKED)
          RETURNING tenant_id, id, event_key, event_type, payload, attempt_count, created_at, request_id, lease_token",
};

/// Takes jobs that are due, oldest first. The claim is committed before anybody works on it.
pub async fn claim(db: &Db, platform: &PlatformScope, request: &ClaimRequest) -> Result<Vec<Claimed>> {
    let lease_until = request
        .now
        .saturating_add(request.lease)
        .unwrap_or(Timestamp::MAX);
    let mut tx = db.write(platform).await?;
    let mut jobs: Vec<Claimed> = tx
        .query(CLAIM)
        .bind(request.token)
        .bind(lease_until)
        .bind(request.now)
        .bind(request.limit.max(1))
        .fetch_all()
        .await?;
    tx.commit().await?;
    // RETURNING promises no order, and a contact's first message should make the contact.
    jobs.sort_by_key(|job| (job.created_at, job.id));
    Ok(jobs)
}

impl FromRow for Claimed {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            scope: TenantScope::new(row.get("tenant_id")?),
            id: row.get("id")?,
            event_key: row.get("event_key")?,
            event_type: row.get("event_type")?,
            payload: row.get("payload")?,
            attempt: row.get("attempt_count")?,
            created_at: row.get("created_at")?,
            request_id: row.get("request_id")?,
            token: row.get("lease_token")?,
        })
    }
}
