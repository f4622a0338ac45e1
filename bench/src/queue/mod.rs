//! How fast the queue is, beside its peers and beside the limit of the database.
//!
//! Everything is measured in turn, round after round, on one PostgreSQL and one disk; a ratio is taken within a round
//! and the median of the rounds is told. Ours goes through the real crates and schema; its worker is a process of its
//! own, with batches of 1,000 at most.

mod backlog;
mod bare;
mod bystander;
mod depth;
mod drain;
mod idle;
mod peers;
mod table;

use std::path::Path;

use anyhow::Result;

use self::{
    backlog::{Backlog, TENANTS},
    drain::Leaving,
    idle::Waited,
    peers::{Folder, Measured, PEERS, Peer},
};
use crate::{installation::Engine, load::CONNECTIONS, report::Report};

pub(crate) use depth::measure as measure_depth;
pub(crate) use drain::{DrainArgs, run as drain};
pub(crate) use idle::{IdleArgs, run as idle};

/// Jobs that are handed in by 64 callers while somebody looks at the clock; the rest comes as fast as it goes.
const ENQUEUED: u64 = 10_000;

/// What one round brought.
struct Round {
    /// With empty jobs.
    peers: Vec<Beside>,
    /// With jobs that do what ours do.
    peers_with_effects: Vec<Beside>,
    ours: Ours,
}

/// A peer, and what it did or why it was not measured.
struct Beside {
    peer: &'static Peer,
    measured: Result<Measured, String>,
}

/// What ours did.
#[derive(Clone, Copy)]
struct Ours {
    /// Jobs enqueued a second by 64 callers.
    enqueued: f64,
    /// Jobs a second, everything done.
    drained: f64,
    /// Jobs a second, only marked.
    marked: f64,
    /// Jobs a second whose rows a bare writer wrote.
    bare: f64,
    peak_mebibytes: f64,
    waited: Waited,
}

/// Measures, prints the tables and writes them into `docs/benchmarks.md`.
pub(crate) async fn measure(engines: &[Engine], peers: &Path, rounds: usize, jobs: u64) -> Result<()> {
    let meant: Vec<&'static Peer> = PEERS
        .iter()
        .filter(|peer| engines.iter().any(|engine| peer.is_on(engine)))
        .collect();
    let folder = Folder::set_up(peers, &meant).await?;
    let report = tables(engines, Some(&folder), rounds, jobs).await?;
    report.print()?;
    report.write_between(Path::new("docs/benchmarks.md"), "queue")
}

/// The same without the peers, and only prints.
pub(crate) async fn measure_alone(engines: &[Engine], rounds: usize, jobs: u64) -> Result<()> {
    tables(engines, None, rounds, jobs).await?.print()
}

async fn tables(engines: &[Engine], folder: Option<&Folder>, rounds: usize, jobs: u64) -> Result<Report> {
    let mut report = Report::default();
    for engine in engines {
        let jobs = match engine {
            Engine::Sqlite => jobs * 2 / 5,
            Engine::Postgres(_) => jobs,
        };
        let mut taken = Vec::new();
        for number in 1..=rounds {
            eprintln!("{}, round {number} of {rounds}", engine.name());
            taken.push(round(engine, folder, jobs).await?);
        }
        table::add(&mut report, engine, jobs, &taken);
    }
    Ok(report)
}

/// Each peer, then ours.
async fn round(engine: &Engine, folder: Option<&Folder>, jobs: u64) -> Result<Round> {
    let (mut peers, mut peers_with_effects) = (Vec::new(), Vec::new());
    for peer in PEERS.iter().filter(|peer| peer.is_on(engine)) {
        let Some(folder) = folder else { break };
        eprintln!("  {}", peer.name);
        let measured = folder.measure(peer, engine, (jobs, false)).await?;
        peers.push(Beside { peer, measured });
        if peer.has_effects {
            eprintln!("  {} with effects", peer.name);
            let measured = folder.measure(peer, engine, (jobs, true)).await?;
            peers_with_effects.push(Beside { peer, measured });
        }
    }
    eprintln!("  ours");
    Ok(Round {
        peers,
        peers_with_effects,
        ours: ours(engine, jobs).await?,
    })
}

async fn ours(engine: &Engine, jobs: u64) -> Result<Ours> {
    let backlog = Backlog::new(engine, TENANTS).await?;
    let timed = ENQUEUED.min(jobs);
    let enqueuing = backlog.enqueue(0..timed, CONNECTIONS).await?;
    backlog.fill(timed..jobs).await?;
    backlog.settle().await?;
    let drained = drain::drain(&backlog, jobs, Leaving::Everything).await?;

    let waiting = Backlog::new(engine, TENANTS).await?;
    waiting.fill(0..jobs).await?;
    waiting.settle().await?;
    let writing = bare::write_again(engine, &backlog, &waiting).await?;
    backlog.remove().await?;
    waiting.remove().await?;

    let empty = Backlog::new(engine, TENANTS).await?;
    empty.fill(0..jobs).await?;
    empty.settle().await?;
    let marked = drain::drain(&empty, jobs, Leaving::Nothing).await?;
    empty.remove().await?;
    Ok(Ours {
        enqueued: timed as f64 / enqueuing.as_secs_f64(),
        drained: drained.per_second,
        marked: marked.per_second,
        bare: jobs as f64 / writing.as_secs_f64(),
        peak_mebibytes: drained.peak_mebibytes,
        waited: idle::measure(engine).await?,
    })
}
