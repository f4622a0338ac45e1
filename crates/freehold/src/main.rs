//! `freehold`: all of it in one process, on an embedded database. The demo, the small office, the development loop.

mod house;
mod welcome;

use std::process::ExitCode;

use clap::Parser;
use server::{Duty, Settings};

const EXAMPLES: &str = "\
Examples:
  freehold
  freehold --no-demo
  DATABASE_URL=postgres://freehold@localhost/freehold freehold

Settings come from the environment and .env; .env.example explains each.
The first start makes data/freehold.db and fills it with two demo tenants; later ones find it.";

/// Start the websites, the CRM, the operators' console and the worker in one process.
#[derive(Debug, Parser)]
#[command(name = "freehold", version, about, after_help = EXAMPLES)]
struct Cli {
    /// Leave an empty database empty
    #[arg(long)]
    no_demo: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let settings = Settings::load_or_exit(Duty::Answers);
    server::runtime::run(async {
        match house::open(settings, cli.no_demo).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => error.report(),
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn verify_cli() {
        super::Cli::command().debug_assert();
    }
}
