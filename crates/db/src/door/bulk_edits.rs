//! From the crm to a bulk edit nobody works on, or whose deletion is to be forgotten: with the key of its tenant.

use types::{BulkEditId, TenantId};

use crate::{
    Db, PlatformScope, Result, TenantScope,
    backend::{FromRow, Row},
};

/// Rows read to find one: behind one that cannot be read others wait.
const SOME: i64 = 10;

/// A bulk edit that waits for somebody to work on it, and the key of its tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The key of the edit's tenant, as whoever began it holds it; the operator's session it was begun in goes along.
    pub scope: TenantScope,
    /// The edit.
    pub id: BulkEditId,
}

/// The edit that waits longest, of a tenant that is in service: new, or left by a process that died.
pub async fn next(db: &Db) -> Result<Option<Waiting>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    let now = tx.time().await?;
    tx.query(
        "SELECT bulk_edits.tenant_id, bulk_edits.id, bulk_edits.support_session_id, bulk_edits.started_by,
                members.role, settings.agents_see
           FROM bulk_edits
           JOIN tenants ON tenants.id = bulk_edits.tenant_id AND tenants.status = 'active'
           JOIN tenant_settings AS settings ON settings.tenant_id = bulk_edits.tenant_id
           JOIN members ON members.tenant_id = bulk_edits.tenant_id AND members.person_id = bulk_edits.started_by
          WHERE bulk_edits.status IN ('running', 'undoing')
            AND (bulk_edits.leased_until IS NULL OR bulk_edits.leased_until <= $1)
          ORDER BY bulk_edits.updated_at, bulk_edits.id
          LIMIT $2",
    )
    .bind(now)
    .bind(SOME)
    .fetch_readable()
    .await
    .map(|waiting| waiting.into_iter().next())
}

/// Lists deletions of any tenant whose time to be undone is up, the first first.
pub async fn expired(db: &Db, limit: i64) -> Result<Vec<Expired>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    let now = tx.time().await?;
    tx.query(
        "SELECT tenant_id, id
           FROM bulk_edits
          WHERE forget_at <= $1
          ORDER BY forget_at, id
          LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all()
    .await
}

/// A deletion that nobody can undo any more, and the key of its tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    /// The key of the edit's tenant.
    pub scope: TenantScope,
    /// The edit.
    pub id: BulkEditId,
}

impl FromRow for Expired {
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
        let scope = TenantScope::new(tenant_id).held_by(began, row.get("agents_see")?);
        Ok(Self {
            scope: match row.get("support_session_id")? {
                Some(session) => scope.in_support(session),
                None => scope,
            },
            id: row.get("id")?,
        })
    }
}
