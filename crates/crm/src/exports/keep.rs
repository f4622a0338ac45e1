//! Beginning an export, and finding one.

use db::{Tx, tenant::exports};
use server::Failure;
use types::{Activity, ActivityId, ExportId, TenantExport};

use crate::{
    activities::record,
    app::App,
    member::{Member, Owner},
};

/// Begins an export. One at a time: while one is being prepared, it is that one.
pub(super) async fn begin(app: &App, Owner(owner): &Owner) -> Result<TenantExport, Failure> {
    let scope = &owner.scope;
    let export = TenantExport::new(ExportId::new(&*app.ids), owner.person_id(), app.clock.now());
    let mut tx = app.db.write(scope).await?;
    if !exports::insert(&mut tx, scope, &export).await? {
        // What stood in the way was being prepared, and nobody began another since.
        let newest = exports::list(&mut tx, scope).await?.into_iter().next();
        return newest.ok_or(Failure::NotFound);
    }
    let summary = "Began to prepare an export of everything".to_owned();
    trace(&mut tx, app, owner, (export.id, summary)).await?;
    tx.commit().await?;
    app.long_work.notify_one();
    Ok(export)
}

/// Finds an export.
///
/// # Errors
///
/// Not found, also for another tenant's.
pub(super) async fn find(app: &App, Owner(owner): &Owner, id: ExportId) -> Result<TenantExport, Failure> {
    let mut tx = app.db.read(&owner.scope).await?;
    let found = exports::find(&mut tx, &owner.scope, id).await?;
    found.ok_or(Failure::NotFound)
}

/// Notes that somebody takes the file away: they have all of it, however far they read.
pub(super) async fn note_download(
    app: &App,
    Owner(owner): &Owner,
    export: &TenantExport,
) -> Result<(), Failure> {
    let mut tx = app.db.write(&owner.scope).await?;
    let summary = format!(
        "Downloaded the export of {}",
        export.created_at.strftime("%-d %b %Y")
    );
    // Before the export is touched: whoever erases somebody holds the feed, and then takes exports away.
    trace(&mut tx, app, owner, (export.id, summary)).await?;
    let whose = (owner.person_id(), app.clock.now());
    exports::note_download(&mut tx, &owner.scope, export.id, whose).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes in the timeline of the workspace what an owner did with an export.
async fn trace(
    tx: &mut Tx,
    app: &App,
    owner: &Member,
    (id, summary): (ExportId, String),
) -> Result<(), Failure> {
    let activity = Activity::of_workspace(
        ActivityId::new(&*app.ids),
        Some(owner.person_id()),
        (summary, serde_json::json!({ "exportId": id })),
        app.clock.now(),
    );
    record(tx, &owner.scope, &activity).await?;
    Ok(())
}
