//! Many dead letters moved in one statement.

use std::collections::BTreeMap;

use types::TenantId;

use super::DeadLetterFilter;
use crate::{PlatformScope, Result, Tx, backend::Only};

/// Moves what a filter means, which binds `$1` to `$5`.
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
                     ORDER BY dead_lettered_at DESC, id DESC
                     LIMIT $3 OFFSET $4)
          RETURNING tenant_id AS value"
        )
    };
}

/// Puts the dead letters that `filter` means back in line, in one statement. Says how many of each tenant's.
pub async fn requeue_all(
    tx: &mut Tx,
    _platform: &PlatformScope,
    filter: &DeadLetterFilter,
) -> Result<BTreeMap<TenantId, u64>> {
    let now = tx.time().await?;
    let requeue = tx.query(move_dead!(
        "status = 'pending', attempt_count = 0, last_error = NULL, next_attempt_at = $6, dead_lettered_at = NULL"
    ));
    let requeued = filter.bound(requeue).bind(now).fetch_all().await?;
    if !requeued.is_empty() {
        tx.says_jobs_wait();
    }
    Ok(by_tenant(requeued))
}

/// Decides that the effects of the dead letters `filter` means are not wanted. Says how many of each tenant's.
pub async fn discard_all(
    tx: &mut Tx,
    _platform: &PlatformScope,
    filter: &DeadLetterFilter,
) -> Result<BTreeMap<TenantId, u64>> {
    let discard = tx.query(move_dead!("status = 'discarded'"));
    Ok(by_tenant(filter.bound(discard).fetch_all().await?))
}

fn by_tenant(moved: Vec<Only<TenantId>>) -> BTreeMap<TenantId, u64> {
    let mut counts = BTreeMap::new();
    for Only(tenant_id) in moved {
        *counts.entry(tenant_id).or_default() += 1;
    }
    counts
}
