//! From the queue to a worker: jobs under a lease, each with the key of its own tenant.
//!
//! Claims go from tenant to tenant, so that one with a million jobs delays another's new one by a batch at most.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use types::{JobId, TenantId};
use uuid::Uuid;

use crate::{
    Db, PlatformScope, Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql, TxKind},
};

/// What a worker wants.
#[derive(Debug, Clone)]
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

/// Where a worker is on its round through the tenants, remembered from claim to claim.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    /// The last tenant that was served; the next claim begins after it.
    after: Option<TenantId>,
    /// How many tenants the last claim served: so many share the next one.
    served: i64,
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

/// Tenants that one claim looks at, at most twice: after the last one served, and from the first again.
const TENANTS: i64 = 64;

/// Takes jobs that are due, a slice of each tenant's in turn, oldest first. The claim is committed before anybody
/// works on it. Jobs of a tenant that is paused or not active wait.
pub async fn claim(
    db: &Db,
    platform: &PlatformScope,
    request: &ClaimRequest,
    round: &mut Round,
) -> Result<Vec<Claimed>> {
    let limit = request.limit.max(1);
    let slice = (limit / round.served.max(1)).max(1);
    let mut tx = db.write(platform).await?;
    let tenants = next_tenants(&mut tx, round.after.as_ref()).await?;
    let mut jobs = take(&mut tx, &tenants, (slice, limit), request).await?;
    tx.commit().await?;
    let served: HashSet<&TenantId> = jobs.iter().map(|job| job.scope.tenant_id()).collect();
    if let Some(last) = tenants.iter().rfind(|tenant_id| served.contains(tenant_id)) {
        *round = Round {
            after: Some(last.clone()),
            served: served.len() as i64,
        };
    }
    // RETURNING promises no order, and a contact's first message should make the contact.
    jobs.sort_by_key(|job| (job.created_at, job.id));
    Ok(jobs)
}

/// The tenants whose jobs may be waiting, in the order of the round: those after the last one served, then the
/// others.
async fn next_tenants(tx: &mut Tx, after: Option<&TenantId>) -> Result<Vec<TenantId>> {
    let mut tenants = waiting(tx, after.map_or("", TenantId::as_str)).await?;
    if let Some(after) = after
        && (tenants.len() as i64) < TENANTS
    {
        let again = waiting(tx, "").await?;
        tenants.extend(again.into_iter().take_while(|tenant_id| tenant_id <= after));
    }
    Ok(tenants)
}

/// Tenants after `after` that have pending jobs and may have them worked on. Steps from tenant to tenant in the
/// index, so what one of them has waiting costs nothing here.
async fn waiting(tx: &mut Tx, after: &str) -> Result<Vec<TenantId>> {
    let tenants: Vec<Only<TenantId>> = tx
        .query(
            "WITH RECURSIVE step (tenant_id) AS (
                 SELECT (SELECT MIN(job.tenant_id) FROM ingestion_jobs AS job
                          WHERE job.status = 'pending' AND job.tenant_id > $1)
              UNION ALL
                 SELECT (SELECT MIN(job.tenant_id) FROM ingestion_jobs AS job
                          WHERE job.status = 'pending' AND job.tenant_id > step.tenant_id)
                   FROM step
                  WHERE step.tenant_id IS NOT NULL)
             SELECT step.tenant_id AS value
               FROM step
               JOIN tenants ON tenants.id = step.tenant_id AND tenants.status = 'active'
              WHERE NOT EXISTS (SELECT 1 FROM ingestion_pauses WHERE scope IN ('*', step.tenant_id))
              LIMIT $2",
        )
        .bind(after)
        .bind(TENANTS)
        .fetch_all()
        .await?;
    let mut tenants: Vec<TenantId> = tenants.into_iter().map(|Only(tenant_id)| tenant_id).collect();
    tenants.sort_unstable();
    Ok(tenants)
}

/// Claims up to `slice` jobs of each tenant and `limit` in all, in the tenants' order.
async fn take(
    tx: &mut Tx,
    tenants: &[TenantId],
    (slice, limit): (i64, i64),
    request: &ClaimRequest,
) -> Result<Vec<Claimed>> {
    if tenants.is_empty() {
        return Ok(Vec::new());
    }
    if matches!(tx.kind, TxKind::Postgres(_)) {
        return take_at_once(tx, tenants, (slice, limit), request).await;
    }
    let mut jobs: Vec<Claimed> = Vec::new();
    for tenant_id in tenants {
        let room = limit - jobs.len() as i64;
        if room == 0 {
            break;
        }
        jobs.extend(take_of(tx, tenant_id, slice.min(room), request).await?);
    }
    Ok(jobs)
}

fn lease_until(request: &ClaimRequest) -> Timestamp {
    request
        .now
        .saturating_add(request.lease)
        .unwrap_or(Timestamp::MAX)
}

/// PostgreSQL: one statement for all tenants. Workers step over rows another is taking.
async fn take_at_once(
    tx: &mut Tx,
    tenants: &[TenantId],
    (slice, limit): (i64, i64),
    request: &ClaimRequest,
) -> Result<Vec<Claimed>> {
    const TAKE: Sql = Sql {
        sqlite: "",
        postgres: "WITH due AS MATERIALIZED (
                        SELECT slice.tenant_id, slice.id
                          FROM UNNEST($1) WITH ORDINALITY AS turn (tenant_id, place)
                         CROSS JOIN LATERAL (
                               SELECT job.tenant_id, job.id
                                 FROM ingestion_jobs AS job
                                WHERE job.tenant_id = turn.tenant_id AND job.status = 'pending'
                                  AND job.next_attempt_at <= $2
                                ORDER BY job.next_attempt_at, job.id
                                LIMIT $3
                                  FOR UPDATE SKIP LOCKED) AS slice
                         ORDER BY turn.place
                         LIMIT $4)
                   UPDATE ingestion_jobs AS job
                      SET status = 'processing', attempt_count = attempt_count + 1, lease_token = $5, lease_until = $6
                     FROM due
                    WHERE job.tenant_id = due.tenant_id AND job.id = due.id
                RETURNING job.tenant_id, job.id, job.event_key, job.event_type, job.payload, job.attempt_count,
                          job.created_at, job.request_id, job.lease_token",
    };
    tx.bulk(TAKE)
        .column(tenants.iter().cloned())
        .bind(request.now)
        .bind(slice)
        .bind(limit)
        .bind(request.token)
        .bind(lease_until(request))
        .fetch_all()
        .await
}

/// SQLite: one small statement for each tenant, in the one transaction that writes.
async fn take_of(
    tx: &mut Tx,
    tenant_id: &TenantId,
    slice: i64,
    request: &ClaimRequest,
) -> Result<Vec<Claimed>> {
    tx.query(
        "UPDATE ingestion_jobs
            SET status = 'processing', attempt_count = attempt_count + 1, lease_token = $2, lease_until = $3
          WHERE tenant_id = $1 AND id IN (
                SELECT job.id
                  FROM ingestion_jobs AS job
                 WHERE job.tenant_id = $1 AND job.status = 'pending' AND job.next_attempt_at <= $4
                 ORDER BY job.next_attempt_at, job.id
                 LIMIT $5)
      RETURNING tenant_id, id, event_key, event_type, payload, attempt_count, created_at, request_id, lease_token",
    )
    .bind(tenant_id)
    .bind(request.token)
    .bind(lease_until(request))
    .bind(request.now)
    .bind(slice)
    .fetch_all()
    .await
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
