//! Tenants in which a message is to tell somebody that leads are theirs now, each with its key.

use jiff::Timestamp;
use types::TenantId;

use crate::{Db, PlatformScope, Result, door::hosts::Site};

/// Lists tenants that have something to tell, those behind `after` in their order.
pub async fn sites(db: &Db, now: Timestamp, after: Option<&TenantId>, limit: i64) -> Result<Vec<Site>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query(
        "SELECT tenants.id, tenants.slug, tenants.name, tenants.status, tenants.created_at, tenants.updated_at,
                main.hostname, main.hostname AS primary_hostname,
                (SELECT time_zone FROM tenant_settings WHERE tenant_id = tenants.id) AS time_zone
           FROM tenants
           JOIN tenant_domains AS main ON main.tenant_id = tenants.id AND main.is_primary
          WHERE tenants.status = 'active'
            AND EXISTS (SELECT 1
                          FROM notices
                         WHERE notices.tenant_id = tenants.id AND notices.mail_due_at <= $1)
            AND tenants.id > $2
          ORDER BY tenants.id
          LIMIT $3",
    )
    .bind(now)
    .bind(after.map_or("", TenantId::as_str))
    .bind(limit)
    .fetch_readable()
    .await
}
