//! The way into the queue: callers hand in their event, and whatever waits together is committed together.
//!
//! One commit costs a flush of the disk whether it carries one event or a thousand, so under load the cost of being
//! durable is shared. A caller hears success only after the commit that holds its event.

mod store;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, mem, sync::Arc};

use metrics::histogram;
use tokio::{
    sync::{Mutex, Notify, mpsc, oneshot},
    task::JoinHandle,
};
use types::{JobId, TenantId};

use crate::{
    Error, Result,
    backend::Pool,
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

/// Starts the one task that writes what is handed in.
pub(crate) fn spawn(pool: Pool, signals: Signals) -> Intake {
    let (requests, receiver) = mpsc::channel(CAPACITY);
    let closing = Arc::new(Notify::new());
    let task = tokio::spawn(run(pool, signals, receiver, Arc::clone(&closing)));
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

async fn run(pool: Pool, signals: Signals, mut requests: mpsc::Receiver<Request>, closing: Arc<Notify>) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            taken = requests.recv_many(&mut batch, BATCH) => if taken == 0 { return },
            () = closing.notified() => {
                requests.close();
                continue;
            }
        }
        // Whoever gave up waiting was told nothing was accepted; then nothing may be stored either.
        batch.retain(|request| !request.reply.is_closed());
        if !batch.is_empty() {
            histogram!("ingestion_intake_batch_size").record(batch.len() as f64);
            answer(&pool, &signals, mem::take(&mut batch)).await;
        }
    }
}

/// Stores a batch and answers everybody in it. What the database refuses as a whole is tried one by one, so that
/// one event it cannot hold does not turn its neighbours away.
async fn answer(pool: &Pool, signals: &Signals, batch: Vec<Request>) {
    let alone = batch.len() == 1;
    match store::store(pool, &batch).await {
        Ok(known) => {
            signals.publish(Signal::Jobs);
            reply_all(batch, &known);
        }
        Err(error) if alone || error.is_transient() => {
            let error = Arc::new(error);
            for request in batch {
                let _gave_up = request.reply.send(Err(Error::Shared(Arc::clone(&error))));
            }
        }
        Err(_) => {
            for request in batch {
                Box::pin(answer(pool, signals, vec![request])).await;
            }
        }
    }
}

/// Tells each caller which job carries its event: its own, or the one that was first with the key.
fn reply_all(batch: Vec<Request>, known: &HashMap<(TenantId, String), JobId>) {
    for request in batch {
        let key = (request.tenant_id, request.job.event_key.to_string());
        let answer = match known.get(&key) {
            Some(&id) if id == request.job.id => Ok(Enqueued::New(id)),
            Some(&id) => Ok(Enqueued::Duplicate(id)),
            // Only a job deleted between two statements of ours; the caller may try again.
            None => Err(Error::Unavailable(sqlx::Error::RowNotFound)),
        };
        let _gave_up = request.reply.send(answer);
    }
}
