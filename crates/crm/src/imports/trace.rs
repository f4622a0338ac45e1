//! What the timeline says of an import: one entry, whoever and however many came.

use db::{TenantScope, Tx};
use jiff::Timestamp;
use server::page::thousands;
use types::{
    Activity, ActivityId, Ids,
    imports::{Import, ImportStatus},
};

use crate::activities::record;

/// Says who brought how many, or took them out again.
pub(super) async fn tell(
    tx: &mut Tx,
    ids: &dyn Ids,
    scope: &TenantScope,
    import: &Import,
    now: Timestamp,
) -> db::Result<()> {
    let activity = Activity::of_workspace(
        ActivityId::new(ids),
        Some(import.started_by),
        (summary(import), serde_json::json!({ "importId": import.id })),
        now,
    );
    record(tx, scope, &activity).await?;
    Ok(())
}

fn summary(import: &Import) -> String {
    let (counts, file_name) = (&import.counts, &import.file_name);
    match import.status {
        ImportStatus::Undone => format!(
            "Undid the import of {file_name}: {} taken out, {} kept",
            thousands(counts.taken_back),
            thousands(counts.kept)
        ),
        _ => format!(
            "Imported {} new and filled {} known contacts from {file_name}",
            thousands(counts.new),
            thousands(counts.updated)
        ),
    }
}
