//! The process that serves the tenants' websites.

use std::process::ExitCode;

use clap::Parser;
use server::{Context, Duty, Settings, StartError};

const EXAMPLES: &str = "\
Examples:
  web
  WEB_ADDR=0.0.0.0:3000 DATABASE_URL=postgres://freehold@localhost/freehold web

Settings come from the environment and .env; .env.example explains each.";

/// Serve the tenants' websites, chosen by the Host header.
#[derive(Debug, Parser)]
#[command(name = "web", version, about, after_help = EXAMPLES)]
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
    web::start(context).await?.ended().await?;
    Ok(())
}
