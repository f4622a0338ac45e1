//! From the tenants' feeds to what their endpoints are to be told.

use db::{
    door::webhooks::{self as door, Waiting},
    tenant::{
        changes,
        webhooks::{self, deliveries},
    },
};
use server::Failure;
use types::Delivery;

use super::payload::Payloads;
use crate::app::App;

/// Endpoints asked for at a time.
const ENDPOINTS: i64 = 50;

/// Writes down what endpoints are to be told that are behind their feeds, of each the next 200 changes. Says how many
/// endpoints were moved on.
pub(super) async fn everybody(app: &App) -> Result<usize, Failure> {
    let (mut moved, mut after) = (0, None);
    loop {
        let behind = door::behind(&app.db, after.as_ref(), ENDPOINTS).await?;
        for waiting in &behind {
            let tenant = waiting.scope.tenant_id();
            let what = format!("working out what to tell endpoint {}", waiting.id);
            let work = async { one(app, waiting).await.map_err(cause) };
            let done = app.setbacks.attempt((&what, tenant), app.clock.now(), work).await;
            moved += usize::from(done == Some(true));
        }
        after = behind.into_iter().last();
        if after.is_none() {
            return Ok(moved);
        }
    }
}

/// What goes into the log.
fn cause(failure: Failure) -> anyhow::Error {
    match failure {
        Failure::Internal(error) => error,
        failure => anyhow::anyhow!(failure.code()),
    }
}

/// What is to be delivered and how far the endpoint is are written together: whoever dies before has written nothing,
/// and two who work on the same endpoint move it on once.
async fn one(app: &App, Waiting { scope, id, last_seq }: &Waiting) -> Result<bool, Failure> {
    let now = app.clock.now();
    let mut tx = app.db.read(scope).await?;
    let Some(endpoint) = webhooks::find(&mut tx, scope, *id).await? else {
        return Ok(false);
    };
    let mut news = changes::list_after(&mut tx, scope, *last_seq).await?;
    let Some(last) = news.last().map(|change| change.seq) else {
        return Ok(false);
    };
    news.retain(|change| endpoint.told_as(change.kind).is_some());
    let payloads = Payloads::read(&mut tx, (scope, *id), &news, now).await?;
    let mut written: Vec<Delivery> = Vec::new();
    for change in &news {
        if let Some(event) = endpoint.told_as(change.kind) {
            written.push(payloads.of(&mut tx, (event, change), &*app.ids).await?);
        }
    }
    drop(tx);
    let mut tx = app.db.write(scope).await?;
    deliveries::insert(&mut tx, scope, &written).await?;
    deliveries::forget(&mut tx, scope, *id, now - Delivery::KEPT).await?;
    if !webhooks::advance(&mut tx, scope, *id, (*last_seq, last)).await? {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}
