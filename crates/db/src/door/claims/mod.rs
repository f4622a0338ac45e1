//! From the queue to a worker: jobs under a lease, each with the key of its own tenant.
//!
//! Claims go from tenant to tenant, so that one with a million jobs delays another's new one by a batch at most.

mod aside;
#[cfg(test)]
mod aside_tests;
#[cfg(test)]
mod plan_tests;
mod round;
mod take;
#[cfg(test)]
mod tests;

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use types::{JobId, TenantId};
use uuid::Uuid;

use self::take::{Found, Order};
pub use self::{aside::SetAside, round::Round};
use crate::{Db, PlatformScope, Result, TenantScope, Tx, backend::Only};

/// What a worker wants.
#[derive(Debug, Clone)]
pub struct ClaimRequest {
    /// The most jobs to take; at least one.
    pub limit: i64,
    /// Names the claim. Fresh for each, so that a worker that wakes too late cannot finish what another took over.
    pub token: Uuid,
    /// How long the worker may hold the jobs, by the database's clock.
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
    /// When this attempt began.
    pub claimed_at: Timestamp,
    /// The request it came with, for the log.
    pub request_id: Option<String>,
    /// The claim.
    pub token: Uuid,
}

/// What a claim took.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Batch {
    /// Jobs to be worked on, oldest first.
    pub jobs: Vec<Claimed>,
    /// Jobs that nobody can work on. They are dead letters by now.
    pub set_aside: Vec<SetAside>,
}

impl Batch {
    /// Whether nothing was due.
    pub const fn is_empty(&self) -> bool {
        self.jobs.is_empty() && self.set_aside.is_empty()
    }
}

/// Tenants that one claim looks at, at most twice: after the last one served, and from the first again.
const TENANTS: usize = 64;

/// Takes jobs that are due, a slice of each tenant's in turn, oldest first.
///
/// The claim is committed before anybody works on it. Jobs of a tenant that is paused or not active wait. Nothing taken means that nothing is due.
pub async fn claim(
    db: &Db,
    platform: &PlatformScope,
    request: &ClaimRequest,
    round: &mut Round,
) -> Result<Batch> {
    let mut tx = db.write_repeatable(platform).await?;
    // From here on: waiting for other writers is not what looking around costs.
    let began = Instant::now();
    let now = tx.time().await?;
    let mut taken = Batch::default();
    if !round.looks_around(began) {
        taken = take(&mut tx, request, now, round).await?;
    }
    if taken.is_empty() {
        let tenants = next_tenants(&mut tx, round.after()).await?;
        round.meet(tenants);
        taken = take(&mut tx, request, now, round).await?;
        round.looked_around(began);
    }
    tx.commit().await?;
    // RETURNING promises no order, and a contact's first message should make the contact.
    taken.jobs.sort_by_key(|job| (job.created_at, job.id));
    Ok(taken)
}

async fn take(tx: &mut Tx, request: &ClaimRequest, now: Timestamp, round: &mut Round) -> Result<Batch> {
    let limit = request.limit.max(1);
    let order = Order {
        token: request.token,
        lease_until: now.saturating_add(request.lease).unwrap_or(Timestamp::MAX),
        slice: round.slice(limit),
        limit,
        now,
    };
    let turns = round.turns();
    let (mut taken, mut unreadable) = (Vec::new(), Vec::new());
    for found in take::take(tx, &turns, &order).await? {
        match found {
            Found::Job(job) => taken.push(job),
            Found::Unreadable(row) => unreadable.push(row),
        }
    }
    round.served(&turns, &taken, &order);
    Ok(Batch {
        jobs: taken.into_iter().map(|taken| taken.job).collect(),
        set_aside: aside::set_aside(tx, unreadable, now).await?,
    })
}

/// The tenants whose jobs may be waiting, in the order of the round: those after the last one served, then the
/// others.
async fn next_tenants(tx: &mut Tx, after: Option<&TenantId>) -> Result<Vec<TenantId>> {
    let mut tenants = waiting(tx, after.map_or("", TenantId::as_str)).await?;
    if let Some(after) = after
        && tenants.len() < TENANTS
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
        .bind(TENANTS as i64)
        .fetch_all()
        .await?;
    let mut tenants: Vec<TenantId> = tenants.into_iter().map(|Only(tenant_id)| tenant_id).collect();
    tenants.sort_unstable();
    Ok(tenants)
}
