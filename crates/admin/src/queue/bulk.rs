//! Moves many dead letters: those that a filter means, as an action with its progress, or those that were chosen.

use std::{sync::Arc, time::Duration};

use db::{
    Db, PlatformScope,
    platform::{
        bulk_actions::{self, Meant, NewBulkAction},
        jobs::{self, DeadLetterFilter},
        queue as rows,
    },
};
use server::{Context, Stop};
use types::{AuditAction, BulkAction, BulkActionId, BulkStatus, Clock, DeadLetterMove, Ids, JobId};

use crate::{Acting, Refusal, app::App};

/// Counts what the filter means and changes nothing.
pub(crate) async fn look(acting: &Acting<'_>, filter: &DeadLetterFilter) -> Result<u64, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    Ok(jobs::count_dead(&mut tx, acting.platform, filter).await?)
}

/// Begins to move what is meant; the trail says that it may be done. Somebody has to go on with it: [`Hands::go_on`].
pub(crate) async fn begin(
    acting: &Acting<'_>,
    meant: Meant,
    how: DeadLetterMove,
) -> Result<BulkAction, Refusal> {
    let of_tenant = match &meant {
        Meant::Matching(filter) => filter.tenant_id.clone(),
        Meant::Chosen(_) => None,
    };
    let attempt = acting.attempt(how.kind().action(), of_tenant.as_ref()).await?;
    let new = NewBulkAction {
        id: BulkActionId::new(attempt.ids),
        how,
        meant,
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
    stop: Stop,
}

impl Hands {
    pub(crate) fn of(app: &App, platform: PlatformScope) -> Self {
        Self {
            db: app.db.clone(),
            clock: Arc::clone(&app.clock),
            ids: Arc::clone(&app.ids),
            platform,
            stop: app.stop.clone(),
        }
    }

    /// The hands of a console that looks after what others left.
    pub(crate) fn of_platform(context: &Context) -> Self {
        Self {
            db: context.db.clone(),
            clock: Arc::clone(&context.clock),
            ids: Arc::clone(&context.ids),
            platform: PlatformScope::of_command_line(),
            stop: context.stop.clone(),
        }
    }

    /// Goes on with an action until it is over, a transaction at a time. A process that is told to stop leaves the rest
    /// to another.
    async fn finish(&self, id: BulkActionId) -> Result<(), Refusal> {
        while !self.stop.is_stopping() {
            let mut tx = self.db.write(&self.platform).await?;
            let with = (self.clock.now(), &*self.ids);
            let action = bulk_actions::step(&mut tx, &self.platform, id, with).await?;
            tx.commit().await?;
            if action.is_none_or(|action| action.status != BulkStatus::Running) {
                break;
            }
        }
        Ok(())
    }

    /// Goes on with what nobody works on any more.
    pub(crate) async fn take_over(&self) -> Result<(), Refusal> {
        let mut tx = self.db.read(&self.platform).await?;
        let left = bulk_actions::left(&mut tx, &self.platform).await?;
        drop(tx);
        for action in left {
            self.finish(action.id).await?;
        }
        Ok(())
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
    let hands = Hands::of_platform(&context);
    loop {
        tokio::select! {
            () = context.stop.stopped() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        if let Err(error) = hands.take_over().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "no bulk action was gone on with"
            );
        }
    }
}

/// A job that was chosen and cannot be moved, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ineligible {
    pub(crate) id: JobId,
    pub(crate) why: String,
}

/// Which of the chosen jobs would stay, and why.
pub(crate) async fn ineligible(acting: &Acting<'_>, chosen: &[JobId]) -> Result<Vec<Ineligible>, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    let dead = jobs::dead_among(&mut tx, acting.platform, chosen).await?;
    let mut staying = Vec::new();
    for id in chosen.iter().copied().filter(|id| !dead.contains(id)) {
        let why = match rows::find(&mut tx, acting.platform, id).await? {
            None => format!("There is no job {id}."),
            Some((job, _)) => super::no_dead_letter(job.status).to_string(),
        };
        staying.push(Ineligible { id, why });
    }
    Ok(staying)
}
