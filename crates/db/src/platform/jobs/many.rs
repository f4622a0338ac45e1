//! Many dead letters moved at once: a thousand in a transaction, so that nobody waits for the whole.

use std::collections::BTreeMap;

use types::TenantId;

use super::{DeadLetterFilter, count_dead};
use crate::{PlatformScope, Result, Tx, backend::Only};

/// Dead letters that are moved in one transaction.
const CHUNK: i64 = 1_000;

/// What came of moving dead letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// These were moved.
    pub moved: u64,
    /// These were meant too, but moved by somebody else in the meantime.
    pub skipped: u64,
}

/// The way through what a filter means, a transaction at a time.
#[derive(Debug, Clone)]
pub struct Chunks {
    filter: DeadLetterFilter,
    meant: u64,
    moved: u64,
    is_over: bool,
}

impl Chunks {
    /// At its beginning: what the filter means is counted, and nothing changed.
    pub async fn of(tx: &mut Tx, platform: &PlatformScope, filter: &DeadLetterFilter) -> Result<Self> {
        Ok(Self {
            filter: filter.clone(),
            meant: count_dead(tx, platform, filter).await?,
            moved: 0,
            is_over: false,
        })
    }

    /// How many are meant.
    pub const fn meant(&self) -> u64 {
        self.meant
    }

    /// What the next transaction is to move; none at the end of the way.
    pub fn next(&self) -> Option<DeadLetterFilter> {
        let moved = i64::try_from(self.moved).unwrap_or(i64::MAX);
        let left = self.filter.limit.saturating_sub(moved);
        let goes_on = !self.is_over && left > 0 && self.moved < self.meant;
        goes_on.then(|| DeadLetterFilter {
            limit: left.min(CHUNK),
            ..self.filter.clone()
        })
    }

    /// Notes how many that transaction moved. None at all is the end: somebody else was faster.
    pub fn note(&mut self, moved: u64) {
        self.moved += moved;
        self.is_over = moved == 0;
    }

    /// What has come of it so far.
    pub const fn moved(&self) -> Moved {
        Moved {
            moved: self.moved,
            skipped: self.meant.saturating_sub(self.moved),
        }
    }
}

/// Moves what a filter means, which binds `$1` to `$4`.
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
        "status = 'pending', attempt_count = 0, last_error = NULL, next_attempt_at = $5, dead_lettered_at = NULL"
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
