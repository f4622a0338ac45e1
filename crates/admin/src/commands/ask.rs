//! Questions to whoever typed the command, asked before anything is touched.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use console::Term;
use server::password::NewPassword;

use super::trouble::Trouble;

/// More than the longest password, so that one that is too long is refused and not cut.
const MOST_BYTES: u64 = 4096;

/// Reads a password: one line of standard input, or typed unseen at a terminal.
pub(super) fn password() -> Result<NewPassword, Trouble> {
    let unreadable = |error: io::Error| Trouble::Usage(format!("reading the password: {error}"));
    let typed = if io::stdin().is_terminal() {
        let terminal = Term::stderr();
        terminal.write_str("Password: ").map_err(unreadable)?;
        terminal.read_secure_line().map_err(unreadable)?
    } else {
        let mut line = String::new();
        io::stdin()
            .lock()
            .take(MOST_BYTES)
            .read_line(&mut line)
            .map_err(unreadable)?;
        line
    };
    if typed.is_empty() {
        return Err(Trouble::Usage(
            "the password is read from standard input, and there is none".to_owned(),
        ));
    }
    NewPassword::parse(typed.trim_end_matches(['\r', '\n']))
        .map_err(|error| Trouble::Usage(error.to_string()))
}

/// Asks whether to go on. Where nobody can be asked, `--yes` must have said so.
pub(super) fn confirm(question: &str) -> Result<(), Trouble> {
    if !io::stdin().is_terminal() {
        return Err(Trouble::Unasked);
    }
    let answer = Term::stderr()
        .write_str(&format!("{question} [y/N] "))
        .and_then(|()| Term::stderr().read_line())
        .unwrap_or_default();
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        Ok(())
    } else {
        Err(Trouble::Declined)
    }
}
