//! What becomes of jobs after an attempt: failures remembered, outcomes counted and logged.

use db::{
    door::claims::Claimed,
    platform::leases::{self, Failed},
};
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

/// Puts failed jobs back in line, or gives them up: all of them in one transaction. Says what became of each.
pub(crate) async fn failures(worker: &Worker, failed: &[(&Claimed, JobError)]) -> db::Result<Vec<Outcome>> {
    if failed.is_empty() {
        return Ok(Vec::new());
    }
    let failed: Vec<Failed<'_>> = failed
        .iter()
        .map(|(job, error)| after(worker.policy, job, error))
        .collect();
    let mut tx = worker.db.write_repeatable(&worker.platform).await?;
    let held = leases::fail(&mut tx, &worker.platform, &worker.name, &failed).await?;
    tx.commit().await?;
    let outcomes = failed.iter().map(|failed| {
        let outcome = match failed.then {
            _ if !held.contains(&failed.job.id) => Outcome::Lost,
            Decision::RetryAfter(_) => Outcome::Requeued,
            Decision::Bury => Outcome::DeadLettered,
        };
        log_failure(failed, outcome);
        outcome
    });
    Ok(outcomes.collect())
}

fn after<'a>(policy: RetryPolicy, job: &'a Claimed, error: &JobError) -> Failed<'a> {
    let attempts = u32::try_from(job.attempt).unwrap_or(u32::MAX);
    let jitter = RetryPolicy::jitter(job.id, attempts);
    Failed {
        job,
        error: error.last_error(),
        then: policy.after(error.kind(), attempts, jitter),
    }
}

fn log_failure(failed: &Failed<'_>, outcome: Outcome) {
    let Failed { job, error, .. } = failed;
    let (id, attempts, tenant) = (job.id, job.attempt, job.scope.tenant_id());
    let (request_id, last_error) = (job.request_id.as_deref(), error.as_str());
    match outcome {
        Outcome::DeadLettered => tracing::error!(job.id = %id, %tenant, attempts, request_id, last_error,
            "job {id} buried at attempt {attempts}: {last_error}"),
        Outcome::Requeued => tracing::warn!(job.id = %id, %tenant, attempts, request_id, last_error,
            "job {id} will be tried again after attempt {attempts}: {last_error}"),
        Outcome::Processed | Outcome::Lost => {}
    }
}

/// Counts what a worker begins with.
pub(crate) fn tell_picked(jobs: &[Claimed]) {
    if jobs.is_empty() {
        return;
    }
    metrics::histogram!("ingestion_batch_size").record(jobs.len() as f64);
    for job in jobs {
        metrics::counter!("ingestion_picked_total", "event_type" => label(job)).increment(1);
    }
}

/// The type of an event as a label. One we do not know is a stranger's text, and would make a time series for each.
fn label(job: &Claimed) -> &'static str {
    let known = job.event_type.parse();
    known.map_or("unknown", |event_type: EventType| event_type.as_str())
}

/// Counts the outcome, and how long the visitor's wish took to have its effect.
pub(crate) fn tell(job: &Claimed, outcome: Outcome, now: Timestamp) {
    let event_type = label(job);
    let name = match outcome {
        Outcome::Processed => "processed",
        Outcome::Requeued => "requeued",
        Outcome::DeadLettered => "dead_lettered",
        Outcome::Lost => "lost",
    };
    metrics::counter!("ingestion_attempts_total", "event_type" => event_type, "outcome" => name).increment(1);
    let (id, attempts) = (job.id, job.attempt);
    if outcome == Outcome::Lost {
        tracing::warn!(job.id = %id, tenant = %job.scope.tenant_id(), attempts,
            "job {id} was taken over by another worker; nothing of this attempt is there");
    }
    if outcome == Outcome::Processed {
        let waited = now.duration_since(job.created_at).max(SignedDuration::ZERO);
        metrics::histogram!("ingestion_enqueue_to_effect_seconds", "event_type" => event_type)
            .record(waited.as_secs_f64());
        tracing::info!(job.id = %id, tenant = %job.scope.tenant_id(), event_type, attempts,
            request_id = job.request_id.as_deref(), "job {id} processed");
    }
}
