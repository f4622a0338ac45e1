//! The pool and the transaction: the only place that says "SQLite" or "PostgreSQL" about connections.

mod bulk;
mod connect;
mod open;
pub(crate) mod query;
#[cfg(test)]
mod tests;
mod time;
mod turnstile;
pub(crate) mod value;

use std::sync::Arc;

use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool};
use types::TenantId;

pub(crate) use bulk::Bulk;
pub use connect::{Access, ConnectOptions};
use open::Open;
pub(crate) use query::{FromRow, Only, Query, Row, Sql};
pub(crate) use time::Time;
pub(crate) use turnstile::Turnstile;
pub(crate) use value::Words;

use crate::{
    Error, Result,
    intake::Intake,
    scope::Scope,
    signals::{Signal, Signals},
};

/// The database. Which one it is was decided by its URL, once, and nobody asks again. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    inner: Arc<Inner>,
    time: Time,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) pool: Pool,
    pub(crate) signals: Signals,
    intake: Intake,
}

/// Connections to either database.
#[derive(Debug, Clone)]
pub(crate) enum Pool {
    /// One writer, because SQLite has one; readers apart, because WAL lets them read meanwhile.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
        /// What a writer waits at, so that other processes on the file have their turn.
        turnstile: Turnstile,
    },
    Postgres {
        pool: PgPool,
        /// For one statement at a time, see [`Db::glance`].
        glance: PgPool,
    },
}

/// A transaction under a key. Dropped without [`Tx::commit`], it never happened.
#[derive(Debug)]
pub struct Tx {
    pub(crate) kind: TxKind,
    signals: Signals,
    time: Time,
    /// What to tell once this is committed.
    said: Vec<Signal>,
}

#[derive(Debug)]
pub(crate) enum TxKind {
    Sqlite(Open<Sqlite>),
    Postgres(Open<Postgres>),
}

impl Db {
    /// Begins to read under a key. PostgreSQL refuses to write in it, so its test run finds a GET that does.
    pub async fn read(&self, scope: &impl Scope) -> Result<Tx> {
        let kind = match &self.inner.pool {
            Pool::Sqlite { read, .. } => TxKind::Sqlite(read.begin().await?.into()),
            Pool::Postgres { pool, .. } => {
                begin_whole(pool, begin("BEGIN READ ONLY", scope.row_security())).await?
            }
        };
        Ok(self.transaction(kind))
    }

    /// For what is asked with nearly every request: one statement that reads, which is a transaction by itself. A
    /// second one would see another moment. It takes a third of the way to the database and back; the price is that on
    /// PostgreSQL only the statement itself keeps to its tenant, row-level security does not help.
    pub async fn glance(&self, _: &impl Scope) -> Result<Tx> {
        let kind = match &self.inner.pool {
            Pool::Sqlite { read, .. } => TxKind::Sqlite(read.acquire().await?.into()),
            Pool::Postgres { glance, .. } => TxKind::Postgres(glance.acquire().await?.into()),
        };
        Ok(self.transaction(kind))
    }

    /// Begins to write under a key.
    pub async fn write(&self, scope: &impl Scope) -> Result<Tx> {
        self.inner
            .pool
            .write(scope.row_security(), Durability::Durable)
            .await
            .map(|kind| self.transaction(kind))
    }

    /// Begins to write what is done again if a power cut takes it back: the marks and effects of a job, which go
    /// together. Its commit waits for no disk. What follows it never survives without it, so whoever builds on what
    /// they saw, durably, has made it durable too. Why so, says `docs/adr/0010`.
    pub async fn write_repeatable(&self, scope: &impl Scope) -> Result<Tx> {
        let kind = self
            .inner
            .pool
            .write(scope.row_security(), Durability::Repeatable);
        kind.await.map(|kind| self.transaction(kind))
    }

    /// Where hints of what was committed are heard.
    pub fn signals(&self) -> &Signals {
        &self.inner.signals
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.inner.pool
    }

    pub(crate) fn intake(&self) -> &Intake {
        &self.inner.intake
    }

    fn transaction(&self, kind: TxKind) -> Tx {
        Tx {
            kind,
            signals: self.inner.signals.clone(),
            time: self.time.clone(),
            said: Vec::new(),
        }
    }

