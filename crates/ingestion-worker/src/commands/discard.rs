//! `dead-letter discard`: decides that an event's effects are not wanted; audited with the reason.

use std::{
    io::{self, BufRead as _, IsTerminal as _},
    process::ExitCode,
};

use db::{
    PlatformScope,
    platform::{audit, queue},
};
use serde::Serialize;
use serde_json::json;
use server::Context;
use types::{Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, JobId, JobStatus};

use super::{
    Refused,
    output::{self, Answer},
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

/// Discards one dead letter. One that is not leaves with exit code 1.
pub(crate) async fn discard(
    context: &Context,
    args: &DiscardArgs,
    as_json: bool,
) -> Result<ExitCode, Refused> {
    if !args.dry_run && !args.yes && !confirmed(args)? {
        return Err(Refused::NotConfirmed(
            "nothing was discarded: say --yes to do it without being asked",
        ));
    }
    let result = discard_one(context, args).await?;
    output::print(&result, as_json)?;
    Ok(if result.discarded {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Asks at a terminal; nobody is there to answer elsewhere.
#[expect(
    clippy::print_stderr,
    reason = "a question belongs on the terminal, not in the data"
)]
fn confirmed(args: &DiscardArgs) -> Result<bool, Refused> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    eprintln!("Discard job {}? It will never be tried again. [y/N]", args.job);
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(anyhow::Error::from)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

pub(super) async fn discard_one(context: &Context, args: &DiscardArgs) -> Result<Discarded, Refused> {
    let platform = PlatformScope::of_command_line();
    let mut discarded = false;
    if let Ok(id) = args.job.parse::<JobId>() {
        let mut tx = context.db.write(&platform).await?;
        if args.dry_run {
            let found = queue::find(&mut tx, &platform, id).await?;
            discarded = found.is_some_and(|(job, _)| job.status == JobStatus::DeadLetter);
        } else if let Some(tenant_id) = queue::discard(&mut tx, &platform, id).await? {
            let event = AuditEvent {
                id: AuditEventId::new(&*context.ids),
                occurred_at: context.clock.now(),
                actor: Actor::at_command_line(&args.actor),
                action: AuditAction::IngestionDiscard,
                status: AuditStatus::Succeeded,
                tenant_id: Some(tenant_id),
                details: json!({ "jobId": id.to_string(), "reason": args.why }),
                request_id: None,
            };
            audit::record(&mut tx, &platform, &event).await?;
            tx.commit().await?;
            discarded = true;
        }
    }
    Ok(Discarded {
        event: "dead_letter_discard_result",
        job_id: args.job.clone(),
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
