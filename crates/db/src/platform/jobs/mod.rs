//! The queue over all tenants: when it has work, dead letters, how much waits.

mod many;

use jiff::{SignedDuration, Timestamp};
use types::{BulkActionId, JobId, TenantId};

pub use many::{Moved, dead_among, discard_all, requeue_all};

use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Only, Query, Row},
};

/// How long until the next job that waits for its time is due; none when nothing waits.
pub async fn next_due(tx: &mut Tx, _platform: &PlatformScope) -> Result<Option<SignedDuration>> {
    let now = tx.time().await?;
    let Due(next) = tx
        .query(
            "WITH RECURSIVE step (tenant_id) AS (
                 SELECT MIN(tenant_id) FROM ingestion_jobs WHERE status = 'pending'
              UNION ALL
                 SELECT (SELECT MIN(job.tenant_id) FROM ingestion_jobs AS job
                          WHERE job.status = 'pending' AND job.tenant_id > step.tenant_id)
                   FROM step
                  WHERE step.tenant_id IS NOT NULL)
             SELECT MIN((SELECT MIN(job.next_attempt_at) FROM ingestion_jobs AS job
                          WHERE job.tenant_id = step.tenant_id AND job.status = 'pending')) AS value
               FROM step
               JOIN tenants ON tenants.id = step.tenant_id AND tenants.status = 'active'
              WHERE NOT EXISTS (SELECT 1 FROM ingestion_pauses WHERE scope IN ('*', step.tenant_id))",
        )
        .fetch_one()
        .await?;
    Ok(next.map(|at| at.duration_since(now).max(SignedDuration::ZERO)))
}

/// When the next job is due.
struct Due(Option<Timestamp>);

impl FromRow for Due {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get_if_ours("value")?))
    }
}

/// Which dead letters are meant; every field that is set narrows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetterFilter {
    /// Of this tenant.
    pub tenant_id: Option<TenantId>,
    /// Whose error begins with this, such as `invalid_payload`.
    pub reason: Option<String>,
    /// Given up by then.
    pub buried_until: Option<Timestamp>,
    /// Chosen one by one for this bulk action.
    pub chosen_for: Option<BulkActionId>,
    /// At most so many.
    pub limit: i64,
    /// After so many.
    pub offset: i64,
}

impl DeadLetterFilter {
    /// Every dead letter.
    pub const fn all() -> Self {
        Self {
            tenant_id: None,
            reason: None,
            buried_until: None,
            chosen_for: None,
            limit: i64::MAX,
            offset: 0,
        }
    }

    fn reason_pattern(&self) -> Option<String> {
        self.reason
            .as_deref()
            .map(|reason| format!("{}%", crate::tenant::like_literal(reason)))
    }

    /// Binds `$1` to `$6` of a statement that narrows by them.
    fn bound<'a>(&self, query: Query<'a>) -> Query<'a> {
        query
            .bind(self.tenant_id.clone())
            .bind(self.reason_pattern())
            .bind(self.limit)
            .bind(self.offset)
            .bind(self.buried_until)
            .bind(self.chosen_for)
    }
}

/// A job that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The job.
    pub id: JobId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// What its event says it is.
    pub event_type: String,
    /// How often it was tried.
    pub attempt_count: i64,
    /// Why it was given up.
    pub last_error: Option<String>,
    /// When.
    pub dead_lettered_at: Option<Timestamp>,
    /// When it would have been tried next.
    pub next_attempt_at: Timestamp,
    /// The event as it came.
    pub payload: String,
}

/// Lists dead letters, the last buried first.
pub async fn list_dead(
    tx: &mut Tx,
    _platform: &PlatformScope,
    filter: &DeadLetterFilter,
) -> Result<Vec<DeadLetter>> {
    let list = tx.query(
        "SELECT id, tenant_id, event_type, attempt_count, last_error, dead_lettered_at, next_attempt_at, payload
           FROM ingestion_jobs
          WHERE status = 'dead_letter'
            AND ($1 IS NULL OR tenant_id = $1)
            AND ($2 IS NULL OR last_error LIKE $2 ESCAPE '\\')
            AND ($5 IS NULL OR dead_lettered_at <= $5)
            AND ($6 IS NULL OR id IN (SELECT job_id FROM bulk_action_jobs WHERE action_id = $6))
          ORDER BY dead_lettered_at DESC, id DESC
          LIMIT $3 OFFSET $4",
    );
    filter.bound(list).fetch_all().await
}

