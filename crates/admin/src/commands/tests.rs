use clap::CommandFactory as _;

use super::Cli;

#[test]
fn verify_cli() {
    Cli::command().debug_assert();
}
