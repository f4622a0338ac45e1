//! Works on imports, bulk edits and exports behind everybody's back: the long ones, and those a process that died left
//! behind. Once a day all contacts are looked through for duplicates.

use std::{future::Future, time::Duration};

use db::{
    TenantScope,
    door::{bulk_edits, duplicates, exports, imports},
};

use crate::app::App;

/// Work of other processes is looked for this often; our own says so at once.
const LOOK: Duration = Duration::from_secs(5);

/// Works on whatever waits, one after the other, until the process stops.
pub(crate) async fn work_on_all(app: App) {
    while !app.stop.is_stopping() {
        match next(&app).await {
            Ok(true) => {}
            Ok(false) => rest(&app).await,
            Err(error) => {
                tracing::warn!(%error, "long work cannot be looked for");
                rest(&app).await;
            }
        }
    }
}

/// An import, a bulk edit, then exports: no kind waits for all of another. False when there was none.
async fn next(app: &App) -> db::Result<bool> {
    let import = imports::next(&app.db).await?;
    if let Some(waiting) = &import {
        let (app_of_it, of) = (app.clone(), waiting.clone());
        let work = async move { crate::imports::work(&app_of_it, &of.scope, of.id).await };
        one(app, &waiting.scope, &format!("import {}", waiting.id), work).await;
    }
    let edit = bulk_edits::next(&app.db).await?;
    if let Some(waiting) = &edit {
        let (app_of_it, of) = (app.clone(), waiting.clone());
        let work = async move { crate::bulk_edits::work(&app_of_it, &of.scope, of.id).await };
        one(app, &waiting.scope, &format!("bulk edit {}", waiting.id), work).await;
    }
    let exported = next_export(app).await?;
    let expired = bulk_edits::expired(&app.db).await?;
    if let Some(expired) = &expired {
        crate::bulk_edits::forget(app, &expired.scope, expired.id).await?;
    }
    let due = duplicates::next(&app.db).await?;
    if let Some(due) = &due {
        let (app_of_it, of) = (app.clone(), due.clone());
        let work = async move { crate::duplicates::look_through(&app_of_it, &of).await };
        one(app, &due.scope, "looking for duplicates", work).await;
    }
    Ok(import.is_some() || edit.is_some() || exported || expired.is_some() || due.is_some())
}

/// Puts an export together, and takes one away whose time is up.
async fn next_export(app: &App) -> db::Result<bool> {
    let export = exports::next(&app.db).await?;
    if let Some(waiting) = &export {
        let (app_of_it, of) = (app.clone(), waiting.clone());
        let work = async move { crate::exports::work(&app_of_it, &of.scope, of.id).await };
        one(app, &waiting.scope, &format!("export {}", waiting.id), work).await;
    }
    let expired = exports::expired(&app.db).await?;
    if let Some(expired) = &expired {
        crate::exports::expire(app, &expired.scope, expired.id).await?;
    }
    Ok(export.is_some() || expired.is_some())
}

/// What fails or panics keeps its lease until that runs out: the others have their turn first.
async fn one(
    app: &App,
    scope: &TenantScope,
    name: &str,
    work: impl Future<Output = db::Result<()>> + Send + 'static,
) {
    let tenant = scope.tenant_id();
    match tokio::spawn(work).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, %tenant, "{name} failed, and is tried again");
            rest(app).await;
        }
        Err(_panicked) => {
            tracing::error!(%tenant, "{name} panicked, and is tried again");
            rest(app).await;
        }
    }
}

async fn rest(app: &App) {
    tokio::select! {
        () = app.stop.stopped() => {}
        () = app.long_work.notified() => {}
        () = tokio::time::sleep(LOOK) => {}
    }
}
