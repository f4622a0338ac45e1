//! The schema: brings it to the newest version, and tells whether it is there.

use sqlx::migrate::{MigrateError, Migrator};

use crate::{Db, Error, Result, backend::Pool};

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// The newest version of the schema. The folders have equal numbers.
pub(crate) fn newest() -> i64 {
    SQLITE.iter().map(|step| step.version).max().unwrap_or(0)
}

/// A schema this program cannot work with. Each sentence says which command to run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// There is no such file.
    #[error("there is no database at {0}: run `admin migrate`")]
    Absent(String),
    /// Nothing was ever migrated here.
    #[error("the database is empty: run `admin migrate`")]
    Empty,
    /// Migrations are missing.
    #[error("the schema is at version {applied}, this program needs {newest}: run `admin migrate`")]
    Behind {
        /// What is there.
        applied: i64,
        /// What is needed.
        newest: i64,
    },
    /// Somebody newer migrated it.
    #[error(
        "the schema is at version {applied}, newer than the {newest} this program knows: install the newer Freehold"
    )]
    Ahead {
        /// What is there.
        applied: i64,
        /// What is needed.
        newest: i64,
    },
    /// A migration broke off, or its text is not the one that was applied.
    #[error("migration {0} is not the one this program knows: restore a backup, then run `admin migrate`")]
    Foreign(i64),
}

impl SchemaError {
    /// A step that is not ours: of a newer program when its number is, else of another history.
    fn unknown(version: i64) -> Self {
        match newest() {
            newest if version > newest => Self::Ahead {
                applied: version,
                newest,
            },
            _ => Self::Foreign(version),
        }
    }
}

impl Db {
    /// Brings the schema to the newest version, one transaction per step. Says how many steps were missing.
    pub async fn migrate(&self) -> Result<usize> {
        let before = self.applied().await?;
        mended::take_over(self, self.migrator(), &before).await?;
        let ran = match self.pool() {
            Pool::Sqlite { write, .. } => SQLITE.run(write).await,
            Pool::Postgres { pool, .. } => POSTGRES.run(pool).await,
        };
        ran.map_err(refusal)?;
        Ok(self.applied().await?.len() - before.len())
    }

    /// Checks that the schema is exactly the one this program was built for.
    pub async fn check_schema(&self) -> Result<()> {
        let known: Vec<_> = self.migrator().iter().collect();
        let applied = self.applied().await?;
        let newest = known.last().map_or(0, |step| step.version);
        let Some((at, _)) = applied.last() else {
            return Err(SchemaError::Empty.into());
        };
        for ((version, checksum), step) in applied.iter().zip(&known) {
            if *version != step.version || !mended::is_applied(step, checksum) {
                return Err(SchemaError::unknown(*version).into());
            }
        }
        match applied.len().cmp(&known.len()) {
            std::cmp::Ordering::Less => Err(SchemaError::Behind { applied: *at, newest }.into()),
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(SchemaError::Ahead { applied: *at, newest }.into()),
        }
    }

    fn migrator(&self) -> &'static Migrator {
        match self.pool() {
            Pool::Sqlite { .. } => &SQLITE,
            Pool::Postgres { .. } => &POSTGRES,
        }
    }

    /// Version and checksum of every step that was applied, in order. None on a database that was never migrated.
    pub(crate) async fn applied(&self) -> Result<Vec<(i64, Vec<u8>)>> {
        const LIST: &str = "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";
        let exists: bool = match self.pool() {
            Pool::Sqlite { read, .. } => {
                sqlx::query_scalar(
                    "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations')",
                )
                .fetch_one(read)
                .await?
            }
            Pool::Postgres { pool, .. } => {
                sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
                    .fetch_one(pool)
                    .await?
            }
        };
        if !exists {
            return Ok(Vec::new());
        }
        Ok(match self.pool() {
            Pool::Sqlite { read, .. } => sqlx::query_as(LIST).fetch_all(read).await?,
            Pool::Postgres { pool, .. } => sqlx::query_as(LIST).fetch_all(pool).await?,
        })
    }
}

fn refusal(error: MigrateError) -> Error {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        MigrateError::VersionMismatch(version)
        | MigrateError::VersionMissing(version)
        | MigrateError::Dirty(version) => SchemaError::unknown(version).into(),
        other => Error::Driver(sqlx::Error::Migrate(Box::new(other))),
    }
}

mod mended;

#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod row_security;
#[cfg(test)]
mod tests;
