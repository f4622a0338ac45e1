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
use types::{Activity, ActivityId, ActivityType, ChangeKind, Ids, imports::Import};

/// Says who brought how many.
pub(super) async fn imported(
    tx: &mut Tx,
    ids: &dyn Ids,
    scope: &TenantScope,
    import: &Import,
    now: Timestamp,
) -> db::Result<()> {
    let counts = &import.counts;
    let summary = format!(
        "Imported {} new and filled {} known contacts from {}",
        thousands(counts.new),
        thousands(counts.updated),
        import.file_name
    );
    tell(tx, ids, scope, import, (summary, now)).await
}

/// Says who took them out again.
pub(super) async fn undone(
    tx: &mut Tx,
    ids: &dyn Ids,
    scope: &TenantScope,
    import: &Import,
    now: Timestamp,
) -> db::Result<()> {
    let counts = &import.counts;
    let summary = format!(
        "Undid the import of {}: {} taken out, {} kept",
        import.file_name,
        thousands(counts.taken_back),
        thousands(counts.kept)
    );
    tell(tx, ids, scope, import, (summary, now)).await
}

async fn tell(
    tx: &mut Tx,
    ids: &dyn Ids,
    scope: &TenantScope,
    import: &Import,
    (summary, now): (String, Timestamp),
) -> db::Result<()> {
    let activity = Activity {
        id: ActivityId::new(ids),
        contact_id: None,
        lead_id: None,
        activity_type: ActivityType::Note,
        occurred_at: now,
        summary,
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
