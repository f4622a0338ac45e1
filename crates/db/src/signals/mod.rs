//! Who wants to know that something was committed, is told: in this process, and in the others.

mod postgres;
mod sqlite;

use tokio::sync::{broadcast, mpsc};
use types::TenantId;

pub(crate) use postgres::spawn as spawn_postgres;
pub(crate) use sqlite::spawn as spawn_sqlite;

/// Something was committed. A hint, not a message: whoever hears it looks into the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// Jobs wait in the queue.
    Jobs,
    /// The tenant's feed has new changes.
    Changed(TenantId),
    /// Anything may have happened: hints were lost, or another process wrote to the file.
    Anything,
}

/// Where hints come in and go out.
#[derive(Debug, Clone)]
pub struct Signals {
    sender: broadcast::Sender<Signal>,
    outgoing: mpsc::UnboundedSender<Signal>,
}

impl Signals {
    /// Hints that may wait for a slow listener; one who falls further behind hears [`Signal::Anything`].
    const CAPACITY: usize = 1024;

    /// The hub, and what it wants other processes to be told.
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<Signal>) {
        let (outgoing, to_others) = mpsc::unbounded_channel();
        (
            Self {
                sender: broadcast::channel(Self::CAPACITY).0,
                outgoing,
            },
            to_others,
        )
    }

    /// Starts listening. Hears what is published from now on: look into the database after this, not before.
    pub fn subscribe(&self) -> Listener {
        Listener {
            receiver: self.sender.subscribe(),
        }
    }

    /// Tells this process and the others.
    pub(crate) fn publish(&self, signal: Signal) {
        // Nobody listening is the normal case of a command; nobody outside, of a single process.
        let _unheard = self.outgoing.send(signal.clone());
        let _unheard = self.sender.send(signal);
    }

    /// Where hints from other processes come in, for as long as somebody holds the hub.
    fn incoming(&self) -> broadcast::WeakSender<Signal> {
        self.sender.downgrade()
    }
}

/// Hears hints, in order.
#[derive(Debug)]
pub struct Listener {
    receiver: broadcast::Receiver<Signal>,
}

impl Listener {
    /// Waits for the next hint. `None` when the database was closed.
    pub async fn next(&mut self) -> Option<Signal> {
        match self.receiver.recv().await {
            Ok(signal) => Some(signal),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Signal::Anything),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }

    /// Waits until jobs may wait in the queue.
    pub async fn jobs(&mut self) {
        while let Some(signal) = self.next().await {
            if matches!(signal, Signal::Jobs | Signal::Anything) {
                return;
            }
        }
        std::future::pending().await
    }

    /// Waits until the tenant's feed may have new changes.
    pub async fn changed(&mut self, tenant_id: &TenantId) {
        while let Some(signal) = self.next().await {
            match signal {
                Signal::Anything => return,
                Signal::Changed(tenant) if tenant == *tenant_id => return,
                Signal::Changed(_) | Signal::Jobs => {}
            }
        }
        std::future::pending().await
    }
}
