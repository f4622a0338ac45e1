//! Strangers: browsers whose visitor never said who they are, forgotten after a while with what they did.

use jiff::{SignedDuration, Timestamp};

use crate::{PlatformScope, Result, Tx};

/// How long what a stranger did waits for them to say who they are: a quarter, as the site's privacy page says. Who
/// looks at homes for longer comes back in the meantime, and is a new stranger at worst.
const PATIENCE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Forgets up to `limit` strangers who were not seen for a quarter. Says how many.
pub async fn forget_strangers(tx: &mut Tx, _platform: &PlatformScope, limit: i64) -> Result<u64> {
    let before = tx
        .time()
        .await?
        .saturating_sub(PATIENCE)
        .unwrap_or(Timestamp::MIN);
    tx.query(
        "DELETE FROM visitors
          WHERE (tenant_id, visitor_id) IN (
                SELECT tenant_id, visitor_id
                  FROM visitors
                 WHERE contact_id IS NULL AND seen_at < $1
                 ORDER BY seen_at
                 LIMIT $2)",
    )
    .bind(before)
    .bind(limit)
    .execute()
    .await
}
