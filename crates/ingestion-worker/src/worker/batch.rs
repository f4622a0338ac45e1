//! One batch: read every event, write all effects at once, and when that fails find whose fault it is.
//!
//! A batch that fails is split until the culprit is alone; its healthy neighbours are written on the way and never
//! lose an attempt to it. Whoever gets on keeps its lease; a batch that hangs loses it.

use std::{collections::HashSet, mem, panic, panic::AssertUnwindSafe, time::Duration};

use anyhow::Context as _;
use db::{
    door::claims::Claimed,
    platform::{effects::Work, leases},
};
use futures::FutureExt as _;
use jiff::SignedDuration;
use server::Stop;
use tokio::time::Instant;
use tracing::Instrument as _;
use types::{JobId, effects::Effects};

use super::{Tally, Worker};
use crate::{
    failure::JobError,
    log,
    settle::{self, Outcome},
};

/// The part of a lease that writing a whole batch may take. Halves of a failed one get half of it each, so that all
/// of them together stay below half a lease, and a hanging job is found before its neighbours' leases run out.
const SHARE_OF_LEASE: u32 = 4;

/// A batch on its way.
struct Batch<'a> {
    worker: &'a Worker,
    stop: &'a Stop,
    /// Groups that wait to be written, the next one last.
    groups: Vec<Group<'a>>,
    /// Jobs that failed; they are settled together at the end.
    failed: Vec<(&'a Claimed, JobError)>,
    /// Jobs the process has no more time for.
    left: Vec<&'a Claimed>,
    /// When the leases of all of them were last begun or extended.
    held_since: Instant,
    tally: Tally,
}

/// Jobs that are written together, and how long that may take.
struct Group<'a> {
    work: Vec<Work<'a>>,
    deadline: Duration,
    /// Whether it failed before of something that passes.
    tried: bool,
}

/// Why a group was not written.
enum Unwritten {
    Failed(JobError),
    /// The process has no more time.
    Interrupted,
}

/// Works through claimed jobs, and says what came of each that was begun. Jobs the process has no more time for
/// are given back as they were.
pub(super) async fn work_through(worker: &Worker, jobs: &[Claimed], stop: &Stop) -> anyhow::Result<Tally> {
    let held_since = Instant::now();
    let (mut work, mut failed) = (Vec::with_capacity(jobs.len()), Vec::new());
    let read = read(worker, jobs);
    for (job, effects) in jobs.iter().zip(&read) {
        match effects {
            Ok(effects) => work.push(Work { job, effects }),
            Err(error) => failed.push((job, error.clone())),
        }
    }
    let everything = Group {
        work,
        deadline: worker.lease / SHARE_OF_LEASE,
        tried: false,
    };
    let mut batch = Batch {
        worker,
        stop,
        groups: vec![everything],
        failed,
        left: Vec::new(),
        held_since,
        tally: Tally::default(),
    };
    batch.write().await?;
    batch.settle().await?;
    Ok(batch.tally)
}

/// What each event leaves behind. A panic is a failure of its job alone.
fn read(worker: &Worker, jobs: &[Claimed]) -> Vec<Result<Effects, JobError>> {
    let read_one = |job| {
        let reading = || log::span_of(job).in_scope(|| worker.story.read(job));
        // Unwind safe: reading only looks, so nothing is left half done.
        panic::catch_unwind(AssertUnwindSafe(reading)).unwrap_or(Err(JobError::Panicked))
    };
    jobs.iter().map(read_one).collect()
}

impl<'a> Batch<'a> {
    async fn write(&mut self) -> anyhow::Result<()> {
        while let Some(group) = self.groups.pop() {
            if group.work.is_empty() {
                continue;
            }
            let too_late = self.held_since.elapsed() + group.deadline > self.worker.lease;
            let written = if self.stop.is_stopping() || too_late {
                Err(Unwritten::Interrupted)
            } else {
                write(self.worker, &group, self.stop).await
            };
            match written {
                Ok(held) => {
                    self.worker.pulse.beat();
                    self.succeed(&group, &held);
                    self.hold_on().await?;
                }
                Err(Unwritten::Interrupted) => self.left.extend(group.work.iter().map(|work| work.job)),
                Err(Unwritten::Failed(error)) => self.take_apart(group, error),
            }
        }
        Ok(())
    }

