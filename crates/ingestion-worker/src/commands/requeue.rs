//! `dead-letter requeue`: one job, or those that a filter means, back in line; audited with it.

use std::process::ExitCode;

use db::{
    PlatformScope,
    platform::{
        audit,
        jobs::{self, DeadLetterFilter},
    },
};
use serde::Serialize;
use serde_json::json;
use server::Context;
use types::{Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, DeadLetterMove, JobId};

use super::{
    Refused,
    bulk::{self, Moved},
    output::{self, Answer, Form},
    selection::{self, counted},
};
use crate::cli::{RequeueArgs, Selection};

/// What came of requeueing one job.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SingleResult {
    event: &'static str,
    job_id: String,
    pub(super) requeued: bool,
}

/// What came of requeueing many.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchResult {
    event: &'static str,
    tenant_id: String,
    /// None with `--all`.
    limit: Option<i64>,
    offset: i64,
    /// With `--dry-run`: how many it would be.
    requeued_count: u64,
    /// Meant too, but moved by somebody else in the meantime.
    skipped_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<bool>,
}

/// Requeues what the flags mean, else what the variables mean.
pub(crate) async fn requeue(context: &Context, args: &RequeueArgs, form: Form) -> Result<ExitCode, Refused> {
    if let Some(job) = job_of(context, args) {
        let result = requeue_one(context, job, &args.who.actor).await?;
        output::print(&result, form)?;
        return Ok(if result.requeued {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        });
    }
    output::print(&requeue_many(context, args).await?, form)?;
    Ok(ExitCode::SUCCESS)
}

/// The one job that is meant. A flag that speaks of many beats the variable that names one.
pub(super) fn job_of<'a>(context: &'a Context, args: &'a RequeueArgs) -> Option<&'a str> {
    let Selection {
        tenant,
        reason,
        limit,
        offset,
    } = &args.selection;
    let many = args.all
        || args.dry_run
        || tenant.is_some()
        || reason.is_some()
        || limit.is_some()
        || offset.is_some();
    let from_environment = context.settings.ingestion.dead_letters.job_id.as_deref();
    args.job.as_deref().or(from_environment.filter(|_| !many))
}

/// Puts one dead letter back. Text that is no job's id names no dead letter.
pub(super) async fn requeue_one(context: &Context, job: &str, actor: &str) -> Result<SingleResult, Refused> {
    let platform = PlatformScope::of_command_line();
    let mut requeued = false;
    if let Ok(id) = job.parse::<JobId>() {
        let mut tx = context.db.write(&platform).await?;
        if let Some(tenant_id) = jobs::requeue(&mut tx, &platform, id).await? {
            let details = json!({ "jobId": id.to_string(), "count": 1 });
            let event = AuditEvent {
                id: AuditEventId::new(&*context.ids),
                occurred_at: context.clock.now(),
                actor: Actor::at_command_line(actor),
                action: AuditAction::IngestionRequeue,
                status: AuditStatus::Succeeded,
                tenant_id: Some(tenant_id),
                details,
                request_id: None,
                attempt_id: None,
            };
            audit::record(&mut tx, &platform, &event).await?;
            tx.commit().await?;
            requeued = true;
        }
    }
    Ok(SingleResult {
        event: "dead_letter_requeue_single_result",
        job_id: job.to_owned(),
        requeued,
    })
}

/// Puts back what the filter means.
pub(super) async fn requeue_many(context: &Context, args: &RequeueArgs) -> Result<BatchResult, Refused> {
    let platform = PlatformScope::of_command_line();
    let mut filter = selection::filter(context, &platform, &args.selection).await?;
    if args.all {
        (filter.limit, filter.offset) = (i64::MAX, 0);
    }
    let moved = if args.dry_run {
        bulk::look(context, &filter).await?
    } else {
        bulk::carry_out(context, &filter, DeadLetterMove::Requeue, &args.who.actor).await?
    };
    Ok(BatchResult::of(&filter, args, moved))
}

impl BatchResult {
    fn of(filter: &DeadLetterFilter, args: &RequeueArgs, moved: Moved) -> Self {
        Self {
            event: "dead_letter_requeue_batch_result",
            tenant_id: selection::tenant_word(filter),
            limit: (!args.all).then_some(filter.limit),
            offset: filter.offset,
            requeued_count: moved.moved,
            skipped_count: moved.skipped,
            dry_run: args.dry_run.then_some(true),
        }
    }
}

impl Answer for SingleResult {
    fn words(&self) -> String {
        let job = &self.job_id;
        if self.requeued {
            format!("Job {job} is back in line.")
        } else {
            format!("Job {job} is not a dead letter. Nothing was changed.")
        }
    }
}

impl Answer for BatchResult {
    fn words(&self) -> String {
        let jobs = counted(self.requeued_count, "dead letter");
        if self.dry_run.is_some() {
            return format!("{jobs} would be put back in line. Nothing was changed.");
        }
        match self.skipped_count {
            0 => format!("{jobs} put back in line."),
            skipped => format!("{jobs} put back in line, {skipped} moved by somebody else meanwhile."),
        }
    }
}
