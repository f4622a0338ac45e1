//! What becomes of a job after an attempt: its failure remembered, its outcome counted and logged.

use db::{door::claims::Claimed, tenant::jobs};
use jiff::{SignedDuration, Timestamp};
use types::{EventType, RetryPolicy, jobs::Decision};

use crate::{failure::JobError, worker::Worker};

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Its effects are there.
    Processed,
    /// It failed, and is tried again later.
    Requeued,
    /// It failed, and is tried no more.
    DeadLettered,
    /// Somebody else has the job by now; nothing of this attempt is there.
    Lost,
}

/// Puts a failed job back in line, or gives it up.
pub(crate) async fn failure(
    worker: &Worker,
    job: &Claimed,
    started_at: Timestamp,
    error: &JobError,
) -> db::Result<Outcome> {
    let now = worker.clock.now();
    let attempts = u32::try_from(job.attempt).unwrap_or(u32::MAX);
    let last_error = error.last_error();
    let failure = jobs::Failure {
        error: &last_error,
        worker: &worker.name,
        started_at,
        now,
    };
    let jitter = RetryPolicy::jitter(job.id, attempts);
    let mut tx = worker.db.write(&job.scope).await?;
    let (settled, outcome) = match worker.policy.after(error.kind(), attempts, now, jitter) {
        Decision::RetryAt(at) => (
            jobs::retry(&mut tx, &job.scope, job, &failure, at).await?,
            Outcome::Requeued,
        ),
        Decision::Bury => (
            jobs::bury(&mut tx, &job.scope, job, &failure).await?,
            Outcome::DeadLettered,
        ),
    };
    if settled.is_err() {
        return Ok(Outcome::Lost);
    }
    tx.commit().await?;
    log_failure(job, outcome, &last_error);
    Ok(outcome)
}
fn log_failure(job: &Claimed, outcome: Outcome, last_error: &str) {
    let (id, attempts, tenant) = (job.id, job.attempt, job.scope.tenant_id());
    let request_id = job.request_id.as_deref();
    if outcome == Outcome::DeadLettered {
        tracing::error!(job.id = %id, %tenant, attempts, request_id, last_error,
            "job {id} buried at attempt {attempts}: {last_error}");
    } else {
        tracing::warn!(job.id = %id, %tenant, attempts, request_id, last_error,
            "job {id} will be tried again after attempt {attempts}: {last_error}");
    }
}

/// Counts the outcome, and how long the visitor's wish took to have its effect.
pub(crate) fn tell(job: &Claimed, outcome: Outcome, now: Timestamp) {
    // A type we do not know is a stranger's text: as a label it would make a new time series for each.
    let event_type = job
        .event_type
        .parse()
        .map_or("unknown", |event_type: EventType| event_type.as_str());
    let name = match outcome {
        Outcome::Processed => "processed",
        Outcome::Requeued => "requeued",
        Outcome::DeadLettered => "dead_lettered",
        Outcome::Lost => "lost",
    };
    metrics::counter!("ingestion_attempts_total", "event_type" => event_type, "outcome" => name).increment(1);
    if outcome == Outcome::Processed {
        let waited = now.duration_since(job.created_at).max(SignedDuration::ZERO);
        metrics::histogram!("ingestion_enqueue_to_effect_seconds", "event_type" => event_type)
            .record(waited.as_secs_f64());
        let (id, attempts) = (job.id, job.attempt);
        tracing::info!(job.id = %id, tenant = %job.scope.tenant_id(), event_type, attempts,
            request_id = job.request_id.as_deref(), "job {id} processed");
    }
}
