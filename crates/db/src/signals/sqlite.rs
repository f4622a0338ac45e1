//! Hints between processes on one SQLite file: a cheap look at whether somebody else wrote.

use std::time::Duration;

use sqlx::SqlitePool;
use tokio::{
    sync::broadcast,
    time::{MissedTickBehavior, interval},
};

use super::{Signal, Signals};

/// How often to look. One look reads a number from shared memory; 25 ms is below what a person notices.
const PERIOD: Duration = Duration::from_millis(25);

/// Watches the file until the database is closed.
///
/// `data_version` of a connection changes when another connection commits. Everything this process writes goes
/// through its one writer, so asked there, the number tells of other processes alone.
pub(crate) fn spawn(writer: SqlitePool, signals: &Signals) {
    tokio::spawn(watch(writer, signals.incoming()));
}

async fn watch(writer: SqlitePool, signals: broadcast::WeakSender<Signal>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = None;
    while !writer.is_closed() {
        ticks.tick().await;
        // A busy writer is looked at next time: waiting for it would only make others wait for us.
        let Some(mut connection) = writer.try_acquire() else {
            continue;
        };
        let Ok(version) = sqlx::query_scalar::<_, i64>("PRAGMA data_version")
            .fetch_one(&mut *connection)
            .await
        else {
            continue;
        };
        let Some(signals) = signals.upgrade() else { return };
        if last.replace(version).is_some_and(|last| last != version) {
            let _unheard = signals.send(Signal::Anything);
        }
    }
}
