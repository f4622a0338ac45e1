//! The CRM as a process of its own.

use std::process::ExitCode;

use clap::Parser;
use server::{Context, Duty, Settings, StartError};

const EXAMPLES: &str = "\
Examples:
  crm
  CRM_ADDR=0.0.0.0:3001 DATABASE_URL=postgres://freehold@localhost/freehold crm

Settings come from the environment and .env; .env.example explains each.";

/// Serve the agents' CRM and its API, chosen by the Host header.
#[derive(Debug, Parser)]
#[command(name = "crm", version, about, after_help = EXAMPLES)]
struct Cli {}

fn main() -> ExitCode {
    Cli::parse();
    let settings = Settings::load_or_exit(Duty::Answers);
    server::runtime::run(async {
        match run(settings).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => error.report(),
        }
    })
}

async fn run(settings: Settings) -> Result<(), StartError> {
    let context = Context::open(settings).await?;
    let db = context.db.clone();
    crm::start(context).await?.ended().await?;
    db.close().await;
    Ok(())
}
