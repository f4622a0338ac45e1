//! Bulk actions on dead letters: begun, gone on with a thousand at a time, and stopped.
//!
//! Each step is one transaction: the dead letters it moves, their lines in the audit trail, and how far the action is.
//! Whoever takes a step holds the action's row, so a console, a command and a console that came back may all work on one.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use types::{
    Actor, AuditEvent, AuditEventId, AuditStatus, BulkAction, BulkActionId, BulkKind, BulkStatus,
    DeadLetterMove, Ids, JobId, TenantId,
};

use super::{
    audit,
    jobs::{self, DeadLetterFilter},
};
use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Row, Sql},
};

/// Dead letters that are moved in one transaction: long enough to be fast, short enough that nobody waits for it.
const CHUNK: i64 = 1_000;

/// The newest actions that are told.
const MOST: i64 = 50;

/// An action that did not go on for so long was left by whoever worked on it.
const LEFT_FOR: SignedDuration = SignedDuration::from_secs(30);

macro_rules! with_columns {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " id, kind, why, of_tenant, reason, chosen, most, skipping, actor_id, actor_role, request_id, attempt_id, meant,
              moved, status, started_at, updated_at, ended_at ",
            $after
        )
    };
}

/// What is meant, by whom and for which reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBulkAction {
    /// Names it.
    pub id: BulkActionId,
    /// What is done to each.
    pub how: DeadLetterMove,
    /// Which.
    pub meant: Meant,
    /// Who begins it.
    pub actor: Actor,
    /// With which request.
    pub request_id: Option<String>,
    /// The line of the trail that allowed it.
    pub attempt_id: Option<AuditEventId>,
}

/// Which dead letters an action is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// Those that a filter means.
    Matching(DeadLetterFilter),
    /// Those that somebody ticked.
    Chosen(Vec<JobId>),
}

/// Begins an action: what it means is counted, and nothing moved yet.
pub async fn insert(tx: &mut Tx, platform: &PlatformScope, new: &NewBulkAction) -> Result<BulkAction> {
    let (filter, count, chosen) = match &new.meant {
        Meant::Matching(filter) => {
            let count = jobs::count_dead(tx, platform, filter).await?;
            (filter.clone(), i64::try_from(count).unwrap_or(i64::MAX), None)
        }
        Meant::Chosen(ids) => {
            let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
            (DeadLetterFilter::all(), count, Some(count))
        }
    };
    // By the clock that dead letters are buried by: what dies from now on is not meant.
    let now = tx.time().await?;
    let action = tx
        .query(with_columns!(
            "INSERT INTO bulk_actions
                    (id, kind, why, of_tenant, reason, chosen, most, skipping, actor_id, actor_role, request_id,
                     attempt_id, meant, moved, status, started_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 'running', $14, $14)
             RETURNING",
            ""
        ))
        .bind(new.id)
        .bind(new.how.kind())
        .bind(new.how.why().map(str::to_owned))
        .bind(filter.tenant_id)
        .bind(filter.reason)
        .bind(chosen)
        .bind(filter.limit)
        .bind(filter.offset)
        .bind(&new.actor.id)
        .bind(&new.actor.role)
        .bind(new.request_id.clone())
        .bind(new.attempt_id)
        .bind(count)
        .bind(now)
        .fetch_one()
        .await?;
    if let Meant::Chosen(ids) = &new.meant {
        choose(tx, new.id, ids).await?;
    }
    Ok(action)
}

/// Keeps which jobs were ticked; one that was ticked twice is one.
async fn choose(tx: &mut Tx, id: BulkActionId, jobs: &[JobId]) -> Result<()> {
    const CHOOSE: Sql = Sql {
        sqlite: "INSERT INTO bulk_action_jobs (action_id, job_id)
                 SELECT $1, c0
                   FROM list
                  WHERE TRUE
                     ON CONFLICT (action_id, job_id) DO NOTHING",
        postgres: "INSERT INTO bulk_action_jobs (action_id, job_id)
                   SELECT $2, job_id
                     FROM UNNEST($1) AS list (job_id)
                       ON CONFLICT (action_id, job_id) DO NOTHING",
    };
    if jobs.is_empty() {
        return Ok(());
    }
    tx.bulk(CHOOSE)
        .column(jobs.iter().copied())
        .bind(id)
        .execute()
        .await?;
    Ok(())
}

/// Finds an action.
pub async fn find(tx: &mut Tx, _platform: &PlatformScope, id: BulkActionId) -> Result<Option<BulkAction>> {
    tx.query(with_columns!("SELECT", "FROM bulk_actions WHERE id = $1"))
        .bind(id)
        .fetch_optional()
        .await
}

/// Lists the newest actions.
pub async fn list(tx: &mut Tx, _platform: &PlatformScope) -> Result<Vec<BulkAction>> {
    tx.query(with_columns!(
        "SELECT",
        "FROM bulk_actions ORDER BY started_at DESC, id DESC LIMIT $1"
    ))
    .bind(MOST)
    .fetch_all()
    .await
}

