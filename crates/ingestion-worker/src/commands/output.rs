//! What a command says: one JSON object for machines, or words for people.

use std::io::{self, ErrorKind, Write};

use anyhow::Context as _;
use serde::Serialize;

use super::Refused;

/// The answer of a command.
pub(crate) trait Answer: Serialize {
    /// For people: a sentence, or a table.
    fn words(&self) -> String;
}

/// Prints the answer. A reader that has seen enough and closed the pipe is no failure.
pub(crate) fn print(answer: &impl Answer, as_json: bool) -> Result<(), Refused> {
    let text = text_of(answer, as_json)?;
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Refused::Failed(error.into())).context("printing the answer")?
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// What is printed.
pub(crate) fn text_of(answer: &impl Answer, as_json: bool) -> Result<String, Refused> {
    Ok(if as_json {
        serde_json::to_string(answer).context("writing the answer as JSON")?
    } else {
        answer.words()
    })
}

/// What a stranger wrote, without what could move a terminal's cursor.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
