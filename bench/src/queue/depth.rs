//! What a long queue, an old snapshot and a busy neighbour cost.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use hdrhistogram::Histogram;

use super::{
    backlog::{Backlog, TENANTS},
    bystander::Bystander,
    drain::{self, Drained, Leaving},
};
use crate::{
    installation::Engine,
    report::{Report, median},
};

/// A short queue.
const SHALLOW: u64 = 10_000;

/// Of the long queue's jobs one in so many is drained beside an old snapshot: enough for dead rows to get in the way.
const SHARE_BESIDE_SNAPSHOT: u64 = 10;

/// Jobs between two words about how far the filling is.
const STEP: u64 = 100_000;

/// The quiet tenant's jobs come so far apart.
const QUIET: Duration = Duration::from_millis(200);

/// How often somebody looks whether the quiet tenant's job is done; far below the second that it may take.
const LOOK: Duration = Duration::from_millis(5);

/// Measures, prints the table and writes it into `docs/benchmarks.md`.
pub(crate) async fn measure(engines: &[Engine], rounds: usize, jobs: u64) -> Result<()> {
    let mut report = Report::default();
    let mut rows = Vec::new();
    for engine in engines {
        rows.extend(of(engine, rounds, jobs).await?);
    }
    report.table(
        "A long queue, an old snapshot, a busy neighbour",
        &["database", "what", "measured", "aim", "reached"],
        &rows,
    );
    report.note(
        "Rates are jobs a second with effects. The neighbour's jobs come one by one while the worker drains the long \
         queue of another tenant; each is timed from enqueuing to being processed.",
    );
    report.print()?;
    report.write_between(Path::new("docs/benchmarks.md"), "queue-depth")
}

async fn of(engine: &Engine, rounds: usize, jobs: u64) -> Result<Vec<Vec<String>>> {
    let name = engine.name();
    let some = jobs / SHARE_BESIDE_SNAPSHOT;
    let (mut shallow, mut alone, mut held) = (Vec::new(), Vec::new(), Vec::new());
    for number in 1..=rounds {
        eprintln!("{name}, round {number} of {rounds}: {SHALLOW} jobs");
        shallow.push(drained(engine, SHALLOW, Snapshot::None).await?);
        eprintln!("{name}, round {number} of {rounds}: {some} jobs without and with an old snapshot");
        alone.push(drained(engine, some, Snapshot::None).await?);
        held.push(drained(engine, some, Snapshot::Held).await?);
    }
    let beside = median(
        held.iter()
            .zip(&alone)
            .map(|(held, alone)| held / alone)
            .collect(),
    );
    let (alone, held, shallow) = (median(alone), median(held), median(shallow));
    let deep = deep(engine, jobs).await?;
    let row = |what: &str, measured: String, aim: &str, reached: String| {
        vec![
            name.to_owned(),
            what.to_owned(),
            measured,
            aim.to_owned(),
            reached,
        ]
    };
    let rate = deep.drained.per_second;
    Ok(vec![
        row(
            &format!("drain of {jobs} beside drain of {SHALLOW}"),
            format!("{rate:.0} beside {shallow:.0}"),
            "≥ 0.8 ×",
            format!("{:.2} ×", rate / shallow),
        ),
        row(
            "with an old snapshot held open",
            format!("{held:.0} beside {alone:.0}"),
            "≥ 0.5 ×",
            format!("{beside:.2} ×"),
        ),
        row(
            "a neighbour's fresh job, p99",
            format!("{} jobs timed", deep.neighbour.len()),
            "< 1 s",
            format!("{:.3} s", deep.neighbour.value_at_quantile(0.99) as f64 / 1_000.0),
        ),
        row(
            "the worker's memory, at most",
            format!("{jobs} jobs"),
            "< 64 MiB",
            format!("{:.0} MiB", deep.drained.peak_mebibytes),
        ),
    ])
}

/// Whether somebody reads an old state meanwhile, so that no dead row may be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Snapshot {
    None,
    Held,
}

/// Jobs drained a second.
async fn drained(engine: &Engine, jobs: u64, snapshot: Snapshot) -> Result<f64> {
    let backlog = Backlog::new(engine, TENANTS).await?;
    backlog.fill(0..jobs).await?;
    backlog.settle().await?;
    let holder = match snapshot {
        Snapshot::None => None,
        Snapshot::Held => {
            let mut bystander = Bystander::connect(&backlog.url).await?;
            bystander.hold().await?;
            Some(bystander)
        }
    };
    let drained = drain::drain(&backlog, jobs, Leaving::Everything).await?;
    drop(holder);
    backlog.remove().await?;
    Ok(drained.per_second)
}

/// What a long queue showed.
struct Deep {
    drained: Drained,
    /// How long the neighbour's jobs took, in milliseconds.
    neighbour: Histogram<u64>,
}

/// Fills the queue of one tenant, drains it, and meanwhile hands in jobs of another.
async fn deep(engine: &Engine, jobs: u64) -> Result<Deep> {
    let backlog = Backlog::new(engine, 1).await?;
    let mut filled = 0;
    while filled < jobs {
        let until = (filled + STEP).min(jobs);
        backlog.fill(filled..until).await?;
        filled = until;
        eprintln!("{}: {filled} of {jobs} jobs wait", engine.name());
    }
    backlog.flush().await?;
    let mut neighbour = Histogram::<u64>::new(3)?;
    let draining = drain::drain(&backlog, jobs, Leaving::Everything);
    let drained = tokio::select! {
        drained = draining => drained?,
        ended = visit(&backlog, jobs, &mut neighbour) => ended?,
    };
    eprintln!("{}: {jobs} jobs drained", engine.name());
    backlog.settle().await?;
    backlog.remove().await?;
    Ok(Deep { drained, neighbour })
}

/// Hands in the neighbour's jobs, one after the other, and waits for each. Goes on until it is dropped.
async fn visit(backlog: &Backlog, first: u64, times: &mut Histogram<u64>) -> Result<Drained> {
    let mut bystander = Bystander::connect(&backlog.url).await?;
    for number in first.. {
        tokio::time::sleep(QUIET).await;
        let begun = Instant::now();
        let job = backlog.enqueue_for_neighbour(number).await?;
        while !bystander
            .sees_processed(backlog.neighbour().as_str(), job)
            .await?
        {
            tokio::time::sleep(LOOK).await;
        }
        times.record(u64::try_from(begun.elapsed().as_millis())?)?;
    }
    bail!("there are only so many numbers")
}
