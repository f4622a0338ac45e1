//! The queues beside us: installed from their registries, run by the scripts of the peers' folder, one JSON line each.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use tokio::process::Command;

use crate::installation::Engine;

/// A queue, and how it is asked.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) name: &'static str,
    /// As its authors tune it for speed; on SQLite, with every commit flushed.
    mode: &'static str,
    on_sqlite: bool,
    /// Whether what it accepted survives a power cut.
    pub(super) is_durable: bool,
    /// Whether its script can also do what our jobs do.
    pub(super) has_effects: bool,
    /// It is given one of so many jobs: the slow ones would take minutes, and their rate is the same.
    share: u64,
}

impl Peer {
    const fn on_postgres(name: &'static str) -> Self {
        Self {
            name,
            mode: "tuned",
            on_sqlite: false,
            is_durable: true,
            has_effects: false,
            share: 1,
        }
    }

    const fn on_sqlite(name: &'static str) -> Self {
        Self {
            name,
            mode: "durable",
            on_sqlite: true,
            is_durable: true,
            has_effects: false,
            share: 1,
        }
    }

    pub(super) const fn is_on(&self, engine: &Engine) -> bool {
        self.on_sqlite == matches!(engine, Engine::Sqlite)
    }
}

/// The one that ours is compared with by name.
pub(super) const GRAPHILE: &str = "graphile-worker";

/// Everybody who can be installed.
pub(super) const PEERS: [Peer; 12] = [
    Peer {
        has_effects: true,
        ..Peer::on_postgres(GRAPHILE)
    },
    Peer {
        has_effects: true,
        ..Peer::on_postgres("pg-boss")
    },
    Peer::on_postgres("pgqueuer"),
    Peer::on_postgres("apalis-postgres"),
    Peer::on_postgres("awa"),
    Peer {
        share: 10,
        ..Peer::on_postgres("procrastinate")
    },
    Peer {
        share: 10,
        ..Peer::on_postgres("graphile_worker_rs")
    },
    Peer::on_sqlite("plainjob"),
    Peer::on_sqlite("huey"),
    Peer {
        share: 4,
        ..Peer::on_sqlite("litequeue")
    },
    Peer {
        share: 20,
        ..Peer::on_sqlite("apalis-sqlite")
    },
    // It sets synchronous=NORMAL itself, so the last commits may be lost.
    Peer {
        mode: "tuned",
        is_durable: false,
        ..Peer::on_sqlite("honker")
    },
];

/// What a peer's script prints.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Measured {
    pub(super) version: String,
    #[serde(rename = "enqueue_per_s")]
    enqueued_by_one: Option<f64>,
    #[serde(rename = "enqueue16_per_s")]
    enqueued_by_16: Option<f64>,
    #[serde(rename = "drain_per_s")]
    pub(super) drained: f64,
    #[serde(rename = "latency_ms_p50")]
    pub(super) p50: Option<f64>,
    #[serde(rename = "latency_ms_p99")]
    pub(super) p99: Option<f64>,
}

impl Measured {
    /// Jobs enqueued a second, each with its own call and commit, by one caller or by 16: what is better.
    pub(super) fn enqueued(&self) -> f64 {
        let rates = [self.enqueued_by_one, self.enqueued_by_16];
        rates.into_iter().flatten().fold(0.0, f64::max)
    }
}

/// A copy of the peers' folder, with what they installed.
pub(super) struct Folder {
    path: PathBuf,
    /// Why a peer could not be installed.
    failures: HashMap<&'static str, String>,
}

impl Folder {
    /// Copies the folder into the build's own, so that what the peers install stays out of theirs, and installs those
    /// that are meant.
    pub(super) async fn set_up(source: &Path, meant: &[&'static Peer]) -> Result<Self> {
        ensure!(
            source.join("run-peer").exists(),
            "{} has no run-peer: say where the peers are with PEERS=…",
            source.display()
        );
        let target = std::env::current_exe()?;
        let path = target
            .ancestors()
            .nth(2)
            .context("the build has a folder")?
            .join("peers");
        copy(source, &path).with_context(|| format!("copying {}", source.display()))?;
        let mut folder = Self {
            path,
            failures: HashMap::new(),
        };
        for peer in meant {
            eprintln!("installing {}", peer.name);
            let output = folder.run_peer(&["--setup", peer.name], &[]).await?;
            if !output.status.success() {
                folder.failures.insert(peer.name, last_words(&output));
            }
        }
        Ok(folder)
    }

    /// Runs a peer once. The inner error is why it was not measured.
    pub(super) async fn measure(
        &self,
        peer: &Peer,
        engine: &Engine,
        (jobs, with_effects): (u64, bool),
    ) -> Result<Result<Measured, String>> {
        if let Some(reason) = self.failures.get(peer.name) {
            return Ok(Err(format!("not installed: {reason}")));
        }
        let mut environment = vec![
            ("RUNS", "1".to_owned()),
            ("JOBS", (jobs / peer.share).to_string()),
            ("LAT_N", "100".to_owned()),
            // Where our files are: the same disk.
            ("SQLITE_DIR", std::env::temp_dir().display().to_string()),
        ];
        if with_effects {
            environment.push(("EFFECTS", "1".to_owned()));
        }
        if let Engine::Postgres(url) = engine {
            environment.push(("DATABASE_URL", url.clone()));
        }
        let output = self.run_peer(&[peer.name, peer.mode], &environment).await?;
        let text = String::from_utf8_lossy(&output.stdout);
        let measured = text.lines().rev().find(|line| line.starts_with('{'));
        Ok(match measured.map(serde_json::from_str) {
            Some(Ok(measured)) => Ok(measured),
            Some(Err(error)) => Err(format!("its result cannot be read: {error}")),
            None => Err(last_words(&output)),
        })
    }

    async fn run_peer(&self, arguments: &[&str], environment: &[(&str, String)]) -> Result<Output> {
        Command::new("python3")
            .arg(self.path.join("run-peer"))
            .args(arguments)
            .envs(environment.iter().map(|(name, value)| (*name, value)))
            // Theirs is built beside them, not among ours.
            .env_remove("CARGO_TARGET_DIR")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .context("the peers' scripts need python3")
    }
}

/// The last line of what it complained about.
fn last_words(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().rev().find(|line| !line.trim().is_empty());
    line.unwrap_or("it said nothing").trim().replace('|', "/")
}

/// Copies files that are not there or differ, and leaves what was installed beside them.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let source = entry?.path();
        let target = to.join(source.file_name().unwrap_or_default());
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            // By content, not by fs::copy: a read-only file would stay read-only, and npm writes its lock file.
            let content = fs::read(&source)?;
            if fs::read(&target).ok().as_ref() != Some(&content) {
                fs::write(&target, content)?;
            }
        }
    }
    Ok(())
}
