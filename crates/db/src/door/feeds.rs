//! Feeds of all tenants that nobody has been told of yet, each with the key of its tenant.

use types::TenantId;

use crate::{
    Db, PlatformScope, Result, Tx,
    backend::{FromRow, Row},
    door::hosts::Site,
};

/// A tenant whose feed went on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// The tenant.
    pub site: Site,
    /// The last change that was told of.
    pub told: i64,
}

/// Lists tenants whose feed went further than was told, those behind `after` in their order.
pub async fn behind(db: &Db, after: Option<&TenantId>, limit: i64) -> Result<Vec<Behind>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query(
        "SELECT tenants.id, tenants.slug, tenants.name, tenants.status, tenants.created_at, tenants.updated_at,
                main.hostname, main.hostname AS primary_hostname, COALESCE(told.last_seq, 0) AS told,
                (SELECT time_zone FROM tenant_settings WHERE tenant_id = tenants.id) AS time_zone
           FROM change_feeds AS feed
           JOIN tenants ON tenants.id = feed.tenant_id
           JOIN tenant_domains AS main ON main.tenant_id = tenants.id AND main.is_primary
           LEFT JOIN told_feeds AS told ON told.tenant_id = feed.tenant_id
          WHERE feed.last_seq > COALESCE(told.last_seq, 0) AND tenants.status = 'active'
            AND tenants.id > $1
          ORDER BY tenants.id
          LIMIT $2",
    )
    .bind(after.map_or("", TenantId::as_str))
    .bind(limit)
    .fetch_readable()
    .await
}

/// Notes how far was told, in the transaction that writes the messages. Never goes back.
pub async fn told(tx: &mut Tx, site: &Site, seq: i64) -> Result<()> {
    tx.query(
        "INSERT INTO told_feeds (tenant_id, last_seq)
         VALUES ($1, $2)
             ON CONFLICT (tenant_id)
             DO UPDATE SET last_seq = excluded.last_seq WHERE told_feeds.last_seq < excluded.last_seq",
    )
    .bind(site.scope.tenant_id())
    .bind(seq)
    .execute()
    .await?;
    Ok(())
}

impl FromRow for Behind {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            site: Site::from_row(row)?,
            told: row.get("told")?,
        })
    }
}
