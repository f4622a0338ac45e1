//! Jobs that an operator takes in hand: the event of a dead letter is mended and tried again, and a job that fails and
//! fails is given up before its last attempt.

use db::platform::{
    mended::{self as rows, FormerEvent, MendedEvent},
    queue::Job,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use types::{AuditAction, JobId, JobStatus, Text, WebsiteEvent};

use crate::{Acting, Refusal};

/// No event that a site takes is longer, whatever it is about.
pub(crate) const LONGEST: usize = 24 * 1024;

/// What an event was before it was mended, the first one first.
pub(crate) async fn former(acting: &Acting<'_>, job: &Job) -> Result<Vec<FormerEvent>, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    Ok(rows::former(&mut tx, acting.platform, (&job.tenant_id, job.id)).await?)
}

/// Replaces the event of a dead letter by one that a site could have sent, and tries it again. What it was is kept, and
/// the trail has the fingerprints of both.
pub(crate) async fn mend(
    acting: &Acting<'_>,
    id: JobId,
    (event, reason): (&str, &Text<500>),
) -> Result<(), Refusal> {
    let (job, _) = super::find(acting, id).await?;
    let mended = read(&job, event)?;
    let before = super::payload(acting, &job).await?;
    let attempt = acting
        .attempt(AuditAction::IngestionPayloadEdit, Some(&job.tenant_id))
        .await?;
    let mending = async {
        let new = MendedEvent {
            tenant_id: job.tenant_id.clone(),
            job_id: id,
            payload: event.to_owned(),
            event_type: mended.payload.event_type(),
            reason: reason.as_str().to_owned(),
            by: attempt.actor.id.clone(),
        };
        let mut tx = attempt.db.write(attempt.platform).await?;
        if !rows::mend(&mut tx, attempt.platform, &new, attempt.now).await? {
            return Err(super::no_dead_letter(job.status));
        }
        let details = json!({
            "jobId": id, "reason": reason,
            "before": { "sha256": fingerprint(&before) }, "after": { "sha256": fingerprint(event) },
        });
        attempt.succeeded(&mut tx, details).await?;
        Ok(tx.commit().await?)
    };
    attempt.end(mending).await
}

/// The event, if it is one that the worker would understand: the same reading that it does.
fn read(job: &Job, event: &str) -> Result<WebsiteEvent, Refusal> {
    if event.len() > LONGEST {
        let sentence = format!("An event has {} KiB at most.", LONGEST / 1024);
        return Err(Refusal::invalid("/payload", "too_long", sentence));
    }
    WebsiteEvent::parse(event, &job.tenant_id)
        .map_err(|error| Refusal::invalid("/payload", "invalid", format!("The event {error}.")))
}

fn fingerprint(event: &str) -> String {
    hex::encode(Sha256::digest(event))
}

/// Makes a dead letter of a job that failed and waits to be tried again.
pub(crate) async fn abandon(acting: &Acting<'_>, id: JobId, reason: &Text<500>) -> Result<(), Refusal> {
    let (job, _) = super::find(acting, id).await?;
    let attempt = acting
        .attempt(AuditAction::IngestionAbandon, Some(&job.tenant_id))
        .await?;
    let abandoning = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        let which = (&job.tenant_id, id);
        if rows::abandon(&mut tx, attempt.platform, which).await?.is_none() {
            return Err(not_retrying(&job));
        }
        let details = json!({ "jobId": id, "reason": reason, "attempts": job.attempt_count });
        attempt.succeeded(&mut tx, details).await?;
        Ok(tx.commit().await?)
    };
    attempt.end(abandoning).await
}

fn not_retrying(job: &Job) -> Refusal {
    let detail = match job.status {
        JobStatus::Pending if job.attempt_count == 0 => "The job was not tried yet.".to_owned(),
        JobStatus::Pending => "The job was taken by a worker meanwhile.".to_owned(),
        other => format!("The job is {other}; only one that failed and waits can be given up."),
    };
    Refusal::conflict("not_retrying", detail)
}
