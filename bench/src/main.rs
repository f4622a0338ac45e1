//! Measures what the first user would feel, side by side with something known. `scripts/bench` runs it.
//!
//! Prints one table per question, as Markdown, and ratios rather than bare numbers: the machine's speed drifts, the
//! ratio of two things measured in turn on it does not. It starts the real release binaries and talks to them over
//! HTTP; the load comes from this process and shares the machine's cores with them.

mod baseline;
mod capture;
mod console;
mod crm;
mod import;
mod installation;
mod latency;
mod load;
mod process;
mod queue;
mod report;
mod session;
mod sites;
mod start_up;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{installation::Engine, report::Report};

/// Measures Freehold beside something known.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    /// How long each measurement lasts, in seconds.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How many times each is taken; the median is told.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// A PostgreSQL whose role may create databases; without it only SQLite is measured.
    #[arg(long, env = "TEST_DATABASE_URL")]
    postgres: Option<String>,
    #[command(subcommand)]
    question: Option<Question>,
}

#[derive(Debug, Clone, Subcommand)]
enum Question {
    /// How many leads a second are accepted, beside a route that only reads the body and an insert done alone.
    Capture,
    /// How long from a visitor's click to an open CRM, when nothing else happens.
    Latency,
    /// How long each process takes to be ready, and how much memory it takes.
    StartUp,
    /// How fast each page of the operators' console is with many tenants and a long audit trail, and what the trail
    /// costs. Takes minutes to fill, and writes its tables into docs/benchmarks.md. Only when asked for.
    Console {
        /// Tenants there are.
        #[arg(long, default_value_t = 10_000)]
        tenants: u64,
        /// Lines of the audit trail.
        #[arg(long, default_value_t = 1_000_000)]
        events: u64,
        /// How often each page is asked for.
        #[arg(long, default_value_t = 200)]
        samples: u64,
    },
    /// How fast each page of the CRM is for somebody with very many contacts beside very many other tenants, and what
    /// open dashboards cost. Takes many minutes to fill, and writes its tables into docs/benchmarks.md. Only when asked
    /// for.
    Crm(crm::Size),
    /// How long a large file of contacts takes, and the memory for it. Writes its table into docs/benchmarks.md. Only
    /// when asked for.
    Import {
        /// Contacts in the file.
        #[arg(long, default_value_t = 50_000)]
        rows: u32,
    },
    /// How fast the queue is beside its peers and beside the limit. Installs the peers, takes minutes, and writes its
    /// table into docs/benchmarks.md. Only when asked for.
    Queue {
        /// The folder of the peers' scripts.
        #[arg(long, env = "PEERS", default_value = "../shared/bench/peers")]
        peers: PathBuf,
        /// Jobs to drain on PostgreSQL; on SQLite it is two fifths of them.
        #[arg(long, default_value_t = 50_000)]
        jobs: u64,
        /// Only ours and the limit, for those who work on it: installs nothing, writes nothing.
        #[arg(long)]
        alone: bool,
    },
    /// What a long queue, an old snapshot and a busy neighbour cost. Takes many minutes, and writes its table into
    /// docs/benchmarks.md. Only when asked for.
    QueueDepth {
        /// Jobs of the long queue.
        #[arg(long, default_value_t = 1_000_000)]
        jobs: u64,
    },
    /// How fast sites are: a town's page, a home search over many listings, the way from a host to its tenant. Takes
    /// minutes, and writes its tables into docs/benchmarks.md. Only when asked for.
    Sites {
        /// Homes for sale.
        #[arg(long, default_value_t = 100_000)]
        listings: u32,
        /// Names of sites.
        #[arg(long, default_value_t = 100_000)]
        hosts: u32,
    },
    /// Our worker, timed. Used by `queue`.
    #[command(hide = true)]
    Drain(queue::DrainArgs),
    /// One event at a time, timed. Used by `queue`.
    #[command(hide = true)]
    Idle(queue::IdleArgs),
    /// The thing beside: a server whose one route reads a lead and answers, or shows a page. Used by `capture` and
    /// `sites`.
    #[command(hide = true)]
    Baseline {
        /// Shows this page, instead of reading leads.
        #[arg(long)]
        page: Option<PathBuf>,
        /// With our edge in front of the route, instead of axum alone.
        #[arg(long)]
        edge: bool,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let mut engines = vec![Engine::Sqlite];
    engines.extend(arguments.postgres.clone().map(Engine::Postgres));
    match &arguments.question {
        Some(Question::Baseline { page: Some(page), .. }) => return baseline::serve_page(page).await,
        Some(Question::Baseline { edge: true, .. }) => return baseline::serve_behind_edge().await,
        Some(Question::Baseline { .. }) => return baseline::serve_bare().await,
        Some(Question::Drain(arguments)) => return queue::drain(arguments).await,
        Some(Question::Idle(arguments)) => return queue::idle(*arguments).await,
        Some(Question::Queue {
            jobs, alone: true, ..
        }) => return queue::measure_alone(&engines, arguments.rounds, *jobs).await,
        Some(Question::Queue { peers, jobs, .. }) => {
            return queue::measure(&engines, peers, arguments.rounds, *jobs).await;
        }
        Some(Question::QueueDepth { jobs }) => {
            return queue::measure_depth(&engines, arguments.rounds, *jobs).await;
        }
        Some(Question::Sites { listings, hosts }) => {
            let length = Duration::from_secs(arguments.seconds);
            return sites::measure(&engines, (length, arguments.rounds), *listings, *hosts).await;
        }
        Some(Question::Console {
            tenants,
            events,
            samples,
        }) => {
            let size = console::Size {
                tenants: *tenants,
                events: *events,
                samples: *samples,
            };
            let mut report = Report::default();
            console::measure(&engines, size, &mut report).await?;
            report.print()?;
            return report.write_between(Path::new("docs/benchmarks.md"), "console");
        }
        Some(Question::Import { rows }) => return import::measure(&engines, *rows).await,
        Some(Question::Crm(size)) => return crm::measure(&engines, *size).await,
        Some(Question::Capture | Question::Latency | Question::StartUp) | None => {}
    }
    let length = Duration::from_secs(arguments.seconds);
    let mut report = Report::default();
    let asked = |question: fn(&Question) -> bool| arguments.question.as_ref().is_none_or(question);
    if asked(|question| matches!(question, Question::Capture)) {
        capture::measure(&engines, length, arguments.rounds, &mut report).await?;
    }
    if asked(|question| matches!(question, Question::Latency)) {
        latency::measure(&engines, &mut report).await?;
    }
    if asked(|question| matches!(question, Question::StartUp)) {
        start_up::measure(&engines, arguments.rounds, &mut report).await?;
    }
    report.print()
}
