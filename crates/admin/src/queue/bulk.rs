//! Moves many dead letters: those that a filter means, as an action with its progress, or those that were chosen.

use std::{sync::Arc, time::Duration};

use db::{
    Db, PlatformScope,
    platform::{
        bulk_actions::{self, NewBulkAction},
        jobs::{self, DeadLetterFilter},
        queue as rows,
    },
};
use server::Context;
use types::{AuditAction, BulkAction, BulkActionId, BulkKind, BulkStatus, Clock, Ids, JobId, JobStatus};

use super::Move;
use crate::{Acting, Refusal, app::App};

/// Counts what the filter means and changes nothing.
pub(crate) async fn look(acting: &Acting<'_>, filter: &DeadLetterFilter) -> Result<u64, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    Ok(jobs::count_dead(&mut tx, acting.platform, filter).await?)
}

/// Begins to move what the filter means; the trail says that it may be done. Somebody has to go on with it: [`go_on`].
pub(crate) async fn begin(
    acting: &Acting<'_>,
    filter: &DeadLetterFilter,
    how: &Move,
) -> Result<BulkAction, Refusal> {
    let attempt = acting.attempt(how.action(), filter.tenant_id.as_ref()).await?;
    let (kind, why) = match how {
        Move::Requeue => (BulkKind::Requeue, None),
        Move::Discard(why) => (BulkKind::Discard, Some(why.clone())),
    };
    let new = NewBulkAction {
        id: BulkActionId::new(attempt.ids),
        kind,
        why,
        filter: filter.clone(),
        actor: attempt.actor.clone(),
        request_id: attempt.request_id.clone(),
        attempt_id: Some(attempt.id()),
    };
    let beginning = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        let action = bulk_actions::insert(&mut tx, attempt.platform, &new).await?;
        tx.commit().await?;
        Ok(action)
    };
    attempt.end(beginning).await
}

/// Who goes on with actions: what a task of its own needs.
#[derive(Clone)]
pub(crate) struct Hands {
    db: Db,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    platform: PlatformScope,
}

impl Hands {
    pub(crate) fn of(app: &App, platform: PlatformScope) -> Self {
        Self {
            db: app.db.clone(),
            clock: Arc::clone(&app.clock),
            ids: Arc::clone(&app.ids),
            platform,
        }
    }

    /// Goes on with an action until it is over, a transaction at a time.
    async fn finish(&self, id: BulkActionId) -> Result<(), Refusal> {
        loop {
            let mut tx = self.db.write(&self.platform).await?;
            let with = (self.clock.now(), &*self.ids);
            let action = bulk_actions::step(&mut tx, &self.platform, id, with).await?;
            tx.commit().await?;
            if action.is_none_or(|action| action.status != BulkStatus::Running) {
                return Ok(());
            }
        }
    }

    /// Goes on with an action behind everybody's back, and waits for it for a while. How far it is then.
    pub(crate) async fn go_on(self, id: BulkActionId, patience: Duration) -> Result<BulkAction, Refusal> {
        let hands = self.clone();
        let work = tokio::spawn(async move {
            if let Err(error) = hands.finish(id).await {
                // The keeper goes on with it.
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "bulk action {id} stopped half-way"
                );
            }
        });
        // Whoever asked goes on when their patience ends; the work does not end with it.
        let _ = tokio::time::timeout(patience, work).await;
        let mut tx = self.db.read(&self.platform).await?;
        let action = bulk_actions::find(&mut tx, &self.platform, id).await?;
        action.ok_or_else(no_action)
    }
}

fn no_action() -> Refusal {
    Refusal::NotFound("There is no such bulk action.".to_owned())
}

/// Finds an action.
pub(crate) async fn find(acting: &Acting<'_>, id: BulkActionId) -> Result<BulkAction, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    bulk_actions::find(&mut tx, acting.platform, id)
        .await?
        .ok_or_else(no_action)
}

/// Stops an action. What was moved stays moved; one that is over stays as it is.
pub(crate) async fn stop(acting: &Acting<'_>, id: BulkActionId) -> Result<BulkAction, Refusal> {
    let action = find(acting, id).await?;
    if action.status != BulkStatus::Running {
        return Ok(action);
    }
    let attempt = acting
        .attempt(AuditAction::IngestionBulkStop, action.tenant_id.as_ref())
        .await?;
    let stopping = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        bulk_actions::stop(&mut tx, attempt.platform, id).await?;
        let stopped = bulk_actions::find(&mut tx, attempt.platform, id).await?;
        let stopped = stopped.ok_or_else(no_action)?;
        let details = serde_json::json!({ "bulkAction": id, "moved": stopped.moved });
        attempt.succeeded(&mut tx, details).await?;
        tx.commit().await?;
        Ok(stopped)
    };
    attempt.end(stopping).await
}

/// How often a console looks for actions that nobody works on any more.
const EVERY: Duration = Duration::from_secs(15);

/// Goes on with actions whose console or command is gone, until the process stops.
pub(crate) async fn keep(context: Context) {
    let hands = Hands {
        db: context.db.clone(),
        clock: Arc::clone(&context.clock),
        ids: Arc::clone(&context.ids),
        platform: PlatformScope::of_command_line(),
    };
    loop {
        tokio::select! {
            () = context.stop.stopped() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(error) = take_over(&hands).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "no bulk action was gone on with"
            );
        }
    }
}

/// One look.
pub(crate) async fn take_over(hands: &Hands) -> Result<(), Refusal> {
    let mut tx = hands.db.read(&hands.platform).await?;
    let left = bulk_actions::left(&mut tx, &hands.platform).await?;
    drop(tx);
    for action in left {
        hands.finish(action.id).await?;
    }
    Ok(())
}

/// What becomes of one of several chosen jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) id: JobId,
    /// Why it is not moved; none when it is, or would be.
    pub(crate) refused: Option<String>,
}

/// Moves each of the chosen jobs that is a dead letter, and says of the others why they stay. Without a move, it only
/// says so.
pub(crate) async fn move_chosen(
    acting: &Acting<'_>,
    ids: &[JobId],
    how: Option<&Move>,
) -> Result<Vec<Chosen>, Refusal> {
    let mut chosen = Vec::with_capacity(ids.len());
    for id in ids {
        let refused = match how {
            Some(how) => match super::move_one(acting, *id, how).await {
                Ok(_) => None,
                Err(refusal @ (Refusal::NotFound(_) | Refusal::Conflict { .. })) => Some(refusal.to_string()),
                Err(other) => return Err(other),
            },
            None => why_not(acting, *id).await?,
        };
        chosen.push(Chosen { id: *id, refused });
    }
    Ok(chosen)
}

async fn why_not(acting: &Acting<'_>, id: JobId) -> Result<Option<String>, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    Ok(match rows::find(&mut tx, acting.platform, id).await? {
        None => Some(format!("There is no job {id}.")),
        Some((job, _)) if job.status == JobStatus::DeadLetter => None,
        Some((job, _)) => Some(super::no_dead_letter(job.status).to_string()),
    })
}