    fn succeed(&mut self, group: &Group<'_>, held: &HashSet<JobId>) {
        let now = self.worker.clock.now();
        for Work { job, .. } in &group.work {
            let outcome = if held.contains(&job.id) {
                Outcome::Processed
            } else {
                Outcome::Lost
            };
            settle::tell(job, outcome, now);
            self.tally.count(outcome);
        }
    }

    /// Tries a failed group again, or in halves, or knows the culprit.
    fn take_apart(&mut self, mut group: Group<'a>, error: JobError) {
        if error.is_passing() && !group.tried {
            self.groups.push(Group { tried: true, ..group });
        } else if group.work.len() == 1 || error.is_nobodys_fault() {
            let jobs = group.work.iter().map(|work| (work.job, error.clone()));
            self.failed.extend(jobs);
        } else {
            let second = group.work.split_off(group.work.len() / 2);
            // The first half lies on top, so that jobs keep their order.
            self.groups.extend([second, group.work].map(|work| Group {
                work,
                deadline: group.deadline / 2,
                tried: false,
            }));
        }
    }

    /// Extends the leases of what is still to be done, when half of them is over. Only called after something was
    /// written: who hangs does not get here.
    async fn hold_on(&mut self) -> anyhow::Result<()> {
        let worker = self.worker;
        if self.groups.is_empty() || self.held_since.elapsed() < worker.extend_after {
            return Ok(());
        }
        let since = Instant::now();
        let waiting = self
            .groups
            .iter()
            .flat_map(|group| &group.work)
            .map(|work| work.job);
        let jobs: Vec<&Claimed> = waiting.chain(self.failed.iter().map(|(job, _)| *job)).collect();
        let mut tx = worker
            .db
            .write_repeatable(&worker.platform)
            .await
            .context("extending leases")?;
        let lease = SignedDuration::try_from(worker.lease).expect("a lease is at most an hour");
        let held = leases::extend(&mut tx, &worker.platform, &jobs, lease).await;
        let held = held.context("extending leases")?;
        tx.commit().await.context("extending leases")?;
        self.held_since = since;
        let lost = jobs.len() - held.len();
        if lost > 0 {
            tracing::warn!(lost, "others took over {lost} jobs of a batch that was too slow");
        }
        for group in &mut self.groups {
            group.work.retain(|work| held.contains(&work.job.id));
        }
        Ok(())
    }

    /// Remembers what failed, and gives back what was not begun.
    async fn settle(&mut self) -> anyhow::Result<()> {
        let worker = self.worker;
        let failed = mem::take(&mut self.failed);
        let outcomes = settle::failures(worker, &failed)
            .await
            .context("settling failed jobs")?;
        if !failed.is_empty() {
            self.worker.pulse.beat();
        }
        let now = worker.clock.now();
        for ((job, _), outcome) in failed.iter().zip(outcomes) {
            settle::tell(job, outcome, now);
            self.tally.count(outcome);
        }
        worker.give_back(&self.left).await.context("giving jobs back")
    }
}

/// Writes until it is done, panics, takes too long, or the process has no more time for it.
async fn write(worker: &Worker, group: &Group<'_>, stop: &Stop) -> Result<HashSet<JobId>, Unwritten> {
    // Unwind safe: what the writing holds is dropped with it, its transaction above all, which then never happened.
    let writing = AssertUnwindSafe(worker.story.write(&group.work)).catch_unwind();
    let writing = writing.instrument(log::span_of_all(&group.work));
    let out_of_grace = async {
        stop.stopped().await;
        tokio::time::sleep(worker.grace).await;
    };
    tokio::select! {
        biased;
        ended = writing => match ended {
            Ok(written) => written.map_err(|error| Unwritten::Failed(error.into())),
            Err(_) => Err(Unwritten::Failed(JobError::Panicked)),
        },
        () = tokio::time::sleep(group.deadline) => Err(Unwritten::Failed(JobError::TimedOut)),
        () = out_of_grace => Err(Unwritten::Interrupted),
    }
}
