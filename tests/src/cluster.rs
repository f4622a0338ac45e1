//! A PostgreSQL of one's own, to be treated as the shared one must not be.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use db::{Db, testing::own_backend};
use tokio::{task::spawn_blocking, time::timeout};

use crate::PATIENCE;

/// A PostgreSQL that `scripts/postgres` started. Dropped, it stops and is gone.
#[derive(Debug)]
pub struct Cluster {
    /// A database of it, by whose role others can be made.
    pub url: String,
    /// Waits for its input to end; then the script stops the server.
    script: Child,
}

impl Cluster {
    /// Starts it.
    pub async fn start() -> Self {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts");
        let mut script = Command::new(scripts.join("postgres"))
            .args(["sh", "-c", "echo \"$TEST_DATABASE_URL\"; read -r _"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("scripts/postgres can be run");
        let stdout = script.stdout.take().expect("standard output is piped");
        let first = spawn_blocking(move || BufReader::new(stdout).lines().next());
        let url = timeout(PATIENCE, first)
            .await
            .expect("PostgreSQL starts")
            .expect("reading does not panic")
            .expect("it says where PostgreSQL is")
            .expect("what a script says can be read");
        Self { url, script }
    }

    /// Ends it as a power cut would, in the middle of whatever it does: when one of its processes is killed, it throws
    /// away all it has in memory, every connection among it, and recovers from what it has written.
    pub async fn crash(&self, db: &Db) {
        let backend = own_backend(db).await.to_string();
        let killed = Command::new("kill").args(["-KILL", &backend]).status();
        assert!(killed.expect("kill can be run").success(), "{backend} was gone");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _stopped = self.script.wait();
    }
}
