//! `drain`: works through what is due now, then leaves and says what came of it.

use std::{process::ExitCode, sync::Arc};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use server::Context;

use super::{
    Refused,
    output::{self, Answer},
    selection::counted,
};
use crate::{
    cli::DrainArgs,
    worker::{Lanes, Tally, Worker},
};

/// What came of a drain.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DrainResult {
    event: &'static str,
    /// Looks into the queue, the last one included, which may have found it empty.
    loops: u32,
    total_picked: u64,
    total_processed: u64,
    total_failed: u64,
    total_requeued: u64,
    total_dead_lettered: u64,
}

/// Drains, and prints what came of it.
pub(crate) async fn drain(context: &Context, args: &DrainArgs, as_json: bool) -> Result<ExitCode, Refused> {
    let worker = Arc::new(Worker::new(context));
    let drained = drain_queue(worker, context, args).await?;
    output::print(&drained, as_json)?;
    Ok(ExitCode::SUCCESS)
}

/// Works in batches until nothing is due, the loops are used up, or the process is told to stop.
pub(super) async fn drain_queue(
    worker: Arc<Worker>,
    context: &Context,
    args: &DrainArgs,
) -> Result<DrainResult, Refused> {
    let settings = &context.settings.ingestion;
    let size = args.batch_size.unwrap_or(settings.batch_size);
    let most = match args.until_empty {
        true => u32::MAX,
        false => args.max_loops.unwrap_or(settings.max_loops),
    };
    let progress = progress();
    worker.release_expired().await?;
    let (mut loops, mut total) = (0, Tally::default());
    let mut lanes = Lanes::new(worker, context.stop.clone());
    while loops < most && !context.stop.is_stopping() {
        if !lanes.has_room()
            && let Some(tally) = lanes.ended().await
        {
            total += tally?;
            progress.set_position(total.picked);
        }
        loops += 1;
        if lanes.begin(size).await? == 0 {
            break;
        }
    }
    while let Some(tally) = lanes.ended().await {
        total += tally?;
    }
    progress.finish_and_clear();
    Ok(DrainResult::of(loops, total))
}

/// A count that goes up on standard error, where that is a terminal.
fn progress() -> ProgressBar {
    let style =
        ProgressStyle::with_template("{spinner} {pos} jobs, {per_sec}").expect("the template is ours");
    ProgressBar::new_spinner().with_style(style)
}

impl DrainResult {
    const fn of(loops: u32, total: Tally) -> Self {
        Self {
            event: "drain_result",
            loops,
            total_picked: total.picked,
            total_processed: total.processed,
            total_failed: total.failed(),
            total_requeued: total.requeued,
            total_dead_lettered: total.dead_lettered,
        }
    }
}

impl Answer for DrainResult {
    fn words(&self) -> String {
        if self.total_picked == 0 {
            return "Nothing was due.".to_owned();
        }
        let mut words = format!(
            "Picked {} in {}: {} processed, {} failed",
            counted(self.total_picked, "job"),
            counted(self.loops.into(), "loop"),
            self.total_processed,
            self.total_failed
        );
        if self.total_failed > 0 {
            words += &format!(
                " ({} will be tried again, {} buried)",
                self.total_requeued, self.total_dead_lettered
            );
        }
        words + "."
    }
}
