//! Somebody else's connection: looks at the queue from outside, or holds an old state of it open.

use anyhow::Result;
use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions,
};
use uuid::Uuid;

const IS_PROCESSED: &str =
    "SELECT COUNT(*) FROM ingestion_jobs WHERE tenant_id = $1 AND id = $2 AND status = 'processed'";

const LOOK: &str = "SELECT COUNT(*) FROM tenants";

/// A connection to either database, as the platform, which may see every tenant's rows.
pub(super) enum Bystander {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Bystander {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        if !url.starts_with("postgres") {
            let options = url.parse::<SqliteConnectOptions>()?.read_only(true);
            return Ok(Self::Sqlite(options.connect().await?));
        }
        let mut connection = PgConnection::connect(url).await?;
        sqlx::query("SET app.tenant_id = '*'")
            .execute(&mut connection)
            .await?;
        Ok(Self::Postgres(connection))
    }

    /// Begins to read and does not end: whatever is there now has to be kept for this reader until it is dropped.
    pub(super) async fn hold(&mut self) -> Result<()> {
        match self {
            Self::Sqlite(connection) => {
                sqlx::query("BEGIN").execute(&mut *connection).await?;
                sqlx::query(LOOK).execute(connection).await?;
            }
            Self::Postgres(connection) => {
                sqlx::query("BEGIN ISOLATION LEVEL REPEATABLE READ")
                    .execute(&mut *connection)
                    .await?;
                sqlx::query(LOOK).execute(connection).await?;
            }
        }
        Ok(())
    }

    /// Whether a job has had its effect.
    pub(super) async fn sees_processed(&mut self, tenant_id: &str, job: Uuid) -> Result<bool> {
        let count: i64 = match self {
            Self::Sqlite(connection) => {
                let query = sqlx::query_scalar(IS_PROCESSED)
                    .bind(tenant_id)
                    .bind(job.to_string());
                query.fetch_one(connection).await?
            }
            Self::Postgres(connection) => {
                let query = sqlx::query_scalar(IS_PROCESSED).bind(tenant_id).bind(job);
                query.fetch_one(connection).await?
            }
        };
        Ok(count == 1)
    }
}
