//! The one word that ends everything in a process.

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Tells every part of a process that it is time to stop. Clones share the word.
#[derive(Debug, Clone, Default)]
pub struct Stop(CancellationToken);

impl Stop {
    /// Stops at SIGTERM or SIGINT.
    ///
    /// # Errors
    /// When the signals cannot be listened to.
    pub fn on_signals() -> anyhow::Result<Self> {
        let mut terminate = signal(SignalKind::terminate()).context("listening to SIGTERM")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("listening to SIGINT")?;
        let stop = Self::default();
        let told = stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            told.now();
        });
        Ok(stop)
    }

    /// Stops now.
    pub fn now(&self) {
        self.0.cancel();
    }

    pub fn is_stopping(&self) -> bool {
        self.0.is_cancelled()
    }

    pub async fn stopped(&self) {
        self.0.cancelled().await;
    }

    /// The same as a future that owns itself: `stream.take_until(stop.signal())` lets an open
    /// event stream end, which would otherwise hold the process for the whole grace period.
    pub fn signal(&self) -> WaitForCancellationFutureOwned {
        self.0.clone().cancelled_owned()
    }
}