/// Actions that nobody works on any more, the oldest first: their process is gone.
pub async fn left(tx: &mut Tx, _platform: &PlatformScope) -> Result<Vec<BulkAction>> {
    let since = tx.time().await? - LEFT_FOR;
    tx.query(with_columns!(
        "SELECT",
        "FROM bulk_actions WHERE status = 'running' AND updated_at < $1 ORDER BY started_at, id LIMIT $2"
    ))
    .bind(since)
    .bind(MOST)
    .fetch_all()
    .await
}

/// Stops an action. What was moved stays moved. False when it is over.
pub async fn stop(tx: &mut Tx, _platform: &PlatformScope, id: BulkActionId) -> Result<bool> {
    let now = tx.time().await?;
    let touched = tx
        .query(
            "UPDATE bulk_actions
                SET status = 'stopped', updated_at = $2, ended_at = $2
              WHERE id = $1 AND status = 'running'",
        )
        .bind(id)
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Goes on with an action: moves up to a thousand of what it means. None when there is no such action, or it is over.
pub async fn step(
    tx: &mut Tx,
    platform: &PlatformScope,
    id: BulkActionId,
    (now, ids): (Timestamp, &dyn Ids),
) -> Result<Option<BulkAction>> {
    let Some(action) = hold(tx, id).await? else {
        return Ok(None);
    };
    let chunk = DeadLetterFilter {
        tenant_id: action.tenant_id.clone(),
        reason: action.reason.clone(),
        buried_until: Some(action.started_at),
        chosen_for: action.chosen.map(|_| action.id),
        limit: (action.limit - action.moved).min(CHUNK),
        offset: action.offset,
    };
    let moved = match action.kind {
        BulkKind::Requeue => jobs::requeue_all(tx, platform, &chunk).await?,
        BulkKind::Discard => jobs::discard_all(tx, platform, &chunk).await?,
    };
    for (tenant_id, jobs) in &moved {
        let line = line(&action, (now, ids), (Some(tenant_id), jobs));
        audit::record(tx, platform, &line).await?;
    }
    let count: usize = moved.values().map(Vec::len).sum();
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let is_over = count < chunk.limit;
    // What was allowed has an outcome, even when there was nothing to do.
    if is_over && action.moved + count == 0 && action.attempt_id.is_some() {
        let line = line(&action, (now, ids), (action.tenant_id.as_ref(), &[]));
        audit::record(tx, platform, &line).await?;
    }
    go_on(tx, id, (count, is_over || action.moved + count >= action.limit))
        .await
        .map(Some)
}

/// Takes the action's row, so that one step is taken at a time.
async fn hold(tx: &mut Tx, id: BulkActionId) -> Result<Option<BulkAction>> {
    let now = tx.time().await?;
    tx.query(with_columns!(
        "UPDATE bulk_actions SET updated_at = $2 WHERE id = $1 AND status = 'running' RETURNING",
        ""
    ))
    .bind(id)
    .bind(now)
    .fetch_optional()
    .await
}

async fn go_on(tx: &mut Tx, id: BulkActionId, (moved, is_over): (i64, bool)) -> Result<BulkAction> {
    let now = tx.time().await?;
    let status = if is_over {
        BulkStatus::Done
    } else {
        BulkStatus::Running
    };
    tx.query(with_columns!(
        "UPDATE bulk_actions
            SET moved = moved + $2, status = $3, updated_at = $4, ended_at = $5
          WHERE id = $1
      RETURNING",
        ""
    ))
    .bind(id)
    .bind(moved)
    .bind(status)
    .bind(now)
    .bind(is_over.then_some(now))
    .fetch_one()
    .await
}

/// What the trail says of a step.
fn line(
    action: &BulkAction,
    (now, ids): (Timestamp, &dyn Ids),
    (tenant_id, jobs): (Option<&TenantId>, &[JobId]),
) -> AuditEvent {
    let mut details = json!({
        "count": jobs.len(),
        "bulkAction": action.id,
        "reason": action.why.as_ref().or(action.reason.as_ref()),
        "filter": { "reason": action.reason, "tenantId": action.tenant_id },
    });
    // Nothing else tells which they were; what a filter meant, its own words tell.
    if action.chosen.is_some() {
        details["jobIds"] = json!(jobs);
    }
    AuditEvent {
        id: AuditEventId::new(ids),
        occurred_at: now,
        actor: action.actor.clone(),
        action: action.kind.action(),
        status: AuditStatus::Succeeded,
        tenant_id: tenant_id.cloned(),
        details,
        request_id: action.request_id.clone(),
        attempt_id: action.attempt_id,
    }
}

impl FromRow for BulkAction {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            why: row.get("why")?,
            tenant_id: row.get("of_tenant")?,
            reason: row.get("reason")?,
            chosen: row.get("chosen")?,
            limit: row.get("most")?,
            offset: row.get("skipping")?,
            actor: Actor {
                id: row.get("actor_id")?,
                role: row.get("actor_role")?,
            },
            request_id: row.get("request_id")?,
            attempt_id: row.get("attempt_id")?,
            meant: row.get("meant")?,
            moved: row.get("moved")?,
            status: row.get("status")?,
            started_at: row.get("started_at")?,
            updated_at: row.get("updated_at")?,
            ended_at: row.get("ended_at")?,
        })
    }
}
