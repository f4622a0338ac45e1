//! A house of one's own: a database that nobody else sees, and the binaries on it.

use std::{path::Path, process::Command};

use db::{Db, testing::TestDb};
use serde_json::Value;
use tempfile::TempDir;

use crate::{Cluster, Finished, Outage, Process, command::run, process::binary};

/// A database, and what every process on it is told.
#[derive(Debug)]
pub struct World {
    database: TestDb,
    folder: TempDir,
    settings: Vec<(String, String)>,
}

impl World {
    /// A database without a schema.
    pub async fn empty() -> Self {
        Self::on(TestDb::empty().await)
    }

    /// The demo on a database of this PostgreSQL.
    pub async fn seeded_on(cluster: &Cluster) -> Self {
        let world = Self::on(TestDb::empty_on(&cluster.url).await);
        world.admin(&["migrate"]).await.expect(0);
        world.admin(&["seed", "demo"]).await.expect(0);
        world
    }

    fn on(database: TestDb) -> Self {
        let usual = [
            ("DATABASE_URL", database.url.as_str()),
            ("DATABASE_MAX_CONNECTIONS", "4"),
            ("WEB_ADDR", "127.0.0.1:0"),
            ("CRM_ADDR", "127.0.0.1:0"),
            ("ADMIN_ADDR", "127.0.0.1:0"),
            ("WORKER_ADDR", "127.0.0.1:0"),
            ("SESSION_SECRET", "a secret of the tests, long enough to be one"),
            ("RATE_LIMIT", "off"),
            ("INGESTION_OUTPUT_JSON", "1"),
        ];
        let settings = usual.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            settings: settings.into(),
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
            database,
        }
    }

    /// A database with its schema, and nobody in it.
    pub async fn migrated() -> Self {
        let world = Self::empty().await;
        world.admin(&["migrate"]).await.expect(0);
        world
    }

    /// The demo tenants, their people and their data.
    pub async fn seeded() -> Self {
        let world = Self::migrated().await;
        world.admin(&["seed", "demo"]).await.expect(0);
        world
    }

    /// Tells every process that is started from now on.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// Tells nobody any more.
    pub fn forget(&mut self, name: &str) {
        self.settings.retain(|(known, _)| known != name);
    }

    fn set(&mut self, name: &str, value: &str) {
        self.forget(name);
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Leads every process that is started from now on to the database by a way that can be cut.
    pub async fn with_outage(&mut self) -> Outage {
        let outage = Outage::prepare(&self.database.db, &self.database.url).await;
        self.set("DATABASE_URL", &outage.url);
        outage
    }

    /// The database itself, for what no process of ours would do.
    pub fn db(&self) -> &Db {
        &self.database.db
    }

    /// Whether the database is SQLite's.
    pub fn is_on_a_file(&self) -> bool {
        self.database.url.starts_with("sqlite:")
    }

    pub(crate) fn database(&self) -> &TestDb {
        &self.database
    }

    /// Where this world's processes run; gone with it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A binary of ours with the settings of this world and nothing of the machine's.
    pub fn command(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary(name));
        command
            .args(arguments)
            // A folder of its own, so that no .env of a developer is read.
            .current_dir(self.folder.path())
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    pub async fn web(&self) -> Process {
        Process::start(self.command("web", &[]), "web").await
    }

    /// A website that sees an error where a file may not grow, instead of being ended by the system.
    pub async fn web_on_a_small_disk(&self) -> Process {
        let web = self.command("web", &[]);
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "trap '' XFSZ; exec \"$0\""])
            .arg(web.get_program())
            .current_dir(self.folder())
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        Process::start(shell, "web").await
    }

    pub async fn crm(&self) -> Process {
        Process::start(self.command("crm", &[]), "crm").await
    }

    pub async fn console(&self) -> Process {
        Process::start(self.command("admin", &["serve"]), "admin").await
    }

    /// The worker that goes on working.
    pub async fn worker(&self) -> Process {
        Process::start(self.command("ingestion-worker", &["run"]), "ingestion-worker").await
    }

    /// Everything in one process: it says where the website listens, then the CRM, the console and the worker.
    pub async fn house(&self) -> Process {
        Process::start(self.command("freehold", &[]), "freehold").await
    }

    /// A command of operators.
    pub async fn admin(&self, arguments: &[&str]) -> Finished {
        self.admin_with_input(arguments, "").await
    }

    /// The same, with this typed into it.
    pub async fn admin_with_input(&self, arguments: &[&str], input: &str) -> Finished {
        run(self.command("admin", arguments), input).await
    }

    /// A command of the queue.
    pub async fn queue(&self, arguments: &[&str]) -> Finished {
        run(self.command("ingestion-worker", arguments), "").await
    }

    /// Any binary, to its end.
    pub async fn run(&self, name: &str, arguments: &[&str]) -> Finished {
        run(self.command(name, arguments), "").await
    }

    /// The same at a terminal, where what is printed and what is said beside it are one.
    pub async fn at_a_terminal(&self, name: &str, arguments: &[&str]) -> Finished {
        let plain = self.command(name, arguments);
        let words: Vec<_> = std::iter::once(plain.get_program())
            .chain(plain.get_args())
            .map(|word| word.to_str().expect("a test's words are text"))
            .collect();
        let mut terminal = Command::new("script");
        terminal
            .args(["--quiet", "--return", "--command", &words.join(" "), "/dev/null"])
            .current_dir(self.folder())
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        run(terminal, "").await
    }

    /// Works off what waits; says what became of it.
    pub async fn drain(&self) -> Value {
        let drained = self.queue(&["drain", "--until-empty"]).await;
        drained.expect(0).json()
    }
}
