//! `drain`: works through what is due now, then leaves and says what came of it.

use std::{process::ExitCode, sync::Arc};

use db::platform;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use server::Context;

use super::{
    Refused,
    output::{self, Answer, Form},
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
pub(crate) async fn drain(context: &Context, args: &DrainArgs, form: Form) -> Result<ExitCode, Refused> {
    let worker = Arc::new(Worker::new(context));
    let drained = drain_queue(worker, context, args).await?;
    output::print(&drained, form)?;
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
    let most = match (args.max_loops, args.until_empty) {
        (Some(most), _) => most,
        (None, true) => u32::MAX,
        (None, false) => settings.max_loops,
    };
    worker.release_expired().await?;
    let progress = progress(&worker, u64::from(most).saturating_mul(size.into())).await?;
    let (mut loops, mut total) = (0, Tally::default());
    let mut lanes = Lanes::new(worker, context.stop.clone());
    while loops < most && !context.stop.is_stopping() {
        if !lanes.has_room()
            && let Some(ended) = lanes.ended().await
        {
            total += ended?.tally;
            progress.set_position(total.picked);
        }
        loops += 1;
        if lanes.begin(size).await? == 0 {
            break;
        }
    }
    while let Some(ended) = lanes.ended().await {
        total += ended?.tally;
        progress.set_position(total.picked);
    }
    progress.finish_and_clear();
    Ok(DrainResult::of(loops, total))
}

/// How far it is with at most so many jobs, on standard error, where that is a terminal: elsewhere nothing is counted.
async fn progress(worker: &Worker, most: u64) -> Result<ProgressBar, Refused> {
    let template = "{bar:30} {pos} of {len} jobs, {per_sec}, {eta} left";
    let style = ProgressStyle::with_template(template).expect("the template is ours");
    let progress = ProgressBar::new(0).with_style(style);
    if progress.is_hidden() {
        return Ok(progress);
    }
    let mut tx = worker.db.read(&worker.platform).await?;
    let waiting = platform::jobs::depth(&mut tx, &worker.platform).await?.pending;
    progress.set_length(most.min(waiting.try_into().unwrap_or_default()));
    Ok(progress)
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
