//! What the log says of jobs: each line with the job's ids and the request it came with, so that a visitor's click can
//! be followed to the lead.
//!
//! The outcome of an attempt is a line of its own. Whatever else is said while jobs are worked on, a panic or a slow
//! statement, finds them in its span.

use db::{
    door::claims::{Claimed, SetAside},
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

impl<'a> From<&'a SetAside> for Attempt<'a> {
    fn from(job: &'a SetAside) -> Self {
        Self {
            id: job.id,
            tenant: &job.tenant_id,
            number: job.attempt,
            request_id: None,
        }
    }
}

impl Attempt<'_> {
    /// Its effects are there.
    pub(crate) fn processed(self, event_type: &'static str) {
        tracing::info!(job.id = %self.id, tenant = %self.tenant, event_type, attempts = self.number, request_id = self.request_id,
            "job {} processed", self.id);
    }

    /// It failed, and there will be another.
    pub(crate) fn retried(self, last_error: &str) {
        tracing::warn!(job.id = %self.id, tenant = %self.tenant, attempts = self.number, request_id = self.request_id, last_error,
            "job {} will be tried again after attempt {}: {last_error}", self.id, self.number);
    }

    /// It failed, and there will be no other.
    pub(crate) fn buried(self, last_error: &str) {
        tracing::error!(job.id = %self.id, tenant = %self.tenant, attempts = self.number, request_id = self.request_id, last_error,
            "job {} buried at attempt {}: {last_error}", self.id, self.number);
    }

    /// Somebody else has the job by now.
    pub(crate) fn lost(self) {
        tracing::warn!(job.id = %self.id, tenant = %self.tenant, attempts = self.number, request_id = self.request_id,
            "job {} was taken over by another worker; nothing of this attempt is there", self.id);
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
