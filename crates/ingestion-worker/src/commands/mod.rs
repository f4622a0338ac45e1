//! The commands, one file each: what they print is data on standard output, everything else goes to the log.

mod ask;
mod bulk;
mod dead_letters;
mod discard;
mod drain;
mod groups;
mod job;
mod output;
mod prune;
mod queue;
mod requeue;
mod selection;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod upkeep_tests;

use std::process::ExitCode;

use anyhow::Context as _;
pub(crate) use dead_letters::list;
pub(crate) use discard::discard;
pub(crate) use drain::drain;
pub(crate) use groups::groups;
pub(crate) use job::show;
pub(crate) use output::Form;
pub(crate) use prune::prune;
pub(crate) use queue::{pause, resume, stats};
pub(crate) use requeue::requeue;
use server::Context;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    /// What it was asked about is not there: exit 3.
    #[error("{0}")]
    NotFound(String),
    /// It was not confirmed: exit 6.
    #[error("{0}")]
    NotConfirmed(&'static str),
    /// Anything else: exit 1.
    #[error("{0:#}")]
    Failed(#[from] anyhow::Error),
}

impl Refused {
    /// Says it on standard error, and gives the exit code.
    #[expect(clippy::print_stderr, reason = "the command ends here, and people read this")]
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("error: {self}");
        ExitCode::from(match self {
            Self::NotFound(_) => 3,
            Self::NotConfirmed(_) => 6,
            Self::Failed(_) => 1,
        })
    }
}

impl From<db::Error> for Refused {
    fn from(error: db::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// The daemon: works until it is told to stop.
pub(crate) async fn run(context: Context) -> Result<ExitCode, Refused> {
    let db = context.db.clone();
    let running = crate::start(context).await.context("starting the worker")?;
    running.ended().await?;
    db.close().await;
    Ok(ExitCode::SUCCESS)
}
