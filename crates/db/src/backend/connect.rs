//! Opens the database that a URL names, with the settings each engine needs to keep our promises.

use std::{num::NonZero, path::Path, str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    Connection as _, Database, PgPool, SqlitePool,
    pool::PoolOptions,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::Uuid;

use super::{Db, Inner, Pool, Time, Turnstile};
use crate::{
    Error, Result,
    intake::{self, Lane},
    schema::SchemaError,
    signals,
};

/// The least SQLite we trust: earlier ones can lose a WAL reset race, and with it a committed lead.
const SQLITE_LEAST: (u32, u32, u32) = (3, 51, 3);

/// How long a caller waits for a connection, or a writer for its turn, before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections to PostgreSQL without which nothing works: one listens for hints, one sends them, one asks.
const LEAST: u32 = 3;

/// Connections to PostgreSQL for single statements. A question is answered within a fraction of a millisecond, and who
/// asks the same at the same time asks once.
const GLANCING: u32 = 1;

/// Readers of a SQLite file that a machine with few cores has, too.
const LEAST_READERS: u32 = 3;

/// Pages of a SQLite file that each reader keeps, as SQLite writes it: 512 KiB. What is read again comes from the kernel's
/// pages; with SQLite's own 2 MiB the readers alone would hold more than five hundred open pages do.
const READERS_CACHE: &str = "-512";

/// How long a connection that was returned in order is believed to be there. Asking it first is a round trip before
/// every transaction.
const FRESH: Duration = Duration::from_secs(1);

/// What opening may do to a database that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It must be there: a server that made an empty file would hide a mistyped path.
    Existing,
    /// A SQLite file is made when there is none: for `admin migrate` and the all-in-one binary.
    Create,
}

/// Which database, and how.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// `sqlite://path` or `postgres://…`.
    pub url: String,
    /// The most connections of this process; on PostgreSQL it takes six at least.
    pub max_connections: u32,
    /// Whether to make a file that is not there.
    pub access: Access,
    /// Names this process among those that hint to each other.
    pub instance: Uuid,
}

impl Db {
    /// Opens the database. The schema may be any: see [`Db::check_schema`] and [`Db::migrate`].
    pub async fn connect(options: &ConnectOptions) -> Result<Self> {
        let (signals, to_others) = signals::Signals::new();
        let (pool, lane) =
            if options.url.starts_with("postgres://") || options.url.starts_with("postgresql://") {
                let pool = connect_postgres(options).await?;
                signals::spawn_postgres(pool.clone(), &signals, to_others, options.instance);
                let glance = glance_postgres(options)?;
                (
                    Pool::Postgres { pool, glance },
                    Lane::Postgres(intake_postgres(options)?),
                )
            } else if options.url.starts_with("sqlite:") {
                let (read, write, turnstile) = connect_sqlite(options).await?;
                signals::spawn_sqlite(write.clone(), &signals).await?;
                let lane = Lane::Sqlite(write.clone(), turnstile.clone());
                let pool = Pool::Sqlite {
                    read,
                    write,
                    turnstile,
                };
                (pool, lane)
            } else {
                return Err(Error::Unsupported(
                    "a database URL begins with sqlite:// or postgres://".to_owned(),
                ));
            };
        let intake = intake::spawn(lane, signals.clone());
        Ok(Self {
            inner: Arc::new(Inner {
                pool,
                signals,
                intake,
            }),
            time: Time::default(),
        })
    }
}

async fn connect_postgres(options: &ConnectOptions) -> Result<PgPool> {
    let pool = believing(PgPoolOptions::new())
        .max_connections(
            options
                .max_connections
                .saturating_sub(Lane::POSTGRES + GLANCING)
                .max(LEAST),
        )
        .acquire_timeout(PATIENCE)
        .connect_with(postgres(options)?)
        .await?;
    Ok(pool)
}

