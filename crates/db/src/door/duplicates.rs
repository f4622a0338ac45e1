//! From the crm to a tenant whose contacts nobody has looked through for a day: with its key.

use jiff::{SignedDuration, Timestamp};
use types::TenantId;

use crate::{
    Db, PlatformScope, Result, TenantScope,
    backend::{FromRow, Row},
};

/// How long nobody looks again. What comes meanwhile is looked at when it comes, as far as one contact shows it.
const EVERY: SignedDuration = SignedDuration::from_hours(24);

/// A tenant whose contacts are to be looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its key.
    pub scope: TenantScope,
    /// When somebody last looked.
    pub looked_at: Timestamp,
}

/// The tenant in service that was not looked through for longest, if that is a day.
pub async fn next(db: &Db) -> Result<Option<Due>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    let now = tx.time().await?;
    tx.query(
        "SELECT tenant_settings.tenant_id, duplicates_looked_at
           FROM tenant_settings
           JOIN tenants ON tenants.id = tenant_settings.tenant_id AND tenants.status = 'active'
          WHERE duplicates_looked_at <= $1
          ORDER BY duplicates_looked_at, tenant_settings.tenant_id
          LIMIT 1",
    )
    .bind(now - EVERY)
    .fetch_optional()
    .await
}

impl FromRow for Due {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let tenant_id: TenantId = row.get("tenant_id")?;
        Ok(Self {
            scope: TenantScope::new(tenant_id),
            looked_at: row.get("duplicates_looked_at")?,
        })
    }
}
