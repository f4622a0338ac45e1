//! `queue prune`: lets go of jobs that were processed long ago. Dead letters stay.

use std::{
    io::{self, IsTerminal as _},
    process::ExitCode,
};

use db::{PlatformScope, platform::queue};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use serde::Serialize;
use server::Context;

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

/// Lets go of jobs that were processed long ago. Asked for at a terminal only: what goes has had its effect.
pub(crate) async fn prune(context: &Context, args: &PruneArgs, form: Form) -> Result<ExitCode, Refused> {
    let asks = !args.dry_run && !args.yes && io::stdin().is_terminal();
    if asks && !ask::confirmed("Let go of these jobs? What they left behind stays.")? {
        return Err(Refused::NotConfirmed("nothing was pruned"));
    }
    output::print(&prune_older(context, args).await?, form)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn prune_older(context: &Context, args: &PruneArgs) -> Result<Pruned, Refused> {
    let now = context.clock.now();
    let before = now.saturating_sub(args.older_than).unwrap_or(Timestamp::MIN);
    let pruned_count = match args.dry_run {
        true => look(context, before).await?,
        false => carry_out(context, before).await?,
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

async fn carry_out(context: &Context, before: Timestamp) -> Result<u64, Refused> {
    let platform = PlatformScope::of_command_line();
    let style =
        ProgressStyle::with_template("{spinner} {pos} jobs, {per_sec}").expect("the template is ours");
    let progress = ProgressBar::new_spinner().with_style(style);
    let mut pruned = 0;
    while !context.stop.is_stopping() {
        let mut tx = context.db.write(&platform).await?;
        let gone = queue::prune(&mut tx, &platform, before, BATCH).await?;
        tx.commit().await?;
        pruned += gone;
        progress.set_position(pruned);
        if gone == 0 {
            break;
        }
    }
    progress.finish_and_clear();
    Ok(pruned)
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
