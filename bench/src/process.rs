//! A child process of ours: started, asked where it listens, weighed, killed.

use std::{
    net::SocketAddr,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// How long a process may take to be ready before the run gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running child. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// Where it said it listens.
    pub(crate) address: SocketAddr,
    /// From spawning it to hearing that.
    pub(crate) ready_after: Duration,
}

impl Process {
    /// Starts a binary of this build and waits until it listens.
    pub(crate) async fn start(
        name: &str,
        arguments: &[&str],
        environment: &[(&str, String)],
    ) -> Result<Self> {
        Self::start_listening(name, arguments, environment, 1).await
    }

    /// The same for one that listens on several addresses; the last one is told.
    pub(crate) async fn start_listening(
        name: &str,
        arguments: &[&str],
        environment: &[(&str, String)],
        listeners: usize,
    ) -> Result<Self> {
        let begun = Instant::now();
        let mut child = command(name, arguments, environment)?
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().context("the child's output is piped")?;
        let mut lines = BufReader::new(output).lines();
        let listening = async {
            let mut heard = 0;
            while let Some(line) = lines.next_line().await? {
                let Some((_, address)) = line.split_once("listening on http://") else {
                    continue;
                };
                heard += 1;
                if heard == listeners {
                    return address.trim().parse().context("reading where the child listens");
                }
            }
            bail!("{name} ended before it listened")
        };
        let address = timeout(PATIENCE, listening)
            .await
            .with_context(|| format!("starting {name}"))??;
        let ready_after = begun.elapsed();
        // A child whose output nobody reads would stop at a full pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self {
            child,
            address,
            ready_after,
        })
    }

    /// The memory that is really there, in MiB.
    pub(crate) fn resident_mebibytes(&self) -> Result<f64> {
        let id = self.child.id().context("the child is running")?;
        mebibytes(&id.to_string(), "VmRSS:")
    }

    /// From now on the most memory is what comes after this.
    pub(crate) fn forget_peak(&self) -> Result<()> {
        let id = self.child.id().context("the child is running")?;
        std::fs::write(format!("/proc/{id}/clear_refs"), "5").context("forgetting the most memory so far")
    }

    /// The most memory that was ever really there, or since it was forgotten, in MiB.
    pub(crate) fn peak_mebibytes(&self) -> Result<f64> {
        let id = self.child.id().context("the child is running")?;
        mebibytes(&id.to_string(), "VmHWM:")
    }
}

/// The most memory that was ever really there for this process, in MiB.
pub(crate) fn peak_mebibytes() -> Result<f64> {
    mebibytes("self", "VmHWM:")
}

fn mebibytes(process: &str, what: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(what))
        .with_context(|| format!("reading {what}"))?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes / 1_024.0)
}

/// Runs a command of this build to its end; it has to succeed.
pub(crate) async fn run(name: &str, arguments: &[&str], environment: &[(&str, String)]) -> Result<()> {
    let status = command(name, arguments, environment)?
        .stdout(Stdio::null())
        .status()
        .await?;
    ensure!(
        status.success(),
        "{name} {} ended with {status}",
        arguments.join(" ")
    );
    Ok(())
}

/// The same, for what it said last on standard output.
pub(crate) async fn last_line(
    name: &str,
    arguments: &[&str],
    environment: &[(&str, String)],
) -> Result<String> {
    let output = command(name, arguments, environment)?
        .stdout(Stdio::piped())
        .spawn()?
        .wait_with_output()
        .await?;
    ensure!(
        output.status.success(),
        "{name} {} ended with {}",
        arguments.join(" "),
        output.status
    );
    let text = String::from_utf8(output.stdout)?;
    let line = text.lines().last().context("the child says something")?;
    Ok(line.to_owned())
}

fn command(name: &str, arguments: &[&str], environment: &[(&str, String)]) -> Result<Command> {
    let mut command = Command::new(beside_us(name)?);
    command
        .args(arguments)
        .env("RUST_LOG", "error")
        .envs(environment.iter().map(|(name, value)| (*name, value)))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    Ok(command)
}

/// The binaries are built together, so they lie beside this one.
fn beside_us(name: &str) -> Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name(name);
    ensure!(
        path.exists(),
        "{} is missing: run `cargo build --release --workspace`",
        path.display()
    );
    Ok(path)
}
