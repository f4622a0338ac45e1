//! How long an event waits for its effect when nothing else happens.

use std::{
    io::{self, Write as _},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use db::{PlatformScope, door::tenants, tenant::jobs};
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use server::{Context, Duty, Settings};
use types::TenantId;

use super::backlog::{Backlog, a_job, slug};
use crate::{
    installation::{Engine, environment},
    process::{self, Process},
};

/// Events handed in, one after the other, after some that are not counted.
const SAMPLES: u64 = 300;

/// Events before anything is counted: connections, caches and plans are warm then.
const WARM_UP: u64 = 20;

/// The quiet between two events, as in the peers' scripts.
const QUIET: Duration = Duration::from_millis(20);

/// How long an event waited, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Waited {
    pub(super) p50: f64,
    pub(super) p99: f64,
}

/// Measures on a fresh database: PostgreSQL with the worker in a process of its own, SQLite with all in one, which is
/// how each of them is run.
pub(super) async fn measure(engine: &Engine) -> Result<Waited> {
    let backlog = Backlog::new(engine, 1).await?;
    backlog.settle().await?;
    let environment = environment(&backlog.url);
    let line = match engine {
        Engine::Sqlite => process::last_line("bench", &["idle", "--worker-inside"], &environment).await?,
        Engine::Postgres(_) => {
            let _worker = Process::start("ingestion-worker", &["run"], &environment).await?;
            process::last_line("bench", &["idle"], &environment).await?
        }
    };
    backlog.remove().await?;
    serde_json::from_str(&line).context("reading how long the events waited")
}

/// The flags of the process.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct IdleArgs {
    /// Work in this process too
    #[arg(long)]
    worker_inside: bool,
}

/// The process: hands in one event at a time and waits until it hears that the tenant's rows changed, which is said
/// after the commit of the effects.
pub(crate) async fn run(arguments: IdleArgs) -> Result<()> {
    let settings = Settings::load_or_exit(Duty::Works);
    let Ok(context) = Context::open(settings).await.map_err(|error| error.report()) else {
        bail!("the database cannot be worked with");
    };
    let worker = if arguments.worker_inside {
        Some(ingestion_worker::start(context.clone()).await?)
    } else {
        None
    };
    let times = samples(&context).await?;
    context.stop.now();
    if let Some(worker) = worker {
        worker.ended().await?;
    }
    let milliseconds = |quantile| times.value_at_quantile(quantile) as f64 / 1_000.0;
    let waited = Waited {
        p50: milliseconds(0.5),
        p99: milliseconds(0.99),
    };
    writeln!(io::stdout(), "{}", serde_json::to_string(&waited)?)?;
    Ok(())
}

async fn samples(context: &Context) -> Result<Histogram<u64>> {
    let platform = PlatformScope::of_command_line();
    let mut tx = context.db.read(&platform).await?;
    let tenant_id = TenantId::of(&slug(0));
    let scope = tenants::enter(&mut tx, &platform, &tenant_id).await?;
    let scope = scope.context("the backlog has a tenant")?;
    drop(tx);
    let mut times = Histogram::<u64>::new(3)?;
    for number in 0..WARM_UP + SAMPLES {
        tokio::time::sleep(QUIET).await;
        let job = a_job(&tenant_id, number);
        let mut hints = context.db.signals().subscribe();
        let begun = Instant::now();
        jobs::enqueue(&context.db, &scope, job).await?;
        hints.changed(&tenant_id).await;
        if number >= WARM_UP {
            times.record(u64::try_from(begun.elapsed().as_micros())?)?;
        }
    }
    Ok(times)
}