    /// The same database, whose leases and retries go by this clock instead of its own.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn by_clock(&self, clock: Arc<dyn types::Clock>) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            time: Time::Stopped(clock),
        }
    }

    /// Answers whether the database can be asked at all, for health checks.
    pub async fn ping(&self) -> Result<()> {
        match &self.inner.pool {
            Pool::Sqlite { read, .. } => sqlx::query("SELECT 1").execute(read).await.map(drop)?,
            Pool::Postgres { pool, .. } => sqlx::query("SELECT 1").execute(pool).await.map(drop)?,
        }
        Ok(())
    }

    /// Closes every connection after what runs on it. What waits in the intake is answered first.
    pub async fn close(&self) {
        self.inner.intake.close().await;
        match &self.inner.pool {
            Pool::Sqlite { read, write, .. } => {
                read.close().await;
                write.close().await;
            }
            Pool::Postgres { pool, glance } => {
                glance.close().await;
                pool.close().await;
            }
        }
    }
}

/// What a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Durability {
    /// The disk.
    Durable,
    /// Nothing.
    Repeatable,
}

impl Pool {
    /// Begins to write. SQLite: `BEGIN IMMEDIATE`, so that two writers queue instead of one failing at upgrade; and
    /// since its one connection serves both kinds of write, each says which it is.
    async fn write(&self, row_security: &str, durability: Durability) -> Result<TxKind> {
        Ok(match self {
            Self::Sqlite { write, turnstile, .. } => {
                let statement = match durability {
                    Durability::Durable => "PRAGMA synchronous = FULL; BEGIN IMMEDIATE",
                    Durability::Repeatable => "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE",
                };
                let _turn = turnstile.enter().await;
                TxKind::Sqlite(write.begin_with(statement).await?.into())
            }
            Self::Postgres { pool, .. } => {
                let statement = match durability {
                    Durability::Durable => "BEGIN",
                    Durability::Repeatable => "BEGIN; SET LOCAL synchronous_commit = off",
                };
                begin_whole(pool, begin(statement, row_security)).await?
            }
        })
    }
}

/// Opens a transaction and says for whom, in one round trip. The setting ends with the transaction.
fn begin(statement: &str, row_security: &str) -> AssertSqlSafe<String> {
    // A tenant's id is `tenant_` and a slug, or `*`: nothing that could end the literal.
    AssertSqlSafe(format!("{statement}; SET LOCAL app.tenant_id = '{row_security}'"))
}

/// Begins in a task of its own. A caller who goes away in the middle, as a browser does that closes a stream, would
/// leave the connection in a transaction that sqlx knows nothing of, and the next caller would stumble into it.
async fn begin_whole(pool: &PgPool, statement: AssertSqlSafe<String>) -> Result<TxKind> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await }).await;
    match begun.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(transaction) => Ok(TxKind::Postgres(transaction?.into())),
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        // The runtime is stopping.
        Err(Err(_)) => Err(Error::Unavailable(sqlx::Error::PoolClosed)),
    }
}

impl Tx {
    /// A statement in this transaction.
    pub(crate) fn query(&mut self, sql: impl Into<Sql>) -> Query<'_> {
        Query::new(self.kind.connection(), sql.into())
    }

    /// A statement over many rows in this transaction.
    pub(crate) fn bulk(&mut self, sql: Sql) -> Bulk<'_> {
        Bulk::new(self.kind.connection(), sql)
    }

    /// Notes that jobs will wait once this is committed.
    pub(crate) fn says_jobs_wait(&mut self) {
        self.say(Signal::Jobs);
    }

    /// Notes that the tenant's feed will have grown once this is committed.
    pub(crate) fn says_changed(&mut self, tenant_id: &TenantId) {
        self.say(Signal::Changed(tenant_id.clone()));
    }

    fn say(&mut self, signal: Signal) {
        if !self.said.contains(&signal) {
            self.said.push(signal);
        }
    }

    /// Makes it so, then tells who listens.
    pub async fn commit(self) -> Result<()> {
        self.kind.commit().await?;
        for signal in self.said {
            self.signals.publish(signal);
        }
        Ok(())
    }
}

/// A connection a statement runs on, in a transaction or by itself.
#[derive(Debug)]
pub(crate) enum Connection<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl TxKind {
    fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(tx) => Connection::Sqlite(tx),
            Self::Postgres(tx) => Connection::Postgres(tx),
        }
    }

    async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(open) => open.commit().await,
            Self::Postgres(open) => open.commit().await,
        }
        .map_err(Error::from)
    }
}
