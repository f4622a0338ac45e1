//! Works on imports, bulk edits and exports behind everybody's back: the long ones, and those a process that died left
//! behind. Once a day all contacts are looked through for duplicates.

use std::{future::Future, time::Duration};

use db::{
    TenantScope,
    door::{bulk_edits, duplicates, exports, imports},
};

use crate::{app::App, imports::broken_off};

/// Work of other processes is looked for this often; our own says so at once.
const LOOK: Duration = Duration::from_secs(5);

/// What is swept up of each kind before anything else has its turn.
const AT_ONCE: i64 = 50;

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

/// An import, a bulk edit, then exports: no kind waits for all of another. False when there was none, or all failed.
async fn next(app: &App) -> db::Result<bool> {
    let mut done = false;
    if let Some(waiting) = imports::next(&app.db).await? {
        let (app_of_it, of) = (app.clone(), waiting.clone());
        let work = async move { crate::imports::work(&app_of_it, &of.scope, of.id).await };
        done |= one(&waiting.scope, &format!("import {}", waiting.id), work).await;
    }
    if let Some(waiting) = bulk_edits::next(&app.db).await? {
        let (app_of_it, of) = (app.clone(), waiting.clone());
        let work = async move { crate::bulk_edits::work(&app_of_it, &of.scope, of.id).await };
        done |= one(&waiting.scope, &format!("bulk edit {}", waiting.id), work).await;
    }
    if let Some(waiting) = exports::next(&app.db).await? {
        let (app_of_it, of) = (app.clone(), waiting.clone());
        let work = async move { crate::exports::work(&app_of_it, &of.scope, of.id).await };
        done |= one(&waiting.scope, &format!("export {}", waiting.id), work).await;
    }
    Ok(done | sweep(app).await?)
}

/// What nobody waits for: taking away what was kept long enough, and looking for duplicates. False when there was
/// nothing, or all failed.
pub(crate) async fn sweep(app: &App) -> db::Result<bool> {
    let mut done = false;
    for expired in exports::expired(&app.db, AT_ONCE).await? {
        let work = crate::exports::expire(app, &expired.scope, expired.id);
        let name = format!("taking away export {}", expired.id);
        done |= attempt(app, &expired.scope, &name, work).await;
    }
    for torn in imports::broken_off(&app.db, broken_off::LONGEST, AT_ONCE).await? {
        let work = broken_off::forget(app, &torn.scope, torn.id);
        let name = format!("forgetting import {}, which broke off", torn.id);
        done |= attempt(app, &torn.scope, &name, work).await;
    }
    for expired in bulk_edits::expired(&app.db, AT_ONCE).await? {
        let work = crate::bulk_edits::forget(app, &expired.scope, expired.id);
        let name = format!("forgetting what bulk edit {} took", expired.id);
        done |= attempt(app, &expired.scope, &name, work).await;
    }
    for due in duplicates::due(&app.db, AT_ONCE).await? {
        let work = crate::duplicates::look_through(app, &due);
        done |= attempt(app, &due.scope, "looking for duplicates", work).await;
    }
    Ok(done)
}

/// What has no lease rests in this process when it failed.
async fn attempt(
    app: &App,
    scope: &TenantScope,
    name: &str,
    work: impl Future<Output = db::Result<()>>,
) -> bool {
    let whose = (name, scope.tenant_id());
    let done = app.setbacks.attempt(whose, app.clock.now(), work).await;
    done.is_some()
}

/// What fails or panics keeps its lease until that runs out: the others have their turn first.
async fn one(
    scope: &TenantScope,
    name: &str,
    work: impl Future<Output = db::Result<()>> + Send + 'static,
) -> bool {
    let tenant = scope.tenant_id();
    match tokio::spawn(work).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!(%error, %tenant, "{name} failed, and is tried again");
            false
        }
        Err(_panicked) => {
            tracing::error!(%tenant, "{name} panicked, and is tried again");
            false
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

#[cfg(test)]
mod tests {
    use db::testing::by_sql;
    use jiff::SignedDuration;
    use serde_json::json;

    use super::*;
    use crate::testing::Crm;

    #[tokio::test]
    async fn an_edit_that_nobody_can_read_keeps_no_other_tenants_edit_waiting() {
        let crm = Crm::new().await;
        let (ann, hugo) = (crm.ann().await, crm.hugo().await);
        let mut paths = Vec::new();
        // Fairfield's first, which is the first to be worked on.
        for caller in [&ann, &hugo] {
            let lead = json!({ "leadType": "buyer", "listingId": "elm-1" });
            let lead = caller.post_json("/api/leads", lead).await.json()["lead"]["id"].clone();
            let wish = json!({ "leadIds": [lead], "addTag": "hot" });
            let edit = caller.post_json("/api/bulk-edits", wish).await.json()["bulkEdit"]["id"].clone();
            paths.push(format!("/api/bulk-edits/{}", edit.as_str().unwrap()));
        }
        for broken in [
            "UPDATE bulk_edits SET status = 'running', change = 'unheard of' WHERE tenant_id = 'tenant_fairfield'",
            "UPDATE bulk_edits SET status = 'undoing', records_done = 0 WHERE tenant_id = 'tenant_hudson'",
        ] {
            by_sql(&crm.test.db, broken).await.unwrap();
        }
        let app = App::new(&crm.context).unwrap();
        while sweep(&app).await.unwrap() {}

        let turns = [next(&app).await.unwrap(), next(&app).await.unwrap()];

        assert_eq!(turns, [false, true], "the first is held for a while");
        let undone = hugo.get(&paths[1]).await.json();
        assert_eq!(undone["bulkEdit"]["status"], "undone", "{undone}");
    }

    #[tokio::test]
    async fn what_cannot_be_swept_up_of_one_tenant_rests_and_that_of_others_is() {
        let crm = Crm::new().await;
        let app = App::new(&crm.context).unwrap();
        let waiting = async || {
            let due = duplicates::due(&app.db, 10).await.unwrap().into_iter();
            due.map(|due| due.scope.tenant_id().to_string())
                .collect::<Vec<_>>()
        };
        // Nothing can be noted of fairfield, which comes first.
        by_sql(
            &crm.test.db,
            "CREATE UNIQUE INDEX hudsons_alone ON tenant_settings ((tenant_id <> ''))
              WHERE tenant_id = 'tenant_hudson' OR duplicates_looked_at IS NOT NULL",
        )
        .await
        .unwrap();

        let first = (sweep(&app).await.unwrap(), waiting().await);
        let resting = sweep(&app).await.unwrap();
        by_sql(&crm.test.db, "DROP INDEX hudsons_alone").await.unwrap();
        crm.clock.advance(SignedDuration::from_mins(1));
        let again = (sweep(&app).await.unwrap(), waiting().await);

        assert_eq!(first, (true, vec!["tenant_fairfield".to_owned()]));
        assert!(!resting, "what failed is left alone for a while");
        assert_eq!(again, (true, Vec::new()));
    }
}
