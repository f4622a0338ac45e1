//! What a status writes into a lead besides itself: since when it is answered, and that it was qualified. An edit of many
//! keeps it as it was, and undoing the edit puts it back.

use std::collections::HashMap;

use db::{TenantScope, Tx, tenant::bulk_edits::numbers};
use types::{Before, BulkChange, BulkEdit, EditOutcome, EditedRecord, LeadBefore, LeadId};

/// Keeps it of the leads that the edit is about to change, if it changes their status.
pub(super) async fn keep(
    tx: &mut Tx,
    scope: &TenantScope,
    edit: &BulkEdit,
    noted: &mut [EditedRecord],
) -> db::Result<()> {
    if !matches!(edit.change, BulkChange::Status { .. }) {
        return Ok(());
    }
    let changed = noted
        .iter()
        .filter(|record| record.outcome == EditOutcome::Changed);
    let ids: Vec<LeadId> = changed.map(|record| record.record_id.into()).collect();
    let known: HashMap<_, _> = numbers::list(tx, scope, &ids).await?.into_iter().collect();
    for record in noted {
        let id = LeadId::from(record.record_id);
        if let Some(Before::Lead(before)) = &mut record.before {
            before.numbers = known.get(&id).copied();
        }
    }
    Ok(())
}

/// Puts it back, of the leads that were.
pub(super) async fn put_back(tx: &mut Tx, scope: &TenantScope, noted: &[EditedRecord]) -> db::Result<()> {
    let back = noted
        .iter()
        .filter(|record| record.outcome == EditOutcome::PutBack);
    let kept = back.filter_map(|record| match &record.before {
        Some(Before::Lead(LeadBefore {
            numbers: Some(numbers),
            ..
        })) => Some((LeadId::from(record.record_id), *numbers)),
        _ => None,
    });
    let kept: Vec<_> = kept.collect();
    numbers::put_back(tx, scope, &kept).await
}
