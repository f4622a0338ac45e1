//! From the crm to an export nobody works on, or whose time is up: with the key of its tenant.

use types::{ExportId, TenantId};

use crate::{
    Db, PlatformScope, Result, TenantScope,
    backend::{FromRow, Row},
};

/// An export that somebody has to do something about, and the key of its tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The key of the export's tenant.
    pub scope: TenantScope,
    /// The export.
    pub id: ExportId,
}

/// The export that waits longest to be put together, of a tenant that is in service: new, or left by a process that died.
pub async fn next(db: &Db) -> Result<Option<Waiting>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    let now = tx.time().await?;
    tx.query(
        "SELECT tenant_exports.tenant_id, tenant_exports.id
           FROM tenant_exports
           JOIN tenants ON tenants.id = tenant_exports.tenant_id AND tenants.status = 'active'
          WHERE tenant_exports.status = 'preparing'
            AND (tenant_exports.leased_until IS NULL OR tenant_exports.leased_until <= $1)
          ORDER BY tenant_exports.updated_at, tenant_exports.id
          LIMIT 1",
    )
    .bind(now)
    .fetch_optional()
    .await
}

/// Lists exports of any tenant whose time is up, the first first.
pub async fn expired(db: &Db, limit: i64) -> Result<Vec<Waiting>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    let now = tx.time().await?;
    tx.query(
        "SELECT tenant_id, id
           FROM tenant_exports
          WHERE status = 'ready' AND expires_at <= $1
          ORDER BY expires_at, id
          LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all()
    .await
}

impl FromRow for Waiting {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let tenant_id: TenantId = row.get("tenant_id")?;
        Ok(Self {
            scope: TenantScope::new(tenant_id),
            id: row.get("id")?,
        })
    }
}
