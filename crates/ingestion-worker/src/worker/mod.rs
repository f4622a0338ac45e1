//! The worker: claims a batch, works through it, and says what came of it.

mod batch;
mod lanes;
#[cfg(test)]
mod log_tests;
mod pace;
#[cfg(test)]
mod side_by_side_tests;
#[cfg(test)]
mod tests;

use std::{ops::AddAssign, sync::Arc, time::Duration};

use anyhow::Context as _;
use db::{
    Db, PlatformScope,
    door::claims::{self, Batch, ClaimRequest, Claimed, Round},
    platform::{leases, queue_hours, visitors},
};
use jiff::SignedDuration;
use server::{Context, Stop};
use tokio::sync::Mutex;
use types::{Clock, Ids, RetryPolicy};

pub(crate) use self::{lanes::Lanes, pace::Pace};
use crate::{
    ingest::{Ingest, Stories},
    log::Attempt,
    pulse::Pulse,
    settle::{self, Outcome},
};

/// Works through the queue of every tenant.
pub(crate) struct Worker {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) story: Arc<dyn Ingest>,
    pub(crate) policy: RetryPolicy,
    /// Names this worker in the history of attempts.
    pub(crate) name: String,
    /// How long a job may go on after the process was told to stop.
    pub(crate) grace: Duration,
    pub(crate) pulse: Pulse,
    pub(crate) platform: PlatformScope,
    /// How many batches it works on at once.
    pub(crate) lanes: usize,
    /// The part of a lease after which a batch that gets on extends it.
    extend_after: Duration,
    ids: Arc<dyn Ids>,
    lease: Duration,
    /// Where it is on its way from tenant to tenant. Held over the claim: one worker claims once at a time.
    round: Mutex<Round>,
}

/// What came of a batch, or of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    /// Jobs begun.
    pub(crate) picked: u64,
    /// Had their effect.
    pub(crate) processed: u64,
    /// Failed, and are tried again later.
    pub(crate) requeued: u64,
    /// Failed, and are tried no more.
    pub(crate) dead_lettered: u64,
}

impl Tally {
    /// Attempts that failed.
    pub(crate) const fn failed(self) -> u64 {
        self.requeued + self.dead_lettered
    }

    const fn count(&mut self, outcome: Outcome) {
        self.picked += 1;
        match outcome {
            Outcome::Processed => self.processed += 1,
            Outcome::Requeued => self.requeued += 1,
            Outcome::DeadLettered => self.dead_lettered += 1,
            Outcome::Lost => {}
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.picked += other.picked;
        self.processed += other.processed;
        self.requeued += other.requeued;
        self.dead_lettered += other.dead_lettered;
    }
}

impl Worker {
    /// A worker with the settings of this process.
    pub(crate) fn new(context: &Context) -> Self {
        Self::with(context, Arc::new(Stories::new(context)))
    }

    /// The same, which does this with its jobs.
    pub(crate) fn with(context: &Context, story: Arc<dyn Ingest>) -> Self {
        let settings = &context.settings.ingestion;
        Self {
            db: context.db.clone(),
            clock: Arc::clone(&context.clock),
            story,
            policy: RetryPolicy {
                max_attempts: settings.max_attempts,
            },
            name: format!("worker-{}", context.ids.new_id()),
            grace: context.settings.shutdown_grace,
            pulse: Pulse::default(),
            platform: PlatformScope::of_worker(),
            lanes: settings.concurrency as usize,
            ids: Arc::clone(&context.ids),
            lease: settings.lease,
            extend_after: settings.lease / 2,
            round: Mutex::default(),
        }
    }

    /// Claims a batch. An empty one means that nothing is due.
    pub(crate) async fn claim(&self, size: u32) -> anyhow::Result<Batch> {
        let request = ClaimRequest {
            limit: i64::from(size),
            token: self.ids.new_id(),
            lease: SignedDuration::try_from(self.lease).expect("a lease is at most an hour"),
        };
        let mut round = self.round.lock().await;
        let claimed = claims::claim(&self.db, &self.platform, &request, &mut round).await;
        let claimed = claimed.context("claiming jobs")?;
        self.pulse.beat();
        settle::tell_picked(&claimed.jobs);
        settle::tell_set_aside(&claimed.set_aside);
        Ok(claimed)
    }

    /// Works through a batch, and says what came of all of it.
    pub(crate) async fn work_off(&self, batch: &Batch, stop: &Stop) -> anyhow::Result<Tally> {
        let mut tally = Tally::default();
        for _ in &batch.set_aside {
            tally.count(Outcome::DeadLettered);
        }
        tally += self.work_through(&batch.jobs, stop).await?;
        Ok(tally)
    }

    /// Works through what was claimed.
    pub(crate) async fn work_through(&self, jobs: &[Claimed], stop: &Stop) -> anyhow::Result<Tally> {
        batch::work_through(self, jobs, stop).await
    }

    /// Takes back the jobs of workers that died or hung.
    pub(crate) async fn release_expired(&self) -> db::Result<()> {
        let max_attempts = i64::from(self.policy.max_attempts);
        let mut tx = self.db.write_repeatable(&self.platform).await?;
        let released = leases::release_expired(&mut tx, &self.platform, max_attempts).await?;
        tx.commit().await?;
        for job in &released.requeued {
            Attempt::from(job).retried(&leases::lease_expired());
        }
        for job in &released.buried {
            Attempt::from(job).buried(&leases::lease_expired());
        }
        Ok(())
    }

    /// Forgets what nobody asks about any more, some at a time: visitors who never said who they are and were not seen
    /// for a long time, and what the queue did in hours long ago.
    pub(crate) async fn forget_the_old(&self) -> db::Result<()> {
        const AT_ONCE: i64 = 1_000;
        let mut tx = self.db.write_repeatable(&self.platform).await?;
        let forgotten = visitors::forget_strangers(&mut tx, &self.platform, AT_ONCE).await?;
        queue_hours::forget(&mut tx, &self.platform, AT_ONCE).await?;
        tx.commit().await?;
        if forgotten > 0 {
            tracing::info!(
                forgotten,
                "{forgotten} visitors who never said who they are were forgotten"
            );
        }
        Ok(())
    }

    /// Puts jobs back as if they had never been claimed.
    async fn give_back(&self, jobs: &[&Claimed]) -> db::Result<()> {
        if jobs.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.write_repeatable(&self.platform).await?;
        // A lost lease is as good: somebody else has the job already.
        let _held = leases::give_back(&mut tx, &self.platform, jobs).await?;
        tx.commit().await
    }
}
