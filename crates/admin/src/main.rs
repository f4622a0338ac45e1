//! The binary `admin`: reads the command line, and leaves with the code of what came of it.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    server::runtime::run(admin::commands::run(admin::commands::Cli::parse()))
}
