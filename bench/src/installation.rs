//! A fresh installation on either engine, with the demo tenants.

use anyhow::{Context as _, Result};
use server::ids::SystemIds;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use types::Ids as _;

use crate::process;

/// The host of the demo tenant that everything is measured on.
pub(crate) const HOST: &str = "fairfield.localhost";

/// Which database.
#[derive(Debug, Clone)]
pub(crate) enum Engine {
    Sqlite,
    /// On this server, whose role may create databases.
    Postgres(String),
}

impl Engine {
    /// What to call it in a table.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

/// A migrated, seeded database, and the settings that make our binaries use it.
#[derive(Debug)]
pub(crate) struct Installation {
    pub(crate) url: String,
    _folder: TempDir,
}

impl Installation {
    /// Makes one.
    pub(crate) async fn new(engine: &Engine) -> Result<Self> {
        let folder = tempfile::tempdir().context("making a folder for the database")?;
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("freehold.db").display()),
            Engine::Postgres(server) => create_database(server).await?,
        };
        let installation = Self { url, _folder: folder };
        process::run("admin", &["migrate"], &installation.environment()).await?;
        process::run("admin", &["seed", "demo"], &installation.environment()).await?;
        Ok(installation)
    }

    /// What our binaries are told.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        environment(&self.url)
    }
}

/// What makes our binaries use this database, on any ports.
pub(crate) fn environment(url: &str) -> Vec<(&'static str, String)> {
    let anywhere = || "127.0.0.1:0".to_owned();
    vec![
        ("DATABASE_URL", url.to_owned()),
        ("RATE_LIMIT", "off".to_owned()),
        (
            "SESSION_SECRET",
            "a secret only this measurement uses, long enough".to_owned(),
        ),
        ("WEB_ADDR", anywhere()),
        ("CRM_ADDR", anywhere()),
        ("ADMIN_ADDR", anywhere()),
        ("WORKER_ADDR", anywhere()),
    ]
}

/// A database of its own on this server; its URL.
pub(crate) async fn create_database(server: &str) -> Result<String> {
    let name = format!("bench_{}", SystemIds.new_id().simple());
    let mut connection = PgConnection::connect(server)
        .await
        .context("reaching the PostgreSQL server")?;
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    let (base, _database) = server
        .rsplit_once('/')
        .context("the URL ends with a database's name")?;
    Ok(format!("{base}/{name}"))
}
