//! The daemon: woken when a job comes or falls due, and looking by itself now and then.

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use db::platform;
use server::{Context, Edge, Routes, Running, Stop};
use tokio::time::{Instant, sleep};

use crate::{
    ingest::{Ingest, Stories},
    pulse::Pulse,
    worker::{Lanes, Pace, Worker},
};

/// How long the queue is left alone when nobody says that a job came: the net under lost wake-ups.
const POLL: Duration = Duration::from_secs(5);

/// How often leases that ran out are taken back and the queue is counted.
const UPKEEP: Duration = Duration::from_secs(5);

/// The shortest wait after finding nothing, should a job seem due that somebody else is just taking.
const BREATH: Duration = Duration::from_millis(50);

/// Probes call the worker unready when its loop got nowhere for so long: several polls, and one job's deadline.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts the worker and its health page. It ends at `context.stop`, after what it was working on.
///
/// # Errors
///
/// When the address of the health page is taken or not ours.
pub async fn start(context: Context) -> anyhow::Result<Running> {
    let stories = Arc::new(Stories::new(&context));
    start_with(context, stories).await
}

/// The same, but this is done with the jobs: for measurements.
///
/// # Errors
///
/// When the address of the health page is taken or not ours.
pub async fn start_with(context: Context, story: Arc<dyn Ingest>) -> anyhow::Result<Running> {
    let worker = Arc::new(Worker::with(&context, story));
    let edge = health_page(&context, &worker.pulse);
    let http = Running::start(&context, context.settings.addresses.worker, edge).await?;
    let address = http.address;
    let task = tokio::spawn(async move {
        let most = context.settings.ingestion.batch_size;
        let ((), served) = tokio::join!(work(worker, most, &context.stop), http.ended());
        served
    });
    Ok(Running { address, task })
}

/// What probes and scrapers ask; the worker has no other pages.
fn health_page(context: &Context, pulse: &Pulse) -> Edge {
    let pulse = pulse.clone();
    let health = context
        .health(env!("CARGO_PKG_VERSION"))
        .check("loop", move || std::future::ready(pulse.check(PATIENCE)));
    Edge::new(
        "worker",
        &context.settings,
        health,
        Routes::default().into_router(()),
    )
}

/// Works in batches of so many jobs at most until told to stop, then finishes what was begun.
pub(crate) async fn work(worker: Arc<Worker>, most: u32, stop: &Stop) {
    // Before the first look: what comes while we look is then heard.
    let mut hints = worker.db.signals().subscribe();
    let mut lanes = Lanes::new(Arc::clone(&worker), stop.clone());
    let mut upkeep_due = Instant::now();
    let mut pause = Duration::ZERO;
    let mut pace = Pace::new(most);
    while !stop.is_stopping() {
        if upkeep_due <= Instant::now() {
            keep_up(&worker).await;
            upkeep_due = Instant::now() + UPKEEP;
        }
        if pause.is_zero() && lanes.has_room() {
            pause = match lanes.begin(pace.size()).await {
                Ok(0) => until_next(&worker).await,
                Ok(_) => Duration::ZERO,
                Err(error) => troubled(&error),
            };
            continue;
        }
        tokio::select! {
            () = stop.stopped() => {}
            Some(ended) = lanes.ended() => match ended {
                Ok(ended) => pace.learn(ended.tally.picked, ended.took),
                Err(error) => pause = troubled(&error),
            },
            () = hints.jobs() => pause = Duration::ZERO,
            () = sleep(wait(pause, upkeep_due)), if !pause.is_zero() => pause = Duration::ZERO,
        }
    }
    while let Some(ended) = lanes.ended().await {
        if let Err(error) = ended {
            troubled(&error);
        }
    }
}

fn wait(pause: Duration, upkeep_due: Instant) -> Duration {
    pause.min(upkeep_due.saturating_duration_since(Instant::now()).max(BREATH))
}

fn troubled(error: &anyhow::Error) -> Duration {
    tracing::error!("working through the queue failed: {error:#}");
    POLL
}

/// How long until a job that waits for its time is due.
async fn until_next(worker: &Worker) -> Duration {
    let next = async {
        let mut tx = worker.db.read(&worker.platform).await?;
        platform::jobs::next_due(&mut tx, &worker.platform).await
    };
    match next.await {
        Ok(Some(wait)) => Duration::try_from(wait).unwrap_or_default().clamp(BREATH, POLL),
        Ok(None) => POLL,
        Err(error) => {
            tracing::warn!("asking when the next job is due failed: {error}");
            POLL
        }
    }
}

async fn keep_up(worker: &Worker) {
    let kept = async {
        worker.release_expired().await?;
        worker.forget_the_old().await?;
        count(worker).await
    };
    if let Err(error) = kept.await {
        tracing::warn!("looking after the queue failed: {error}");
    }
}

async fn count(worker: &Worker) -> db::Result<()> {
    let mut tx = worker.db.read(&worker.platform).await?;
    let depth = platform::jobs::depth(&mut tx, &worker.platform).await?;
    let jobs = [depth.pending, depth.processing, depth.dead_letter];
    let statuses = ["pending", "processing", "dead_letter"];
    for ((status, jobs), oldest) in statuses.into_iter().zip(jobs).zip(depth.oldest) {
        let seconds = oldest.map_or(0.0, |age| age.as_secs_f64());
        metrics::gauge!("ingestion_queue_depth", "status" => status).set(jobs as f64);
        metrics::gauge!("ingestion_queue_oldest_age_seconds", "status" => status).set(seconds);
    }
    Ok(())
}
