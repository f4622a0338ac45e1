//! Hints between processes on one SQLite file: a cheap look at whether somebody else wrote.

use std::{mem, time::Duration};

use sqlx::{SqliteConnection, SqlitePool};
use tokio::{
    sync::broadcast,
    time::{MissedTickBehavior, interval},
};

use super::{Signal, Signals};
use crate::Result;

/// How often to look. One look reads a number from shared memory; 25 ms is below what a person notices.
const PERIOD: Duration = Duration::from_millis(25);

/// Watches the file until the database is closed. What is committed after this returns is noticed.
///
/// `data_version` of a connection changes when another connection commits. Everything this process writes goes
/// through its one writer, so asked there, the number tells of other processes alone.
pub(crate) async fn spawn(writer: SqlitePool, signals: &Signals) -> Result<()> {
    // Before anybody can listen: a task that first looked later would take what was committed meanwhile for old.
    let first = version(&mut *writer.acquire().await?).await?;
    tokio::spawn(watch(writer, first, signals.incoming()));
    Ok(())
}

async fn version(writer: &mut SqliteConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("PRAGMA data_version").fetch_one(writer).await
}

async fn watch(writer: SqlitePool, mut last: i64, signals: broadcast::WeakSender<Signal>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !writer.is_closed() {
        ticks.tick().await;
        // A busy writer is looked at next time: waiting for it would only make others wait for us.
        let Some(mut connection) = writer.try_acquire() else {
            continue;
        };
        let Ok(now) = version(&mut connection).await else {
            continue;
        };
        let Some(signals) = signals.upgrade() else { return };
        if mem::replace(&mut last, now) != now {
            let _unheard = signals.send(Signal::Anything);
        }
    }
}
