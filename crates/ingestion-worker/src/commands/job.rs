//! `job show ID`: everything about one job but its event, and every attempt that failed.

use std::process::ExitCode;

use db::{
    PlatformScope,
    platform::queue::{self, Attempt, Job},
};
use jiff::Timestamp;
use serde::Serialize;
use server::Context;
use types::{FailureKind, JobId, JobStatus, TenantId};

use super::{
    Refused,
    output::{self, Answer, Form},
};
use crate::cli::JobArgs;

/// A job and its history.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobShown {
    event: &'static str,
    id: String,
    tenant_id: TenantId,
    event_type: String,
    event_key: String,
    status: JobStatus,
    attempt_count: i64,
    last_error: Option<String>,
    created_at: Timestamp,
    next_attempt_at: Timestamp,
    processed_at: Option<Timestamp>,
    dead_lettered_at: Option<Timestamp>,
    request_id: Option<String>,
    contact_id: Option<String>,
    lead_id: Option<String>,
    attempts: Vec<AttemptShown>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AttemptShown {
    number: i64,
    worker: String,
    started_at: Timestamp,
    finished_at: Timestamp,
    error_class: Option<FailureKind>,
    message: String,
    error: String,
}

/// Shows one job.
pub(crate) async fn show(context: &Context, args: &JobArgs, form: Form) -> Result<ExitCode, Refused> {
    output::print(&job(context, &args.id).await?, form)?;
    Ok(ExitCode::SUCCESS)
}

/// The job of this id. Text that is no id names no job.
pub(super) async fn job(context: &Context, id: &str) -> Result<JobShown, Refused> {
    let missing = || Refused::NotFound(format!("there is no job {id:?}"));
    let platform = PlatformScope::of_command_line();
    let job_id: JobId = id.parse().map_err(|_| missing())?;
    let mut tx = context.db.read(&platform).await?;
    let (job, attempts) = queue::find(&mut tx, &platform, job_id)
        .await?
        .ok_or_else(missing)?;
    Ok(JobShown::of(job, attempts))
}

impl JobShown {
    fn of(job: Job, attempts: Vec<Attempt>) -> Self {
        Self {
            event: "job_show_result",
            id: job.id.to_string(),
            tenant_id: job.tenant_id,
            event_type: job.event_type,
            event_key: job.event_key,
            status: job.status,
            attempt_count: job.attempt_count,
            last_error: job.last_error,
            created_at: job.created_at,
            next_attempt_at: job.next_attempt_at,
            processed_at: job.processed_at,
            dead_lettered_at: job.dead_lettered_at,
            request_id: job.request_id,
            contact_id: job.contact_id.map(|id| id.to_string()),
            lead_id: job.lead_id.map(|id| id.to_string()),
            attempts: attempts.into_iter().map(AttemptShown::of).collect(),
        }
    }
}

impl AttemptShown {
    fn of(attempt: Attempt) -> Self {
        Self {
            error_class: attempt.kind(),
            message: attempt.message().to_owned(),
            number: attempt.number,
            worker: attempt.worker,
            started_at: attempt.started_at,
            finished_at: attempt.finished_at,
            error: attempt.error,
        }
    }
}

impl Answer for JobShown {
    fn words(&self) -> String {
        let mut lines = vec![
            format!("Job {}", self.id),
            format!("  tenant      {}", self.tenant_id),
            format!("  event       {}", output::printable(&self.event_type)),
            format!("  status      {}, attempt {}", self.status, self.attempt_count),
            format!("  came        {:.0}", self.created_at),
        ];
        match self.status {
            JobStatus::Pending => lines.push(format!("  next        {:.0}", self.next_attempt_at)),
            JobStatus::Processing | JobStatus::Processed | JobStatus::DeadLetter | JobStatus::Discarded => {}
        }
        lines.extend(self.processed_at.map(|at| format!("  processed   {at:.0}")));
        lines.extend(self.dead_lettered_at.map(|at| format!("  buried      {at:.0}")));
        lines.extend(
            self.request_id
                .as_ref()
                .map(|id| format!("  request     {}", output::printable(id))),
        );
        lines.extend(self.contact_id.as_ref().map(|id| format!("  contact     {id}")));
        lines.extend(self.lead_id.as_ref().map(|id| format!("  lead        {id}")));
        for attempt in &self.attempts {
            let (number, at, worker) = (attempt.number, attempt.finished_at, &attempt.worker);
            let took = attempt
                .finished_at
                .duration_since(attempt.started_at)
                .as_secs_f64()
                .max(0.0);
            let error = output::printable(&attempt.error);
            lines.push(format!(
                "  attempt {number}   {at:.0}  after {took:.1} s  {error}  ({worker})"
            ));
        }
        lines.join("\n")
    }
}
