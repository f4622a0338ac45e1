//! Several batches at once: while one is written, the next is claimed and read.

use std::sync::Arc;

use server::Stop;
use tokio::{
    task::{JoinError, JoinSet},
    time::{Duration, Instant},
};

use super::{Tally, Worker};

/// Batches that one worker works on at once. Dropped, they are as if the worker had died.
pub(crate) struct Lanes {
    worker: Arc<Worker>,
    stop: Stop,
    begun: JoinSet<anyhow::Result<Ended>>,
}

/// A batch that was worked through.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    /// What came of it.
    pub(crate) tally: Tally,
    /// How long it took, from when it was claimed.
    pub(crate) took: Duration,
}

impl Lanes {
    pub(crate) fn new(worker: Arc<Worker>, stop: Stop) -> Self {
        Self {
            worker,
            stop,
            begun: JoinSet::new(),
        }
    }

    pub(crate) fn has_room(&self) -> bool {
        self.begun.len() < self.worker.lanes
    }

    /// Claims a batch and begins to work on it. Says how many jobs it has; none when nothing is due.
    pub(crate) async fn begin(&mut self, size: u32) -> anyhow::Result<usize> {
        let batch = self.worker.claim(size).await?;
        let count = batch.jobs.len() + batch.set_aside.len();
        if count > 0 {
            let (worker, stop) = (Arc::clone(&self.worker), self.stop.clone());
            self.begun.spawn(async move {
                let since = Instant::now();
                let tally = worker.work_off(&batch, &stop).await?;
                let took = since.elapsed();
                Ok(Ended { tally, took })
            });
        }
        Ok(count)
    }

    /// Waits for a batch to end, whichever is first, and says what came of it. None when none was begun.
    pub(crate) async fn ended(&mut self) -> Option<anyhow::Result<Ended>> {
        let ended = self.begun.join_next().await?;
        Some(ended.unwrap_or_else(|panicked: JoinError| Err(panicked.into())))
    }
}
