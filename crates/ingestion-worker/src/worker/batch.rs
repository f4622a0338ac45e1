//! One batch: read every event, write all effects at once, and when that fails find whose fault it is.
//!
//! A batch that fails is split until the culprit is alone; its healthy neighbours are written on the way and never
//! lose an attempt to it.

use std::{collections::HashSet, panic, panic::AssertUnwindSafe, time::Duration};

use anyhow::Context as _;
use db::{door::claims::Claimed, platform::effects::Work};
use futures::FutureExt as _;
use jiff::Timestamp;
use server::Stop;
use tokio::time::Instant;
use types::{JobId, effects::Effects};

use super::{Tally, Worker};
use crate::{
    failure::JobError,
    settle::{self, Outcome},
};

/// The part of a lease that a whole batch may take. Halves of a failed one get half of it each, so that all of
/// them together stay below half a lease, and a hanging job is found before its neighbours' leases run out.
const SHARE_OF_LEASE: u32 = 4;

/// Jobs that are written together, and how long that may take.
struct Group<'a> {
    work: &'a [Work<'a>],
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
    let (claimed_at, started_at) = (Instant::now(), worker.clock.now());
    let mut tally = Tally::default();
    let read = read(worker, jobs);
    for (job, effects) in jobs.iter().zip(&read) {
        if let Err(error) = effects {
            tally.count(fail(worker, job, started_at, error).await?);
        }
    }
    let work: Vec<Work<'_>> = jobs
        .iter()
        .zip(&read)
        .filter_map(|(job, effects)| {
            Some(Work {
                job,
                effects: effects.as_ref().ok()?,
            })
        })
        .collect();
    let mut groups = vec![Group {
        work: &work,
        deadline: worker.lease / SHARE_OF_LEASE,
        tried: false,
    }];
    while let Some(group) = groups.pop() {
        if group.work.is_empty() {
            continue;
        }
        worker.pulse.beat();
        let out_of_time = stop.is_stopping() || claimed_at.elapsed() + group.deadline > worker.lease;
        let written = if out_of_time {
            Err(Unwritten::Interrupted)
        } else {
            write(worker, &group, stop).await
        };
        match written {
            Ok(held) => tally += succeed(worker, &group, &held),
            Err(Unwritten::Interrupted) => give_back(worker, &group).await?,
            Err(Unwritten::Failed(error)) if error.is_passing() && !group.tried => {
                groups.push(Group { tried: true, ..group });
            }
            Err(Unwritten::Failed(error)) => match group.work {
                [alone] => tally.count(fail(worker, alone.job, started_at, &error).await?),
                several => groups.extend(halves(several, group.deadline)),
            },
        }
    }
    Ok(tally)
}

/// Two groups instead of one. The first half lies on top, so that jobs keep their order.
fn halves<'a>(work: &'a [Work<'a>], deadline: Duration) -> [Group<'a>; 2] {
    let (first, second) = work.split_at(work.len() / 2);
    [second, first].map(|work| Group {
        work,
        deadline: deadline / 2,
        tried: false,
    })
}

/// What each event leaves behind. A panic is a failure of its job alone.
fn read(worker: &Worker, jobs: &[Claimed]) -> Vec<Result<Effects, JobError>> {
    let read_one = |job| {
        // Unwind safe: reading only looks, so nothing is left half done.
        panic::catch_unwind(AssertUnwindSafe(|| worker.story.read(job))).unwrap_or(Err(JobError::Panicked))
    };
    jobs.iter().map(read_one).collect()
}

/// Writes until it is done, panics, takes too long, or the process has no more time for it.
async fn write(worker: &Worker, group: &Group<'_>, stop: &Stop) -> Result<HashSet<JobId>, Unwritten> {
    // Unwind safe: what the writing holds is dropped with it, its transaction above all, which then never happened.
    let writing = AssertUnwindSafe(worker.story.write(group.work)).catch_unwind();
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

fn succeed(worker: &Worker, group: &Group<'_>, held: &HashSet<JobId>) -> Tally {
    let now = worker.clock.now();
    let mut tally = Tally::default();
    for Work { job, .. } in group.work {
        let outcome = if held.contains(&job.id) {
            Outcome::Processed
        } else {
            Outcome::Lost
        };
        settle::tell(job, outcome, now);
        tally.count(outcome);
    }
    tally
}

async fn fail(
    worker: &Worker,
    job: &Claimed,
    started_at: Timestamp,
    error: &JobError,
) -> anyhow::Result<Outcome> {
    let settled = settle::failure(worker, job, started_at, error).await;
    let outcome = settled.with_context(|| format!("settling job {}", job.id))?;
    settle::tell(job, outcome, worker.clock.now());
    Ok(outcome)
}

async fn give_back(worker: &Worker, group: &Group<'_>) -> anyhow::Result<()> {
    for Work { job, .. } in group.work {
        worker
            .give_back(job)
            .await
            .with_context(|| format!("giving job {} back", job.id))?;
    }
    Ok(())
}
