//! Who may have leads while an edit goes on: somebody may leave, or only look from then on, before it is through or taken
//! back.

use db::{TenantScope, Tx, tenant::members};
use types::{Before, BulkChange, EditedRecord, PersonId};

/// Whether whoever was to have the leads cannot have them any more.
pub(super) async fn is_gone(tx: &mut Tx, scope: &TenantScope, change: &BulkChange) -> db::Result<bool> {
    match change {
        BulkChange::AssignedTo(Some(to)) => {
            let member = members::find(tx, scope, *to).await?;
            Ok(member.is_none_or(|member| !member.role.may_write()))
        }
        _ => Ok(false),
    }
}

/// Has leads go back to nobody where whoever had them cannot have them any more: to the pool, not out of sight.
pub(super) async fn leave_out_gone(
    tx: &mut Tx,
    scope: &TenantScope,
    change: &BulkChange,
    noted: &mut [EditedRecord],
) -> db::Result<()> {
    if !matches!(change, BulkChange::AssignedTo(_)) {
        return Ok(());
    }
    let members = members::list(tx, scope).await?.into_iter();
    let may_write = members.filter(|member| member.role.may_write());
    let may_have: Vec<PersonId> = may_write.map(|member| member.person_id).collect();
    for record in noted {
        if let Some(Before::Lead(before)) = &mut record.before {
            before.only_of(&may_have);
        }
    }
    Ok(())
}
