//! `dead-letter discard`: decides that the effects of one event, or of many, are not wanted; audited with the reason.

use std::{
    io::{self, IsTerminal as _},
    process::ExitCode,
};

use db::{
    PlatformScope,
    platform::{audit, queue},
};
use serde::Serialize;
use serde_json::json;
use server::Context;
use types::{Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, DeadLetterMove, JobId, JobStatus};

use super::{
    Refused, ask, bulk,
    output::{self, Answer, Form},
    selection::{self, counted},
};
use crate::cli::DiscardArgs;

/// What came of discarding a job.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Discarded {
    event: &'static str,
    job_id: String,
    /// With `--dry-run`: whether it could be.
    pub(super) discarded: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<bool>,
}

/// What came of discarding many.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DiscardedMany {
    event: &'static str,
    tenant_id: String,
    /// None with `--all`.
    limit: Option<i64>,
    offset: i64,
    /// With `--dry-run`: how many it would be.
    discarded_count: u64,
    /// Meant too, but moved by somebody else in the meantime.
    skipped_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<bool>,
}

/// Discards dead letters. One job that is none leaves with exit code 1.
pub(crate) async fn discard(context: &Context, args: &DiscardArgs, form: Form) -> Result<ExitCode, Refused> {
    if !args.dry_run && !args.yes && !confirmed(args)? {
        return Err(Refused::NotConfirmed(
            "nothing was discarded: say --yes to do it without being asked",
        ));
    }
    let Some(job) = &args.job else {
        output::print(&discard_many(context, args).await?, form)?;
        return Ok(ExitCode::SUCCESS);
    };
    let result = discard_one(context, job, args).await?;
    output::print(&result, form)?;
    Ok(if result.discarded {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Asks at a terminal; nobody is there to answer elsewhere.
fn confirmed(args: &DiscardArgs) -> Result<bool, Refused> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    match &args.job {
        Some(job) => ask::confirmed(&format!("Discard job {job}? It will never be tried again.")),
        None => ask::confirmed("Discard these dead letters? They will never be tried again."),
    }
}

/// Discards what the filter means.
pub(super) async fn discard_many(context: &Context, args: &DiscardArgs) -> Result<DiscardedMany, Refused> {
    let platform = PlatformScope::of_command_line();
    let mut filter = selection::filter(context, &platform, &args.selection).await?;
    if args.all {
        (filter.limit, filter.offset) = (i64::MAX, 0);
    }
    let moved = if args.dry_run {
        bulk::look(context, &filter).await?
    } else {
        bulk::carry_out(
            context,
            &filter,
            DeadLetterMove::Discard(args.why.clone()),
            &args.who.actor,
        )
        .await?
    };
    Ok(DiscardedMany {
        event: "dead_letter_discard_batch_result",
        tenant_id: selection::tenant_word(&filter),
        limit: (!args.all).then_some(filter.limit),
        offset: filter.offset,
        discarded_count: moved.moved,
        skipped_count: moved.skipped,
        dry_run: args.dry_run.then_some(true),
    })
}

pub(super) async fn discard_one(
    context: &Context,
    job: &str,
    args: &DiscardArgs,
) -> Result<Discarded, Refused> {
    let platform = PlatformScope::of_command_line();
    let mut discarded = false;
    if let Ok(id) = job.parse::<JobId>() {
        let mut tx = context.db.write(&platform).await?;
        if args.dry_run {
            let found = queue::find(&mut tx, &platform, id).await?;
            discarded = found.is_some_and(|(job, _)| job.status == JobStatus::DeadLetter);
        } else if let Some(tenant_id) = queue::discard(&mut tx, &platform, id).await? {
            let event = AuditEvent {
                id: AuditEventId::new(&*context.ids),
                occurred_at: context.clock.now(),
                actor: Actor::at_command_line(&args.who.actor),
                action: AuditAction::IngestionDiscard,
                status: AuditStatus::Succeeded,
                tenant_id: Some(tenant_id),
                details: json!({ "jobId": id.to_string(), "reason": args.why }),
                request_id: None,
                attempt_id: None,
            };
            audit::record(&mut tx, &platform, &event).await?;
            tx.commit().await?;
            discarded = true;
        }
    }
    Ok(Discarded {
        event: "dead_letter_discard_result",
        job_id: job.to_owned(),
        discarded,
        dry_run: args.dry_run.then_some(true),
    })
}

impl Answer for Discarded {
    fn words(&self) -> String {
        let job = &self.job_id;
        match (self.discarded, self.dry_run) {
            (true, None) => format!("Job {job} is discarded."),
            (true, Some(_)) => format!("Job {job} would be discarded. Nothing was changed."),
            (false, _) => format!("Job {job} is not a dead letter. Nothing was changed."),
        }
    }
}

impl Answer for DiscardedMany {
    fn words(&self) -> String {
        let jobs = counted(self.discarded_count, "dead letter");
        match (self.dry_run, self.skipped_count) {
            (Some(_), _) => format!("{jobs} would be discarded. Nothing was changed."),
            (None, 0) => format!("{jobs} discarded."),
            (None, skipped) => format!("{jobs} discarded, {skipped} moved by somebody else meanwhile."),
        }
    }
}
