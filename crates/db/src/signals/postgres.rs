//! Hints between processes on one PostgreSQL: NOTIFY going out, LISTEN coming in.

use std::{collections::BTreeSet, time::Duration};

use sqlx::{PgPool, postgres::PgListener};
use tokio::{
    sync::{broadcast, mpsc},
    time::sleep,
};
use tracing::{debug, warn};
use uuid::Uuid;

use super::{Signal, Signals};

const CHANNEL: &str = "freehold";

/// The least time between two NOTIFYs. Each takes a lock over the whole cluster while it commits, so many hints
/// travel as one; two milliseconds are far below what anybody notices.
const PACE: Duration = Duration::from_millis(2);

/// How long to wait before listening again after the connection broke.
const RECONNECT: Duration = Duration::from_millis(500);

/// Carries hints between this process, named by `instance`, and the others, until the database is closed.
pub(crate) fn spawn(
    pool: PgPool,
    signals: &Signals,
    to_others: mpsc::UnboundedReceiver<Signal>,
    instance: Uuid,
) {
    // Payloads begin with the sender, who has told itself already and ignores the echo.
    let sender = instance.simple().to_string();
    tokio::spawn(send(pool.clone(), to_others, sender.clone()));
    tokio::spawn(listen(pool, signals.incoming(), sender));
}

async fn send(pool: PgPool, mut to_others: mpsc::UnboundedReceiver<Signal>, sender: String) {
    let mut waiting = Vec::new();
    while to_others.recv_many(&mut waiting, 1_000).await > 0 {
        let payloads: BTreeSet<String> = waiting
            .drain(..)
            .map(|signal| payload(&sender, &signal))
            .collect();
        let list: Vec<String> = payloads.into_iter().collect();
        // A hint need not survive a power cut, so nobody waits for the disk to have it.
        let sent = sqlx::query(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, payload)
               FROM UNNEST($2::text[]) AS list (payload)",
        )
        .bind(CHANNEL)
        .bind(list)
        .execute(&pool)
        .await;
        if let Err(error) = sent {
            // Others look for themselves every few seconds; a lost hint costs time, never a lead.
            debug!(%error, "a hint to other processes was lost");
        }
        sleep(PACE).await;
    }
}

/// What travels: the sender, and `jobs`, a tenant's id, or `anything`.
fn payload(sender: &str, signal: &Signal) -> String {
    match signal {
        Signal::Jobs => format!("{sender} jobs"),
        Signal::Changed(tenant_id) => format!("{sender} {tenant_id}"),
        Signal::Anything => format!("{sender} anything"),
    }
}

async fn listen(pool: PgPool, signals: broadcast::WeakSender<Signal>, sender: String) {
    while let Some(strong) = signals.upgrade() {
        drop(strong);
        if let Err(error) = listen_once(&pool, &signals, &sender).await {
            if pool.is_closed() {
                return;
            }
            warn!(error = %error, "listening for hints of other processes was interrupted");
        }
        sleep(RECONNECT).await;
    }
}

async fn listen_once(
    pool: &PgPool,
    signals: &broadcast::WeakSender<Signal>,
    sender: &str,
) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    // Whatever was said while nobody listened.
    if let Some(signals) = signals.upgrade() {
        let _unheard = signals.send(Signal::Anything);
    }
    loop {
        let Some(notification) = listener.try_recv().await? else {
            return Ok(());
        };
        let Some(signals) = signals.upgrade() else {
            return Ok(());
        };
        if let Some(signal) = heard(sender, notification.payload()) {
            let _unheard = signals.send(signal);
        }
    }
}

fn heard(own: &str, payload: &str) -> Option<Signal> {
    let (sender, said) = payload.split_once(' ')?;
    if sender == own {
        return None;
    }
    Some(match said {
        "jobs" => Signal::Jobs,
        "anything" => Signal::Anything,
        tenant_id => Signal::Changed(tenant_id.parse().ok()?),
    })
}
