//! From the crm to an import nobody works on, or that broke off on its way in: with the key of its tenant.

use jiff::SignedDuration;
use types::{ImportId, TenantId};

use crate::{
    Db, PlatformScope, Result, TenantScope,
    backend::{FromRow, Row},
};

/// Rows read to find one: behind one that cannot be read others wait.
const SOME: i64 = 10;

/// An import that waits for somebody to work on it, and the key of its tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The key of the import's tenant, as whoever set it to work holds it.
    pub scope: TenantScope,
    /// The import.
    pub id: ImportId,
}

/// The import that waits longest, of a tenant that is in service: new, or left by a process that died.
pub async fn next(db: &Db) -> Result<Option<Waiting>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    let now = tx.time().await?;
    tx.query(
        "SELECT imports.tenant_id, imports.id, imports.started_by, members.role, settings.agents_see
           FROM imports
           JOIN tenants ON tenants.id = imports.tenant_id AND tenants.status = 'active'
           JOIN tenant_settings AS settings ON settings.tenant_id = imports.tenant_id
           JOIN members ON members.tenant_id = imports.tenant_id AND members.person_id = imports.started_by
          WHERE imports.status IN ('checking', 'importing', 'undoing')
            AND (imports.leased_until IS NULL OR imports.leased_until <= $1)
          ORDER BY imports.updated_at, imports.id
          LIMIT $2",
    )
    .bind(now)
    .bind(SOME)
    .fetch_readable()
    .await
    .map(|waiting| waiting.into_iter().next())
}

/// An import whose rows stopped coming, and the key of its tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenOff {
    /// The key of the import's tenant.
    pub scope: TenantScope,
    /// The import.
    pub id: ImportId,
}

/// Lists imports of any tenant that are being received for longer than `most`, the first first.
pub async fn broken_off(db: &Db, most: SignedDuration, limit: i64) -> Result<Vec<BrokenOff>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    let now = tx.time().await?;
    tx.query(
        "SELECT tenant_id, id
           FROM imports
          WHERE status = 'receiving' AND updated_at <= $1
          ORDER BY updated_at, id
          LIMIT $2",
    )
    .bind(now - most)
    .bind(limit)
    .fetch_all()
    .await
}

impl FromRow for BrokenOff {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let tenant_id: TenantId = row.get("tenant_id")?;
        Ok(Self {
            scope: TenantScope::new(tenant_id),
            id: row.get("id")?,
        })
    }
}

impl FromRow for Waiting {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let tenant_id: TenantId = row.get("tenant_id")?;
        let began = (row.get("started_by")?, row.get("role")?);
        Ok(Self {
            scope: TenantScope::new(tenant_id).held_by(began, row.get("agents_see")?),
            id: row.get("id")?,
        })
    }
}
