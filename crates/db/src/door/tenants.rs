//! From the platform's own people to the key of a tenant they have work in: provisioning, seeding, commands.

use types::TenantId;

use crate::{PlatformScope, Result, TenantScope, Tx, backend::Only};

/// The key of a tenant that is there.
pub async fn enter(tx: &mut Tx, _platform: &PlatformScope, id: &TenantId) -> Result<Option<TenantScope>> {
    let found: Option<Only<TenantId>> = tx
        .query("SELECT id AS value FROM tenants WHERE id = $1")
        .bind(id)
        .fetch_optional()
        .await?;
    Ok(found.map(|Only(id)| TenantScope::new(id)))
}
