//! A database of one's own: a SQLite file, or a copy of a migrated PostgreSQL template.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use types::TestClock;
use uuid::Uuid;

use crate::{Access, ConnectOptions, Db};

/// A migrated, empty database that no other test sees.
///
/// `TEST_DATABASE_URL` names a PostgreSQL whose role may create databases; without it, a file in a temporary folder.
#[derive(Debug)]
pub struct TestDb {
    /// The database, whose queue goes by `clock`.
    pub db: Db,
    /// The time, which stands still.
    pub clock: Arc<TestClock>,
    /// Its URL, for a process of its own.
    pub url: String,
    _folder: Option<TempDir>,
}

impl TestDb {
    /// A fresh database.
    pub async fn new() -> Self {
        let empty = Self::empty().await;
        empty
            .db
            .migrate()
            .await
            .expect("the migrations run on an empty database");
        empty
    }

    /// A fresh database without a schema.
    pub async fn empty() -> Self {
        if let Some(server) = postgres_url() {
            return Self::empty_on(&server).await;
        }
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = format!("sqlite://{}", folder.path().join("freehold.db").display());
        Self::at(url, Some(folder)).await
    }

    /// The same on this PostgreSQL, for tests that need one of their own.
    pub async fn empty_on(server: &str) -> Self {
        Self::at(create_database(server).await, None).await
    }

    async fn at(url: String, folder: Option<TempDir>) -> Self {
        let clock = Arc::new(TestClock::default());
        Self {
            db: Self::connect(&url).await.by_clock(clock.clone()),
            clock,
            url,
            _folder: folder,
        }
    }

    /// Another connection to a database, as another process would have: its queue goes by the database's time.
    pub async fn connect(url: &str) -> Db {
        let options = ConnectOptions {
            url: url.to_owned(),
            // One reader: who asks for a second while they hold the first waits here for good, and under load elsewhere.
            max_connections: 1,
            access: Access::Create,
            instance: random_uuid(),
        };
        Db::connect(&options)
            .await
            .expect("the test database can be opened")
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "which engine a test run is on is said from outside"
)]
fn postgres_url() -> Option<String> {
    std::env::var("TEST_DATABASE_URL")
        .ok()
        .filter(|url| !url.is_empty())
}

fn random_uuid() -> Uuid {
    Uuid::from_u128(rand::random())
}

/// Makes a database with a name nobody else has. The server is thrown away after the run, and they with it.
async fn create_database(server: &str) -> String {
    let name = format!("test_{}", random_uuid().simple());
    let mut connection = PgConnection::connect(server)
        .await
        .expect("TEST_DATABASE_URL can be reached");
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut connection)
        .await
        .expect("the role of TEST_DATABASE_URL may create databases");
    connection.close().await.expect("the connection closes");
    let (base, _database) = server
        .rsplit_once('/')
        .expect("TEST_DATABASE_URL ends with a database's name");
    format!("{base}/{name}")
}
