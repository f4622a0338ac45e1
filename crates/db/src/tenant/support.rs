//! Who of the platform looked in at the tenant, as its owners see it.

use types::SupportSession;

use crate::{Result, TenantScope, Tx, backend::Only, platform::support::select_sessions};

/// The newest sessions that are told.
const MOST: i64 = 100;

/// Lists the sessions, the newest first, at most 100.
pub async fn list(tx: &mut Tx, scope: &TenantScope) -> Result<Vec<SupportSession>> {
    tx.query(select_sessions!(
        "WHERE session.tenant_id = $1
         ORDER BY session.started_at DESC, session.id DESC
         LIMIT $2"
    ))
    .bind(scope.tenant_id())
    .bind(MOST)
    .fetch_all()
    .await
}

/// Whether operators may look in.
pub async fn is_allowed(tx: &mut Tx, scope: &TenantScope) -> Result<bool> {
    let found: Option<Only<bool>> = tx
        .query("SELECT support_is_allowed AS value FROM tenant_settings WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .fetch_optional()
        .await?;
    Ok(found.is_some_and(|Only(is_allowed)| is_allowed))
}
