//! From the secret address of a calendar to whose it is, and the key of their tenant.

use types::{PersonId, TokenHash};

use crate::{
    Db, PlatformScope, Result, TenantScope,
    backend::{FromRow, Row},
};

/// A calendar that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The key of its tenant, in the hands of its owner.
    pub scope: TenantScope,
    /// Whose reminders it shows: a member still.
    pub person_id: PersonId,
    /// What their tenant is called.
    pub tenant_name: String,
}

/// Finds the calendar at this address, of the tenant whose host was asked and which is in service.
pub async fn find(db: &Db, scope: &TenantScope, hash: &TokenHash) -> Result<Option<Calendar>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query(
        "SELECT link.tenant_id, link.person_id, tenants.name, member.role, settings.agents_see
           FROM calendar_links AS link
           JOIN members AS member ON member.tenant_id = link.tenant_id AND member.person_id = link.person_id
                                 AND member.removed_at IS NULL
           JOIN tenants ON tenants.id = link.tenant_id AND tenants.status = 'active'
           JOIN tenant_settings AS settings ON settings.tenant_id = link.tenant_id
          WHERE link.tenant_id = $1 AND link.token_hash = $2",
    )
    .bind(scope.tenant_id())
    .bind(hash.as_str())
    .fetch_optional()
    .await
}

impl FromRow for Calendar {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let person_id = row.get("person_id")?;
        let scope = TenantScope::new(row.get("tenant_id")?);
        Ok(Self {
            scope: scope.held_by((person_id, row.get("role")?), row.get("agents_see")?),
            person_id,
            tenant_name: row.get("name")?,
        })
    }
}
