//! Works on imports behind everybody's back: the long ones, and those a process that died left behind.

use std::time::Duration;

use db::door::imports::{self, Waiting};

use super::work::work;
use crate::app::App;

/// Imports of other processes are looked for this often; our own say so at once.
const LOOK: Duration = Duration::from_secs(5);

/// Works on whatever waits, one import at a time, until the process stops.
pub(crate) async fn work_on_all(app: App) {
    while !app.stop.is_stopping() {
        match imports::next(&app.db).await {
            Ok(Some(waiting)) => one(&app, waiting).await,
            Ok(None) => rest(&app).await,
            Err(error) => {
                tracing::warn!(%error, "imports cannot be looked for");
                rest(&app).await;
            }
        }
    }
}

/// An import that fails or panics keeps its lease until it runs out: the others have their turn first.
async fn one(app: &App, waiting: Waiting) {
    let (id, tenant) = (waiting.id, waiting.scope.tenant_id().clone());
    let working = app.clone();
    let done = tokio::spawn(async move { work(&working, &waiting.scope, waiting.id).await }).await;
    match done {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, %tenant, import.id = %id, "import {id} failed, and is tried again");
            rest(app).await;
        }
        Err(_panicked) => {
            tracing::error!(%tenant, import.id = %id, "import {id} panicked, and is tried again");
            rest(app).await;
        }
    }
}

async fn rest(app: &App) {
    tokio::select! {
        () = app.stop.stopped() => {}
        () = app.imports.notified() => {}
        () = tokio::time::sleep(LOOK) => {}
    }
}
