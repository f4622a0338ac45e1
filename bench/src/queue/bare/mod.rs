//! The limit: the rows our worker wrote, written again with nothing read, matched or decided.
//!
//! What a drain left behind is read back batch by batch, then written into a database with the same waiting jobs: the
//! same rows, tables, indexes and batches, by statements of many rows, one transaction for each batch.

mod postgres;
mod sqlite;

use std::time::Duration;

use anyhow::Result;

use super::backlog::Backlog;
use crate::installation::Engine;

/// How the rows of one table are read back and written again.
struct Step {
    table: &'static str,
    /// The rows, whatever columns the table has by now. The first column says in which batch they were written: a
    /// batch's rows bear its time.
    written: &'static str,
    /// The end of the statement that writes them.
    ending: &'static str,
}

/// In the order of their foreign keys.
const STEPS: [Step; 6] = [
    Step {
        table: "contacts",
        written: "SELECT created_at AS batch, contacts.* FROM contacts",
        ending: "",
    },
    Step {
        table: "leads",
        written: "SELECT created_at AS batch, leads.* FROM leads",
        ending: "",
    },
    Step {
        table: "activities",
        written: "SELECT event.processed_at AS batch, activities.*
                    FROM activities
                    JOIN ingested_events AS event
                      ON event.tenant_id = activities.tenant_id AND event.lead_id = activities.lead_id",
        ending: "",
    },
    Step {
        table: "ingested_events",
        written: "SELECT processed_at AS batch, ingested_events.* FROM ingested_events",
        ending: "",
    },
    Step {
        table: "change_feeds",
        written: "SELECT occurred_at AS batch, tenant_id, MAX(seq) AS last_seq
                    FROM changes
                   GROUP BY occurred_at, tenant_id",
        ending: "ON CONFLICT (tenant_id) DO UPDATE SET last_seq = excluded.last_seq",
    },
    Step {
        table: "changes",
        written: "SELECT occurred_at AS batch, changes.* FROM changes",
        ending: "",
    },
];

/// The jobs of each batch, to be marked.
const MARKED: &str = "SELECT processed_at AS batch, tenant_id, id, processed_at
                        FROM ingestion_jobs
                       WHERE status = 'processed'";

/// Reads back what was written into `drained` and writes it into `waiting`. Says how long the writing took.
pub(super) async fn write_again(engine: &Engine, drained: &Backlog, waiting: &Backlog) -> Result<Duration> {
    match engine {
        Engine::Sqlite => {
            let batches = sqlite::read_back(&drained.url).await?;
            sqlite::write(&waiting.url, &batches).await
        }
        Engine::Postgres(_) => {
            let batches = postgres::read_back(&drained.url).await?;
            postgres::write(&waiting.url, &batches).await
        }
    }
}

/// The statement that puts rows into a table.
fn insert(step: &Step, columns: &[String], rows: &str) -> String {
    let (table, columns, ending) = (step.table, columns.join(", "), step.ending);
    // Without WHERE, SQLite would read ON CONFLICT as the condition of a join.
    format!("INSERT INTO {table} ({columns}) {rows} WHERE TRUE {ending}")
}
