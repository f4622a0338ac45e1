//! What a process runs on.

use std::{process::ExitCode, time::Duration};

use anyhow::Context as _;
use tokio::runtime::Builder;

use crate::StartError;

/// How long a thread that waited for a processor or a disk is kept for the next such work. Its memory is given back when it
/// ends, and the check of one password takes 19 MiB.
const KEEP_ALIVE: Duration = Duration::from_secs(1);

/// Runs a process to its end, and gives the code it leaves with.
pub fn run(process: impl Future<Output = ExitCode>) -> ExitCode {
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .thread_keep_alive(KEEP_ALIVE)
        .build()
        .context("starting the threads of the process");
    match runtime {
        Ok(runtime) => runtime.block_on(process),
        Err(error) => StartError::from(error).report(),
    }
}
