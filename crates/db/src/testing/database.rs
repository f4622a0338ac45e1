//! A database of one's own: a SQLite file, or a copy of a migrated PostgreSQL template.

use std::{mem, sync::Arc, thread};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::runtime::Builder;
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
    _room: Room,
}

/// What goes when a test is through, whether it passed or not: the database of each, kept, would fill a disk.
#[derive(Debug)]
enum Room {
    Folder { _folder: TempDir },
    Database { server: String, name: String },
}

impl Drop for Room {
    fn drop(&mut self) {
        if let Self::Database { server, name } = self {
            let (server, name) = (mem::take(server), mem::take(name));
            // Whoever drops us may be in a runtime, where nobody may wait for another one. What cannot be dropped stays.
            let _dropped = thread::spawn(move || drop_database(&server, &name)).join();
        }
    }
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
        Self::at(url, Room::Folder { _folder: folder }).await
    }

    /// The same on this PostgreSQL, for tests that need one of their own.
    pub async fn empty_on(server: &str) -> Self {
        let name = create_database(server).await;
        let (base, _database) = server
            .rsplit_once('/')
            .expect("TEST_DATABASE_URL ends with a database's name");
        let url = format!("{base}/{name}");
        let server = server.to_owned();
        Self::at(url, Room::Database { server, name }).await
    }

    async fn at(url: String, room: Room) -> Self {
        let clock = Arc::new(TestClock::default());
        Self {
            db: Self::connect(&url).await.by_clock(clock.clone()),
            clock,
            url,
            _room: room,
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

/// Makes a database with a name nobody else has, and returns it.
async fn create_database(server: &str) -> String {
    let name = format!("test_{}", random_uuid().simple());
    run(server, format!("CREATE DATABASE {name}"))
        .await
        .expect("TEST_DATABASE_URL can be reached, and its role may create databases");
    name
}

/// Throws out whoever is still connected to it, for which a role needs `pg_signal_backend`: vacuuming may be one.
fn drop_database(server: &str, name: &str) -> sqlx::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(server, format!("DROP DATABASE {name} WITH (FORCE)")))
}

async fn run(server: &str, statement: String) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect(server).await?;
    sqlx::query(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await?;
    connection.close().await
}
