//! A question to whoever typed the command, at a terminal.

use std::io::{self, BufRead as _};

use super::Refused;

/// Whether they say yes.
#[expect(
    clippy::print_stderr,
    reason = "a question belongs on the terminal, not in the data"
)]
pub(super) fn confirmed(question: &str) -> Result<bool, Refused> {
    eprintln!("{question} [y/N]");
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(anyhow::Error::from)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
