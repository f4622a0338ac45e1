//! A job on a page: its history, and its event without the visitor.

use askama::Template;
use axum::response::Response;
use server::{Failure, Frame, Path, page};
use types::{JobId, JobStatus};

use crate::{
    operator::{Operator, Permission},
    shell::console_shell,
    view::Time,
};

#[derive(Template)]
#[template(path = "queue/job.html")]
struct JobPage {
    frame: Frame,
    facts: Vec<(&'static str, String)>,
    id: String,
    status: String,
    is_dead: bool,
    attempts: Vec<(i64, String, Time, String)>,
    payload: String,
    may_move: bool,
    may_read: bool,
    /// It failed, waits, and may be given up.
    may_abandon: bool,
}

/// Shows a job with its history, its event without the visitor.
pub(crate) async fn show(
    operator: Operator,
    Path(id): Path<JobId>,
    frame: Frame,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let (job, attempts) = super::find(&acting, id).await?;
    let payload = super::payload(&acting, &job).await?;
    let time = |at: jiff::Timestamp| format!("{} UTC", Time::new(at).text);
    let mut facts = vec![
        ("Tenant", job.tenant_id.to_string()),
        ("Event", job.event_type.clone()),
        ("Came", time(job.created_at)),
        ("Attempts", job.attempt_count.to_string()),
    ];
    facts.extend(job.last_error.clone().map(|error| ("Last error", error)));
    facts.extend(job.processed_at.map(|at| ("Done", time(at))));
    facts.extend(job.dead_lettered_at.map(|at| ("Given up", time(at))));
    facts.extend(job.request_id.clone().map(|request| ("Request", request)));
    let is_retrying = job.status == JobStatus::Pending && job.attempt_count > 0;
    let attempts = attempts.into_iter().map(|attempt| {
        let at = Time::new(attempt.finished_at);
        (attempt.number, attempt.worker, at, attempt.error)
    });
    page::private(&JobPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        facts,
        id: id.to_string(),
        status: job.status.to_string(),
        is_dead: job.status == JobStatus::DeadLetter,
        attempts: attempts.collect(),
        payload: format!("{:#}", super::redacted(&payload)),
        may_move: operator.has(Permission::RequeueJobs),
        may_read: operator.has(Permission::ReadPayload),
        may_abandon: is_retrying && operator.has(Permission::AbandonJob),
    })
}
