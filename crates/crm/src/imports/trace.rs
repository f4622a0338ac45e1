//! What the timeline says of an import: one entry, whoever and however many came.

use db::{
    TenantScope, Tx,
    tenant::{
        activities,
        changes::{self, NewChange},
    },
};
use jiff::Timestamp;
use server::page::thousands;
use types::{
    Activity, ActivityId, ActivityType, ChangeKind, Ids,
    imports::{Import, ImportStatus},
};

/// Says who brought how many, or took them out again.
pub(super) async fn tell(
    tx: &mut Tx,
    ids: &dyn Ids,
    scope: &TenantScope,
    import: &Import,
    now: Timestamp,
) -> db::Result<()> {
    let activity = Activity {
        id: ActivityId::new(ids),
        contact_id: None,
        lead_id: None,
        activity_type: ActivityType::Note,
        occurred_at: now,
        summary: summary(import),
        metadata: serde_json::json!({ "importId": import.id }),
        actor: Some(import.started_by),
    };
    activities::insert(tx, scope, &activity).await?;
    let told = NewChange {
        kind: ChangeKind::ActivityLogged,
        lead_id: None,
        contact_id: None,
        activity_id: Some(activity.id),
    };
    changes::append(tx, scope, &told, now).await?;
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
