//! The queue in the operators' hands: back in line, given up, stopped and going on.
//!
//! What is done to jobs is done by the functions that the worker's commands call too.

pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod bulk;
#[cfg(test)]
mod bulk_tests;
pub(crate) mod event_page;
pub(crate) mod job_page;
mod mend;
pub(crate) mod mend_api;
#[cfg(test)]
mod mend_tests;
pub(crate) mod move_api;
pub(crate) mod move_pages;
mod out;
pub(crate) mod pages;
mod redact;
mod spark;
#[cfg(test)]
mod tests;

use db::platform::{
    jobs,
    queue::{self as rows, Job},
};
use serde_json::json;
use types::{AuditAction, DeadLetterMove, JobId, JobStatus, TenantId};

pub(crate) use out::{
    attempt_told, dead_letter_told, event_told, former_told, group_told, job_told, line_told,
};
pub(crate) use redact::redacted;

use crate::{Acting, Refusal, tenants::look_up};

/// Finds a job, whoever's it is.
pub(crate) async fn find(acting: &Acting<'_>, id: JobId) -> Result<(Job, Vec<rows::Attempt>), Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    rows::find(&mut tx, acting.platform, id)
        .await?
        .ok_or_else(|| Refusal::NotFound(format!("There is no job {id}.")))
}

/// Moves one dead letter. A job that is none is a conflict, which says where it stands.
pub(crate) async fn move_one(
    acting: &Acting<'_>,
    id: JobId,
    how: &DeadLetterMove,
) -> Result<TenantId, Refusal> {
    let (job, _) = find(acting, id).await?;
    let attempt = acting.attempt(how.kind().action(), Some(&job.tenant_id)).await?;
    let moving = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        let moved = match how {
            DeadLetterMove::Requeue => jobs::requeue(&mut tx, attempt.platform, id).await?,
            DeadLetterMove::Discard(_) => rows::discard(&mut tx, attempt.platform, id).await?,
        };
        let tenant_id = moved.ok_or_else(|| no_dead_letter(job.status))?;
        let mut details = json!({ "jobId": id, "count": 1 });
        if let Some(why) = how.why() {
            details["reason"] = json!(why);
        }
        attempt.succeeded(&mut tx, details).await?;
        tx.commit().await?;
        Ok(tenant_id)
    };
    attempt.end(moving).await
}

fn no_dead_letter(status: JobStatus) -> Refusal {
    let detail = match status {
        JobStatus::DeadLetter => "The job was moved by somebody else meanwhile.".to_owned(),
        other => format!("The job is {other}; only a dead letter can be requeued or discarded."),
    };
    Refusal::conflict("not_a_dead_letter", detail)
}

/// Lets jobs wait, of one tenant or of all. False when they did already.
pub(crate) async fn pause(acting: &Acting<'_>, tenant: Option<&str>) -> Result<bool, Refusal> {
    switch(acting, tenant, AuditAction::IngestionPause).await
}

/// Lets paused jobs go on. False when they were not paused.
pub(crate) async fn resume(acting: &Acting<'_>, tenant: Option<&str>) -> Result<bool, Refusal> {
    switch(acting, tenant, AuditAction::IngestionResume).await
}

async fn switch(acting: &Acting<'_>, tenant: Option<&str>, action: AuditAction) -> Result<bool, Refusal> {
    let tenant_id = match tenant {
        Some(named) => Some(look_up(acting, named).await?.id),
        None => None,
    };
    let attempt = acting.attempt(action, tenant_id.as_ref()).await?;
    let switching = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        let (scope, by) = (tenant_id.as_ref(), &attempt.actor.id);
        let changed = match action {
            AuditAction::IngestionPause => {
                rows::pause(&mut tx, attempt.platform, scope, by, attempt.now).await?
            }
            _ => rows::resume(&mut tx, attempt.platform, scope).await?,
        };
        attempt.succeeded(&mut tx, json!({ "changed": changed })).await?;
        tx.commit().await?;
        Ok(changed)
    };
    attempt.end(switching).await
}

/// The event of a job as it came. Whoever reads it is in the trail before they do.
pub(crate) async fn read_payload(acting: &Acting<'_>, id: JobId) -> Result<String, Refusal> {
    let (job, _) = find(acting, id).await?;
    let attempt = acting
        .attempt(AuditAction::IngestionPayloadRead, Some(&job.tenant_id))
        .await?;
    let reading = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        attempt
            .succeeded(&mut tx, json!({ "jobId": id.to_string() }))
            .await?;
        tx.commit().await?;
        payload(acting, &job).await
    };
    attempt.end(reading).await
}

/// The event of a job, for who hides what is a visitor's in it.
pub(crate) async fn payload(acting: &Acting<'_>, job: &Job) -> Result<String, Refusal> {
    let gone = || Refusal::NotFound(format!("There is no job {}.", job.id));
    let mut tx = acting.db.read(acting.platform).await?;
    let scope = db::door::tenants::enter(&mut tx, acting.platform, &job.tenant_id)
        .await?
        .ok_or_else(gone)?;
    db::tenant::jobs::payload(&mut tx, &scope, job.id)
        .await?
        .ok_or_else(gone)
}
