//! Taking a lead away. What happened stays in its contact's timeline; what was still to be done for it goes along.

use types::LeadId;

use crate::{Result, TenantScope, Tx};

/// Takes a lead away if nobody changed it since it was read as `version`.
///
/// False, and the transaction is to be dropped, when somebody did or it is gone already.
pub async fn delete(tx: &mut Tx, scope: &TenantScope, id: LeadId, version: i64) -> Result<bool> {
    // Neither engine can null one column of a composite key for us, so each link is undone by name.
    for unlink in [
        "UPDATE activities SET lead_id = NULL WHERE tenant_id = $1 AND lead_id = $2",
        "DELETE FROM reminders WHERE tenant_id = $1 AND lead_id = $2",
    ] {
        tx.query(unlink)
            .bind(scope.tenant_id())
            .bind(id)
            .execute()
            .await?;
    }
    let touched = tx
        .query("DELETE FROM leads WHERE tenant_id = $1 AND id = $2 AND version = $3")
        .bind(scope.tenant_id())
        .bind(id)
        .bind(version)
        .execute()
        .await?;
    Ok(touched == 1)
}