/// The connections that events come in by. They carry every tenant's, so row-level security is told so once for each
/// connection instead of once for each batch, and a batch is one statement that commits by itself: one round trip.
/// Opened when the first event comes; a process that hands in none has none.
fn intake_postgres(options: &ConnectOptions) -> Result<PgPool> {
    Ok(PgPoolOptions::new()
        .max_connections(Lane::POSTGRES)
        .acquire_timeout(PATIENCE)
        .connect_lazy_with(postgres(options)?.options([("app.tenant_id", "*")])))
}

/// The connection for [`Db::glance`], opened when the first one looks. It reads for every tenant, so row-level security
/// is told so once; and reading is all it can.
fn glance_postgres(options: &ConnectOptions) -> Result<PgPool> {
    Ok(believing(PgPoolOptions::new())
        .max_connections(GLANCING)
        .acquire_timeout(PATIENCE)
        .connect_lazy_with(
            postgres(options)?.options([("app.tenant_id", "*"), ("default_transaction_read_only", "on")]),
        ))
}

fn postgres(options: &ConnectOptions) -> Result<PgConnectOptions> {
    Ok(PgConnectOptions::from_str(&options.url)?
        .application_name("freehold")
        .options([
            ("statement_timeout", "15s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "30s"),
        ]))
}

async fn connect_sqlite(options: &ConnectOptions) -> Result<(SqlitePool, SqlitePool, Turnstile)> {
    let connect = SqliteConnectOptions::from_str(&options.url)?
        .create_if_missing(options.access == Access::Create)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: a lead that was accepted survives a power cut. NORMAL would lose the last commits.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE);
    match options.access {
        Access::Create => make_folder(connect.get_filename())?,
        Access::Existing => must_exist(connect.get_filename())?,
    }
    // The writer keeps its one connection for good: `data_version` is watched on it.
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(connect.clone())
        .await?;
    refuse_old(
        &sqlx::query_scalar::<_, String>("SELECT sqlite_version()")
            .fetch_one(&write)
            .await?,
    )?;
    let turnstile = Turnstile::beside(connect.get_filename());
    let read = believing(SqlitePoolOptions::new())
        .max_connections(options.max_connections.clamp(1, most_readers()))
        .acquire_timeout(PATIENCE)
        .connect_with(
            connect
                .create_if_missing(false)
                .read_only(true)
                .pragma("cache_size", READERS_CACHE),
        )
        .await?;
    Ok((read, write, turnstile))
}

/// One reader of a file more than there are cores: while one waits for the disk, another reads. More would wait for one
/// another, each with pages and statements of its own in memory, four or five megabytes.
fn most_readers() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    u32::try_from(cores + 1).map_or(u32::MAX, |readers| readers.max(LEAST_READERS))
}

/// Asks a connection whether it is still there only when nobody used it for a while.
fn believing<DB: Database>(options: PoolOptions<DB>) -> PoolOptions<DB> {
    options
        .test_before_acquire(false)
        .before_acquire(|connection, its| {
            Box::pin(async move {
                if its.idle_for > FRESH {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}

fn make_folder(file: &Path) -> Result<()> {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            std::fs::create_dir_all(folder).map_err(|error| Error::Unavailable(sqlx::Error::Io(error)))
        }
        _ => Ok(()),
    }
}

/// The driver would only say that it cannot open something.
fn must_exist(file: &Path) -> Result<()> {
    if matches!(file.try_exists(), Ok(false)) {
        return Err(SchemaError::Absent(file.display().to_string()).into());
    }
    Ok(())
}

fn refuse_old(version: &str) -> Result<()> {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) >= SQLITE_LEAST {
        return Ok(());
    }
    let (major, minor, patch) = SQLITE_LEAST;
    Err(Error::Unsupported(format!(
        "SQLite {version} is too old: {major}.{minor}.{patch} is the least we trust"
    )))
}

#[cfg(test)]
mod tests {
    use super::refuse_old;

    #[test]
    fn an_old_sqlite_is_refused() {
        assert!(refuse_old("3.51.2").is_err());
        assert!(refuse_old("3.51.3").is_ok());
        assert!(refuse_old("3.100.0").is_ok());
    }
}
