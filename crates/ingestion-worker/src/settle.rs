//! What becomes of jobs after an attempt: failures remembered, outcomes counted and told to the log.

use db::{
    door::claims::{Claimed, SetAside},
    platform::leases::{self, Failed},
};
use jiff::{SignedDuration, Timestamp};
use types::{RetryPolicy, jobs::Decision};

use crate::{
    failure::JobError,
    log::{Attempt, label},
    worker::Worker,
};

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
    let attempt = Attempt::from(failed.job);
    match outcome {
        Outcome::DeadLettered => attempt.buried(&failed.error),
        Outcome::Requeued => attempt.retried(&failed.error),
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

/// Counts what nobody could work on, and says what was wrong with it.
pub(crate) fn tell_set_aside(jobs: &[SetAside]) {
    for job in jobs {
        metrics::counter!("ingestion_picked_total", "event_type" => "unknown").increment(1);
        metrics::counter!("ingestion_attempts_total", "event_type" => "unknown", "outcome" => "dead_lettered")
            .increment(1);
        Attempt::from(job).buried(&job.error);
    }
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
    if outcome == Outcome::Lost {
        Attempt::from(job).lost();
    }
    if outcome == Outcome::Processed {
        let waited = now.duration_since(job.created_at).max(SignedDuration::ZERO);
        metrics::histogram!("ingestion_enqueue_to_effect_seconds", "event_type" => event_type)
            .record(waited.as_secs_f64());
        Attempt::from(job).processed(event_type);
    }
}
