//! Many dead letters moved in one statement.

use std::collections::{BTreeMap, HashSet};

use types::{JobId, TenantId};

use super::DeadLetterFilter;
use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Only, Row, Sql},
};

/// Which of each tenant's were moved.
pub type Moved = BTreeMap<TenantId, Vec<JobId>>;

/// Moves what a filter means, which binds `$1` to `$6`.
macro_rules! move_dead {
    ($change:literal) => {
        concat!(
            "UPDATE ingestion_jobs SET ",
            $change,
            " WHERE status = 'dead_letter' AND (tenant_id, id) IN (
                    SELECT tenant_id, id
                      FROM ingestion_jobs
                     WHERE status = 'dead_letter'
                       AND ($1 IS NULL OR tenant_id = $1)
                       AND ($2 IS NULL OR last_error LIKE $2 ESCAPE '\\')
                       AND ($5 IS NULL OR dead_lettered_at <= $5)
                       AND ($6 IS NULL OR id IN (SELECT job_id FROM bulk_action_jobs WHERE action_id = $6))
                     ORDER BY dead_lettered_at DESC, id DESC
                     LIMIT $3 OFFSET $4)
          RETURNING tenant_id, id"
        )
    };
}

/// Puts the dead letters that `filter` means back in line, in one statement. Says which of each tenant's.
pub async fn requeue_all(tx: &mut Tx, _platform: &PlatformScope, filter: &DeadLetterFilter) -> Result<Moved> {
    let now = tx.time().await?;
    let requeue = tx.query(move_dead!(
        "status = 'pending', attempt_count = 0, last_error = NULL, next_attempt_at = $7, dead_lettered_at = NULL"
    ));
    let requeued = filter.bound(requeue).bind(now).fetch_all().await?;
    if !requeued.is_empty() {
        tx.says_jobs_wait();
    }
    Ok(by_tenant(requeued))
}

/// Decides that the effects of the dead letters `filter` means are not wanted. Says which of each tenant's.
pub async fn discard_all(tx: &mut Tx, _platform: &PlatformScope, filter: &DeadLetterFilter) -> Result<Moved> {
    let discard = tx.query(move_dead!("status = 'discarded'"));
    Ok(by_tenant(filter.bound(discard).fetch_all().await?))
}

fn by_tenant(rows: Vec<One>) -> Moved {
    let mut moved = Moved::new();
    for One { tenant_id, id } in rows {
        moved.entry(tenant_id).or_default().push(id);
    }
    moved
}

struct One {
    tenant_id: TenantId,
    id: JobId,
}

impl FromRow for One {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            id: row.get("id")?,
        })
    }
}

/// Which of these jobs are dead letters.
pub async fn dead_among(tx: &mut Tx, _platform: &PlatformScope, ids: &[JobId]) -> Result<HashSet<JobId>> {
    const DEAD: Sql = Sql {
        sqlite: "SELECT id AS value
                   FROM ingestion_jobs
                  WHERE status = 'dead_letter' AND id IN (SELECT c0 FROM list)",
        postgres: "SELECT id AS value
                     FROM ingestion_jobs
                    WHERE status = 'dead_letter' AND id = ANY($1)",
    };
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let dead: Vec<Only<JobId>> = tx.bulk(DEAD).column(ids.iter().copied()).fetch_all().await?;
    Ok(dead.into_iter().map(|Only(id)| id).collect())
}