/// Counts the dead letters that `filter` means, its limit and offset included.
pub async fn count_dead(tx: &mut Tx, _platform: &PlatformScope, filter: &DeadLetterFilter) -> Result<u64> {
    let count = tx.query(
        "SELECT COUNT(*) AS value
           FROM (SELECT id
                   FROM ingestion_jobs
                  WHERE status = 'dead_letter'
                    AND ($1 IS NULL OR tenant_id = $1)
                    AND ($2 IS NULL OR last_error LIKE $2 ESCAPE '\\')
                    AND ($5 IS NULL OR dead_lettered_at <= $5)
                    AND ($6 IS NULL OR id IN (SELECT job_id FROM bulk_action_jobs WHERE action_id = $6))
                  LIMIT $3 OFFSET $4) AS meant",
    );
    let Only(count) = filter.bound(count).fetch_one::<Only<i64>>().await?;
    Ok(count.try_into().unwrap_or_default())
}

/// Puts one dead letter back in line with its attempts forgotten. None when it is not a dead letter.
pub async fn requeue(tx: &mut Tx, _platform: &PlatformScope, id: JobId) -> Result<Option<TenantId>> {
    let now = tx.time().await?;
    let requeued: Option<Only<TenantId>> = tx
        .query(
            "UPDATE ingestion_jobs
                SET status = 'pending', attempt_count = 0, last_error = NULL, next_attempt_at = $2,
                    dead_lettered_at = NULL
              WHERE id = $1 AND status = 'dead_letter'
          RETURNING tenant_id AS value",
        )
        .bind(id)
        .bind(now)
        .fetch_optional()
        .await?;
    if requeued.is_some() {
        tx.says_jobs_wait();
    }
    Ok(requeued.map(|Only(tenant_id)| tenant_id))
}

/// How many jobs stand where, and since when the first of them does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    /// Wait.
    pub pending: i64,
    /// Are being worked on.
    pub processing: i64,
    /// Were given up.
    pub dead_letter: i64,
    /// How long the first of those that wait has been due, the first that is worked on has been there, and the first
    /// that was given up has lain.
    pub oldest: [Option<SignedDuration>; 3],
}

/// Counts what is in the queue, from its partial indexes: finished jobs are not looked at.
pub async fn depth(tx: &mut Tx, _platform: &PlatformScope) -> Result<Depth> {
    let now = tx.time().await?;
    let [pending, processing, dead_letter] = [
        "SELECT COUNT(*) AS jobs, MIN(next_attempt_at) AS since FROM ingestion_jobs WHERE status = 'pending'",
        "SELECT COUNT(*) AS jobs, MIN(created_at) AS since FROM ingestion_jobs WHERE status = 'processing'",
        "SELECT COUNT(*) AS jobs, MIN(dead_lettered_at) AS since FROM ingestion_jobs WHERE status = 'dead_letter'",
    ];
    let pending: Pile = tx.query(pending).fetch_one().await?;
    let processing: Pile = tx.query(processing).fetch_one().await?;
    let dead_letter: Pile = tx.query(dead_letter).fetch_one().await?;
    let oldest = [&pending, &processing, &dead_letter].map(|pile| {
        pile.since
            .map(|since| now.duration_since(since).max(SignedDuration::ZERO))
    });
    Ok(Depth {
        pending: pending.jobs,
        processing: processing.jobs,
        dead_letter: dead_letter.jobs,
        oldest,
    })
}

/// Jobs that stand at one place, and since when the first of them does.
struct Pile {
    jobs: i64,
    since: Option<Timestamp>,
}

impl FromRow for Pile {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            jobs: row.get("jobs")?,
            since: row.get_if_ours("since")?,
        })
    }
}

impl FromRow for DeadLetter {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            tenant_id: row.get("tenant_id")?,
            event_type: row.get("event_type")?,
            attempt_count: row.get("attempt_count")?,
            last_error: row.get("last_error")?,
            dead_lettered_at: row.get("dead_lettered_at")?,
            next_attempt_at: row.get("next_attempt_at")?,
            payload: row.get("payload")?,
        })
    }
}
