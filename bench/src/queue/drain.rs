//! Our worker, in a process of its own, timed from its start to its last commit, as the peers are.

use std::{
    collections::HashSet,
    io::{self, Write as _},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use anyhow::{Context as _, Result};
use clap::Args;
use db::{
    Db, PlatformScope,
    door::claims::Claimed,
    platform::effects::{self, Work},
};
use futures::future::BoxFuture;
use ingestion_worker::{Ingest, JobError, Stories};
use serde::{Deserialize, Serialize};
use server::{Context, Duty, Settings};
use tokio::sync::Notify;
use types::{JobId, effects::Effects};

use super::backlog::Backlog;
use crate::{installation::environment, process};

/// What a job leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaving {
    /// Everything: contact, lead, activity, what open dashboards are told.
    Everything,
    /// Nothing but its mark, as the peers' empty jobs do.
    Nothing,
}

/// What a drain brought.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Drained {
    pub(super) per_second: f64,
    /// The most memory the process ever had.
    pub(super) peak_mebibytes: f64,
}

/// Works through all of a backlog.
pub(super) async fn drain(backlog: &Backlog, jobs: u64, leaving: Leaving) -> Result<Drained> {
    let jobs = jobs.to_string();
    let mut arguments = vec!["drain", "--jobs", &jobs];
    if leaving == Leaving::Nothing {
        arguments.push("--without-effects");
    }
    let mut environment = environment(&backlog.url);
    environment.push(("INGESTION_BATCH_SIZE", "1000".to_owned()));
    let line = process::last_line("bench", &arguments, &environment).await?;
    serde_json::from_str(&line).context("reading what the drain said")
}

/// The flags of the process.
#[derive(Debug, Clone, Args)]
pub(crate) struct DrainArgs {
    /// Jobs after which it leaves
    #[arg(long)]
    jobs: u64,
    /// Only mark jobs as processed
    #[arg(long)]
    without_effects: bool,
}

/// The process: works until so many jobs are done, and prints what it took.
pub(crate) async fn run(arguments: &DrainArgs) -> Result<()> {
    let settings = Settings::load_or_exit(Duty::Works);
    let Ok(context) = Context::open(settings).await.map_err(|error| error.report()) else {
        anyhow::bail!("the database cannot be worked with");
    };
    let inner: Arc<dyn Ingest> = if arguments.without_effects {
        Arc::new(Marks(context.db.clone()))
    } else {
        Arc::new(Stories::new(&context))
    };
    let counted = Arc::new(Counted {
        inner,
        left: AtomicU64::new(arguments.jobs),
        done: Notify::new(),
    });
    let (stop, story) = (context.stop.clone(), Arc::clone(&counted));
    let begun = Instant::now();
    let running = ingestion_worker::start_with(context, story).await?;
    counted.done.notified().await;
    let drained = Drained {
        per_second: arguments.jobs as f64 / begun.elapsed().as_secs_f64(),
        peak_mebibytes: process::peak_mebibytes()?,
    };
    stop.now();
    running.ended().await?;
    writeln!(io::stdout(), "{}", serde_json::to_string(&drained)?)?;
    Ok(())
}

/// Counts the jobs that were written: the last commit is then known without asking the database.
struct Counted {
    inner: Arc<dyn Ingest>,
    left: AtomicU64,
    done: Notify,
}

impl Ingest for Counted {
    fn read(&self, job: &Claimed) -> Result<Effects, JobError> {
        self.inner.read(job)
    }

    fn write<'a>(&'a self, batch: &'a [Work<'a>]) -> BoxFuture<'a, db::Result<HashSet<JobId>>> {
        Box::pin(async move {
            let held = self.inner.write(batch).await?;
            let count = held.len() as u64;
            if self.left.fetch_sub(count, Ordering::Relaxed) <= count {
                self.done.notify_one();
            }
            Ok(held)
        })
    }
}

/// Marks jobs as processed, and no more: what an empty job costs.
struct Marks(Db);

impl Ingest for Marks {
    fn read(&self, job: &Claimed) -> Result<Effects, JobError> {
        Ok(Effects {
            occurred_at: job.created_at,
            visitor: None,
            person: None,
            wish: None,
            happening: None,
            behaviour: None,
            corrects: None,
            held: None,
        })
    }

    fn write<'a>(&'a self, batch: &'a [Work<'a>]) -> BoxFuture<'a, db::Result<HashSet<JobId>>> {
        let platform = PlatformScope::of_worker();
        Box::pin(async move { effects::finish(&self.0, &platform, batch).await })
    }
}
