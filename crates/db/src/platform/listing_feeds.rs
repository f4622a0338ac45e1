//! Services that are to be asked for homes by themselves, whosever they are.

use jiff::Timestamp;
use types::TenantId;

use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Row},
};

/// A service that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueFeed {
    /// Whose homes it has.
    pub tenant_id: TenantId,
    /// Where it is asked.
    pub address: String,
    /// How often, in minutes.
    pub every_minutes: i64,
    /// Since when it is due.
    pub next_poll_at: Timestamp,
    /// The file that holds its token.
    pub token_file: Option<String>,
    /// What it wants said beside every home.
    pub disclaimer: String,
}

/// The services that are due of tenants whose sites are on, the longest due first.
pub async fn due(tx: &mut Tx, _platform: &PlatformScope, now: Timestamp, limit: i64) -> Result<Vec<DueFeed>> {
    tx.query(
        "SELECT tenant_id, address, every_minutes, next_poll_at, token_file, disclaimer
           FROM listing_feeds
          WHERE next_poll_at <= $1
            AND EXISTS (SELECT 1 FROM tenants WHERE tenants.id = listing_feeds.tenant_id AND tenants.status = 'active')
          ORDER BY next_poll_at, tenant_id, address
          LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all()
    .await
}

/// Takes a service that is due: it is due again at `next`. False when another process has it.
pub async fn take(tx: &mut Tx, _platform: &PlatformScope, feed: &DueFeed, next: Timestamp) -> Result<bool> {
    let taken = tx
        .query(
            "UPDATE listing_feeds
                SET next_poll_at = $4
              WHERE tenant_id = $1 AND address = $2 AND next_poll_at = $3",
        )
        .bind(&feed.tenant_id)
        .bind(&feed.address)
        .bind(feed.next_poll_at)
        .bind(next)
        .execute()
        .await?;
    Ok(taken == 1)
}

impl FromRow for DueFeed {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            address: row.get("address")?,
            every_minutes: row.get("every_minutes")?,
            next_poll_at: row.get("next_poll_at")?,
            token_file: row.get("token_file")?,
            disclaimer: row.get::<Option<String>>("disclaimer")?.unwrap_or_default(),
        })
    }
}
