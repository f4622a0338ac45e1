//! The way into the queue: callers hand in their event, and whatever waits together is committed together.
//!
//! One commit costs a flush of the disk whether it carries one event or a thousand, so under load the cost of being
//! durable is shared. A caller hears success only after the commit that holds its event.

mod lane;
mod store;
#[cfg(test)]
mod tests;

use std::{mem, sync::Arc, time::Duration};

use futures::{StreamExt as _, stream::FuturesUnordered};
use metrics::histogram;
use tokio::{
    sync::{Mutex, Notify, mpsc, oneshot},
    task::JoinHandle,
    time::Instant,
};
use types::{JobId, TenantId};

pub(crate) use lane::Lane;

use crate::{
    Error, Result,
    signals::{Signal, Signals},
    tenant::jobs::NewJob,
};

/// What became of an event that was handed in. Both are success: visitors double-click.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// It waits in line as this job.
    New(JobId),
    /// The same event was there already, as this job.
    Duplicate(JobId),
}

impl Enqueued {
    /// The job that carries the event.
    pub const fn job_id(self) -> JobId {
        match self {
            Self::New(id) | Self::Duplicate(id) => id,
        }
    }

    /// Whether the event was there already.
    pub const fn is_duplicate(self) -> bool {
        matches!(self, Self::Duplicate(_))
    }
}

/// One event on its way in.
#[derive(Debug)]
struct Request {
    tenant_id: TenantId,
    job: NewJob,
    since: Instant,
    reply: oneshot::Sender<Result<Enqueued>>,
}

/// Where events are handed in.
#[derive(Debug)]
pub(crate) struct Intake {
    requests: mpsc::Sender<Request>,
    closing: Arc<Notify>,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// Events that may wait for the writer before callers wait for room.
const CAPACITY: usize = 4_096;

/// Events in one commit. More would make the first of them wait for the last.
const BATCH: usize = 512;

/// Whoever waited so long when a batch finds the database away hears so with it, instead of being the next to try.
const IMPATIENCE: Duration = Duration::from_secs(1);

/// Starts the one task that writes what is handed in.
pub(crate) fn spawn(lane: Lane, signals: Signals) -> Intake {
    let (requests, receiver) = mpsc::channel(CAPACITY);
    let closing = Arc::new(Notify::new());
    let task = tokio::spawn(run(lane, signals, receiver, Arc::clone(&closing)));
    Intake {
        requests,
        closing,
        task: Mutex::new(Some(task)),
    }
}

impl Intake {
    /// Hands an event in and waits until it is durable.
    pub(crate) async fn enqueue(&self, tenant_id: TenantId, job: NewJob) -> Result<Enqueued> {
        let (reply, answer) = oneshot::channel();
        let closed = || Error::Unavailable(sqlx::Error::PoolClosed);
        self.requests
            .send(Request {
                tenant_id,
                job,
                since: Instant::now(),
                reply,
            })
            .await
            .map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Takes no more, and waits until everything handed in is answered.
    pub(crate) async fn close(&self) {
        self.closing.notify_one();
        if let Some(task) = self.task.lock().await.take() {
            // It can only have panicked; then its callers were told that the database is away.
            let _ended = task.await;
        }
    }
}

async fn run(lane: Lane, signals: Signals, mut requests: mpsc::Receiver<Request>, closing: Arc<Notify>) {
    let (mut batch, mut writing) = (Vec::with_capacity(BATCH), FuturesUnordered::new());
    let mut open = true;
    while open || !writing.is_empty() {
        tokio::select! {
            taken = requests.recv_many(&mut batch, BATCH), if open && writing.len() < lane.at_once() => open = taken > 0,
            Some(written) = writing.next() => {
                if let Err(error) = written {
                    turn_away_the_impatient(&mut requests, &error, &mut batch);
                }
            }
            () = closing.notified() => requests.close(),
        }
        // Whoever gave up waiting was told nothing was accepted; then nothing may be stored either.
        batch.retain(|request| !request.reply.is_closed());
        if !batch.is_empty() {
            histogram!("ingestion_intake_batch_size").record(batch.len() as f64);
            writing.push(answer(&lane, &signals, mem::take(&mut batch)));
        }
    }
    lane.close().await;
}

/// Stores a batch and answers everybody in it. What the database refuses as a whole is tried one by one, so that
/// one event it cannot hold does not turn its neighbours away. Fails when the database is away.
async fn answer(lane: &Lane, signals: &Signals, batch: Vec<Request>) -> Result<(), Arc<Error>> {
    let alone = batch.len() == 1;
    match store::store(lane, &batch).await {
        Ok(answers) => {
            signals.publish(Signal::Jobs);
            for (request, answer) in batch.into_iter().zip(answers) {
                let _gave_up = request.reply.send(answer);
            }
        }
        Err(error) if alone || error.is_transient() => {
            let error = Arc::new(error);
            for request in batch {
                let _gave_up = request.reply.send(Err(Error::Shared(Arc::clone(&error))));
            }
            if error.is_transient() {
                return Err(error);
            }
        }
        Err(_) => {
            for request in batch {
                Box::pin(answer(lane, signals, vec![request])).await?;
            }
        }
    }
    Ok(())
}

/// Answers those who waited behind a batch that found the database away; who just came is left in `fresh` to be tried.
fn turn_away_the_impatient(
    requests: &mut mpsc::Receiver<Request>,
    error: &Arc<Error>,
    fresh: &mut Vec<Request>,
) {
    while fresh.len() < BATCH
        && let Ok(request) = requests.try_recv()
    {
        if request.since.elapsed() < IMPATIENCE {
            fresh.push(request);
        } else {
            let _gave_up = request.reply.send(Err(Error::Shared(Arc::clone(error))));
        }
    }
}
