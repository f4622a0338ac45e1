//! From the crm to tenants whose contacts nobody has looked through for a day: with its key.

use types::TenantId;

use crate::{
    Db, PlatformScope, Result, TenantScope,
    backend::{FromRow, Row},
    tenant::duplicates::LOOKED_THROUGH_EVERY,
};

/// A tenant whose contacts are to be looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its key.
    pub scope: TenantScope,
}

/// Lists tenants in service that nobody looked through for a day.
pub async fn due(db: &Db, limit: i64) -> Result<Vec<Due>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    let now = tx.time().await?;
    tx.query(
        "SELECT tenant_settings.tenant_id
           FROM tenant_settings
           JOIN tenants ON tenants.id = tenant_settings.tenant_id AND tenants.status = 'active'
          WHERE duplicates_looked_at IS NULL OR duplicates_looked_at <= $1
          ORDER BY tenant_settings.tenant_id
          LIMIT $2",
    )
    .bind(now - LOOKED_THROUGH_EVERY)
    .bind(limit)
    .fetch_all()
    .await
}

impl FromRow for Due {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let tenant_id: TenantId = row.get("tenant_id")?;
        Ok(Self {
            scope: TenantScope::new(tenant_id),
        })
    }
}
