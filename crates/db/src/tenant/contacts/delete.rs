//! Taking a contact away. Their leads and what happened stay, with nobody's name on them; their merges go, and those of
//! whoever became part of them.

use types::ContactId;

use crate::{Result, TenantScope, Tx};

/// Takes a contact away if nobody changed it since it was read as `version`.
///
/// False, and the transaction is to be dropped, when somebody did or it is gone already.
pub async fn delete(tx: &mut Tx, scope: &TenantScope, id: ContactId, version: i64) -> Result<bool> {
    // Neither engine can null one column of a composite key for us, so each link is undone by name.
    for unlink in [
        "UPDATE leads SET contact_id = NULL, version = version + 1 WHERE tenant_id = $1 AND contact_id = $2",
        "UPDATE activities SET contact_id = NULL WHERE tenant_id = $1 AND contact_id = $2",
        "UPDATE reminders SET contact_id = NULL, version = version + 1 WHERE tenant_id = $1 AND contact_id = $2",
        // What was told of them names them.
        "DELETE FROM webhook_deliveries WHERE tenant_id = $1 AND contact_id = $2",
        "DELETE FROM contact_merges
          WHERE tenant_id = $1
            AND (kept_id = $2
                 OR kept_id IN (SELECT former_id FROM former_contacts WHERE tenant_id = $1 AND contact_id = $2))",
        "DELETE FROM former_contacts
          WHERE tenant_id = $1
            AND (contact_id = $2
                 OR contact_id IN (SELECT former_id FROM former_contacts WHERE tenant_id = $1 AND contact_id = $2))",
        "DELETE FROM duplicate_suggestions WHERE tenant_id = $1 AND (contact_id = $2 OR other_contact_id = $2)",
    ] {
        tx.query(unlink)
            .bind(scope.tenant_id())
            .bind(id)
            .execute()
            .await?;
    }
    let touched = tx
        .query("DELETE FROM contacts WHERE tenant_id = $1 AND id = $2 AND version = $3")
        .bind(scope.tenant_id())
        .bind(id)
        .bind(version)
        .execute()
        .await?;
    Ok(touched == 1)
}
