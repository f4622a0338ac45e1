//! `ingestion-worker`: the queue's daemon, and the commands of those who look after it.

use std::process::ExitCode;

use clap::Parser as _;
use ingestion_worker::Cli;
use server::{Context, Settings};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let settings = Settings::load_without_or_exit(cli.duty(), &cli.unused_variables());
    server::runtime::run(async {
        match Context::open(settings).await {
            Ok(context) => cli.carry_out(context).await,
            Err(error) => error.report(),
        }
    })
}
