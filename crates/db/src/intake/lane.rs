//! The connections that events come in by.

use sqlx::{PgPool, SqlitePool};

use crate::backend::Turnstile;

/// Where batches are written: SQLite's one writer, or connections of PostgreSQL that are kept for this.
#[derive(Debug)]
pub(crate) enum Lane {
    Sqlite(SqlitePool, Turnstile),
    Postgres(PgPool),
}

impl Lane {
    /// Connections to PostgreSQL: while one waits for the disk, the other brings the next batch.
    pub(crate) const POSTGRES: u32 = 2;

    /// Batches that may be on their way at once.
    pub(super) const fn at_once(&self) -> usize {
        match self {
            Self::Sqlite(..) => 1,
            Self::Postgres(_) => Self::POSTGRES as usize,
        }
    }

    /// Closes what nobody else closes.
    pub(super) async fn close(&self) {
        if let Self::Postgres(pool) = self {
            pool.close().await;
        }
    }
}
