//! What time it is by the database: what leases and retries go by, so that no machine's clock moves a job.

use std::fmt;
#[cfg(feature = "testing")]
use std::sync::Arc;

use jiff::Timestamp;

use super::{Only, Sql, Tx};
use crate::Result;

/// Whose time a queue goes by.
#[derive(Clone, Default)]
pub(crate) enum Time {
    /// The database's, which all workers share.
    #[default]
    Database,
    /// A test's, which stands still.
    #[cfg(feature = "testing")]
    Stopped(Arc<dyn types::Clock>),
}

impl Tx {
    /// The time, by the database. Bind it like any other value.
    pub async fn time(&mut self) -> Result<Timestamp> {
        const NOW: Sql = Sql {
            // Its own name for microseconds is milliseconds; six decimals make times sort as text.
            sqlite: "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z' AS value",
            // Not CURRENT_TIMESTAMP, which stood still while the transaction waited for a lock.
            postgres: "SELECT clock_timestamp() AS value",
        };
        match &self.time {
            Time::Database => {
                let Only(now) = self.query(NOW).fetch_one().await?;
                Ok(now)
            }
            #[cfg(feature = "testing")]
            Time::Stopped(clock) => Ok(clock.now()),
        }
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Database => "Database",
            #[cfg(feature = "testing")]
            Self::Stopped(_) => "Stopped",
        })
    }
}
