//! `queue prune`: lets go of jobs that were processed long ago. Dead letters stay.

use std::{
    io::{self, IsTerminal as _},
    process::ExitCode,
};

use db::{
    PlatformScope,
    platform::{audit, queue},
};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use server::Context;
use types::{Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus};

use super::{
    Refused, ask,
    output::{self, Answer, Form},
    selection::counted,
};
use crate::cli::PruneArgs;

/// Jobs that go at once, so that nobody waits for the whole.
const BATCH: i64 = 1_000;

/// What came of pruning.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pruned {
    event: &'static str,
    before: Timestamp,
    /// With `--dry-run`: how many it would be.
    pruned_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<bool>,
}

/// Lets go of jobs that were processed long ago.
pub(crate) async fn prune(context: &Context, args: &PruneArgs, form: Form) -> Result<ExitCode, Refused> {
    if !args.dry_run && !args.yes && !confirmed()? {
        return Err(Refused::NotConfirmed(
            "nothing was pruned: say --yes to do it without being asked, or --dry-run to see how many it would be",
        ));
    }
    output::print(&prune_older(context, args).await?, form)?;
    Ok(ExitCode::SUCCESS)
}

/// Asks at a terminal; nobody is there to answer elsewhere.
fn confirmed() -> Result<bool, Refused> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    ask::confirmed("Let go of these jobs? What they left behind stays.")
}

pub(super) async fn prune_older(context: &Context, args: &PruneArgs) -> Result<Pruned, Refused> {
    let now = context.clock.now();
    let before = now.saturating_sub(args.older_than).unwrap_or(Timestamp::MIN);
    let pruned_count = match args.dry_run {
        true => look(context, before).await?,
        false => carry_out(context, before, &args.who.actor).await?,
    };
    Ok(Pruned {
        event: "queue_prune_result",
        before,
        pruned_count,
        dry_run: args.dry_run.then_some(true),
    })
}

async fn look(context: &Context, before: Timestamp) -> Result<u64, Refused> {
    let platform = PlatformScope::of_command_line();
    let mut tx = context.db.read(&platform).await?;
    Ok(queue::count_prunable(&mut tx, &platform, before).await?)
}

/// Prunes, between a line of audit that says it may and one that says how many went.
async fn carry_out(context: &Context, before: Timestamp, actor: &str) -> Result<u64, Refused> {
    let platform = PlatformScope::of_command_line();
    let allowed = line(context, actor, AuditStatus::Allowed, json!({ "before": before }));
    let mut tx = context.db.write(&platform).await?;
    audit::record(&mut tx, &platform, &allowed).await?;
    tx.commit().await?;
    let style =
        ProgressStyle::with_template("{spinner} {pos} jobs, {per_sec}").expect("the template is ours");
    let progress = ProgressBar::new_spinner().with_style(style);
    let mut pruned = 0;
    loop {
        let mut tx = context.db.write(&platform).await?;
        let gone = match context.stop.is_stopping() {
            true => 0,
            false => queue::prune(&mut tx, &platform, before, BATCH).await?,
        };
        pruned += gone;
        progress.set_position(pruned);
        if gone == 0 {
            let details = json!({ "before": before, "count": pruned });
            let succeeded = AuditEvent {
                attempt_id: Some(allowed.id),
                ..line(context, actor, AuditStatus::Succeeded, details)
            };
            audit::record(&mut tx, &platform, &succeeded).await?;
        }
        tx.commit().await?;
        if gone == 0 {
            break;
        }
    }
    progress.finish_and_clear();
    Ok(pruned)
}

fn line(context: &Context, actor: &str, status: AuditStatus, details: Value) -> AuditEvent {
    AuditEvent {
        id: AuditEventId::new(&*context.ids),
        occurred_at: context.clock.now(),
        actor: Actor::at_command_line(actor),
        action: AuditAction::IngestionPrune,
        status,
        tenant_id: None,
        details,
        request_id: None,
        attempt_id: None,
    }
}

impl Answer for Pruned {
    fn words(&self) -> String {
        let (jobs, before) = (counted(self.pruned_count, "job"), self.before);
        match self.dry_run {
            None => format!("{jobs} processed before {before:.0} pruned."),
            Some(_) => format!("{jobs} processed before {before:.0} would be pruned. Nothing was changed."),
        }
    }
}
