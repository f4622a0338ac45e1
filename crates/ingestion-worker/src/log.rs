//! What the log says of jobs: each line with the job's ids and the request it came with, so that a visitor's click can
//! be followed to the lead.
//!
//! The outcome of an attempt is a line of its own. Whatever else is said while jobs are worked on, a panic or a slow
//! statement, finds them in its span.

use db::{
    door::claims::Claimed,
    platform::{effects::Work, leases::Expired},
};
use tracing::Span;
use types::{EventType, JobId, TenantId};

/// An attempt at a job, as a line names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt<'a> {
    id: JobId,
    tenant: &'a TenantId,
    number: i64,
    request_id: Option<&'a str>,
}

impl<'a> From<&'a Claimed> for Attempt<'a> {
    fn from(job: &'a Claimed) -> Self {
        Self {
            id: job.id,
            tenant: job.scope.tenant_id(),
            number: job.attempt,
            request_id: job.request_id.as_deref(),
        }
    }
}

impl<'a> From<&'a Expired> for Attempt<'a> {
    fn from(job: &'a Expired) -> Self {
        Self {
            id: job.id,
            tenant: &job.tenant_id,
            number: job.attempt,
            request_id: job.request_id.as_deref(),
        }
    }
}

impl Attempt<'_> {
    /// Its effects are there.
    pub(crate) fn processed(self, event_type: &'static str) {
        let Self {
            id,
            tenant,
            number: attempts,
            request_id,
        } = self;
        tracing::info!(job.id = %id, %tenant, event_type, attempts, request_id, "job {id} processed");
    }

    /// It failed, and there will be another.
    pub(crate) fn retried(self, last_error: &str) {
        let Self {
            id,
            tenant,
            number: attempts,
            request_id,
        } = self;
        tracing::warn!(job.id = %id, %tenant, attempts, request_id, last_error,
            "job {id} will be tried again after attempt {attempts}: {last_error}");
    }

    /// It failed, and there will be no other.
    pub(crate) fn buried(self, last_error: &str) {
        let Self {
            id,
            tenant,
            number: attempts,
            request_id,
        } = self;
        tracing::error!(job.id = %id, %tenant, attempts, request_id, last_error,
            "job {id} buried at attempt {attempts}: {last_error}");
    }

    /// Somebody else has the job by now.
    pub(crate) fn lost(self) {
        let Self {
            id,
            tenant,
            number: attempts,
            request_id,
        } = self;
        tracing::warn!(job.id = %id, %tenant, attempts, request_id,
            "job {id} was taken over by another worker; nothing of this attempt is there");
    }
}

/// The type of an event as a label. One we do not know is a stranger's text, and would make a time series for each.
pub(crate) fn label(job: &Claimed) -> &'static str {
    let known = job.event_type.parse();
    known.map_or("unknown", |event_type: EventType| event_type.as_str())
}

/// Of what is said while one job is worked on. At the level of errors: a filter that hides the span takes its ids
/// from the lines that it lets through.
pub(crate) fn span_of(job: &Claimed) -> Span {
    tracing::error_span!(
        "job",
        job.id = %job.id,
        tenant = %job.scope.tenant_id(),
        event_type = label(job),
        attempts = job.attempt,
        request_id = job.request_id.as_deref(),
    )
}

/// Of what is said while these are written together.
pub(crate) fn span_of_all(group: &[Work<'_>]) -> Span {
    match group {
        [one] => span_of(one.job),
        many => tracing::error_span!("batch", jobs = many.len()),
    }
}
