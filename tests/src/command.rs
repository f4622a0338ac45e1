//! One of our binaries, run to its end.

use std::process::{Command, Stdio};

use serde_json::Value;
use tokio::{io::AsyncWriteExt as _, time::timeout};

use crate::PATIENCE;

/// What came of a command.
#[derive(Debug)]
pub struct Finished {
    /// What was run, for messages.
    what: String,
    /// Its exit code.
    pub code: i32,
    /// The data.
    pub stdout: String,
    /// Everything else.
    pub stderr: String,
}

/// Runs a command to its end with this on its standard input.
pub(crate) async fn run(command: Command, input: &str) -> Finished {
    let what = format!("{command:?}");
    let mut command = tokio::process::Command::from(command);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("starting {what}: {error}"));
    let mut stdin = child.stdin.take().expect("standard input is piped");
    // A command that reads nothing may have closed it.
    let _unread = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = timeout(PATIENCE, child.wait_with_output())
        .await
        .unwrap_or_else(|_| panic!("{what} did not end"))
        .expect("a child can be waited for");
    Finished {
        what,
        code: output.status.code().expect("nobody killed it"),
        stdout: String::from_utf8(output.stdout).expect("commands print text"),
        stderr: String::from_utf8(output.stderr).expect("commands print text"),
    }
}

impl Finished {
    /// Asserts how it ended.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        let Self {
            what, stdout, stderr, ..
        } = &self;
        assert_eq!(
            self.code, code,
            "{what}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        );
        self
    }

    /// The only line it printed, as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        let lines = self.jsons();
        assert_eq!(lines.len(), 1, "{} printed {lines:?}", self.what);
        lines.into_iter().next().expect("there is one")
    }

    /// Every line it printed, as JSON.
    #[track_caller]
    pub fn jsons(&self) -> Vec<Value> {
        let parsed = self.stdout.lines().map(serde_json::from_str);
        let lines: Result<Vec<Value>, _> = parsed.collect();
        lines.unwrap_or_else(|error| panic!("{} printed no JSON: {error}\n{}", self.what, self.stdout))
    }
}
