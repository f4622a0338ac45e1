//! A SQLite database as one file.

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions as _, Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode},
};

use crate::{Db, Error, Result, backend::Pool, schema};

impl Db {
    /// Writes a copy of everything committed so far to a file that is not there yet. Others read and write meanwhile.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        let Pool::Sqlite { read, .. } = self.pool() else {
            return Err(Error::Unsupported(
                "only a SQLite database is copied to a file".to_owned(),
            ));
        };
        let file = file
            .to_str()
            .ok_or_else(|| Error::Unsupported("the file's name is not UTF-8".to_owned()))?;
        sqlx::query("VACUUM INTO $1").bind(file).execute(read).await?;
        Ok(())
    }
}

/// What there is to know of a file that is said to be a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The version of its schema.
    pub schema: i64,
    /// The newest version this program knows.
    pub newest: i64,
    /// How many tenants there are in it.
    pub tenants: i64,
    /// How many leads.
    pub leads: i64,
    /// What SQLite finds wrong with it; nothing when it is whole.
    pub damage: Option<String>,
}

/// Whether another process, or another connection of this one, has a database open.
///
/// Whoever has a database with a log open holds a lock on it, also while it does nothing; so nobody else can have the file
/// for itself. A file that is no database is nobody's.
pub async fn is_in_use(file: &Path) -> Result<bool> {
    let taking = async {
        let mut connection = SqliteConnectOptions::new()
            .filename(file)
            .locking_mode(SqliteLockingMode::Exclusive)
            .busy_timeout(Duration::ZERO)
            .connect()
            .await?;
        sqlx::query("BEGIN EXCLUSIVE").execute(&mut connection).await?;
        connection.close().await
    };
    match taking.await {
        Ok(()) => Ok(false),
        Err(sqlx::Error::Database(error)) => Ok(error.code().is_some_and(|code| BUSY.contains(&&*code))),
        Err(error) => Err(error.into()),
    }
}

/// `SQLITE_BUSY`, and the same while somebody puts the log in order.
const BUSY: [&str; 2] = ["5", "261"];

/// Looks through a file from its first page to its last.
pub async fn inspect_sqlite(file: &Path) -> Result<Inspection> {
    let mut connection = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        // A copy has no log beside it, and looking must not make one.
        .immutable(true)
        .journal_mode(SqliteJournalMode::Off)
        .connect()
        .await?;
    let damage: String = one(&mut connection, "PRAGMA integrity_check(1)").await?;
    let damage = (damage != "ok").then_some(damage);
    let schema = one(
        &mut connection,
        "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations",
    )
    .await?;
    let tenants = one(&mut connection, "SELECT COUNT(*) FROM tenants").await?;
    let leads = one(&mut connection, "SELECT COUNT(*) FROM leads").await?;
    connection.close().await?;
    Ok(Inspection {
        schema,
        newest: schema::newest(),
        tenants,
        leads,
        damage,
    })
}

async fn one<T>(connection: &mut SqliteConnection, sql: &'static str) -> Result<T>
where
    T: for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite> + Send + Unpin,
{
    Ok(sqlx::query_scalar(sql).fetch_one(connection).await?)
}
