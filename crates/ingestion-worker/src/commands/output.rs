//! What a command says: one JSON object for machines, or words for people.

use std::io::{self, ErrorKind, Write};

use anyhow::Context as _;
use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};
use console::strip_ansi_codes;
use serde::Serialize;

use super::Refused;

/// The answer of a command.
pub(crate) trait Answer: Serialize {
    /// For people: a sentence, or a table.
    fn words(&self) -> String;
}

/// In which form an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One object on one line.
    Json,
    /// Words and tables, painted where standard output is a terminal.
    Words,
    /// The same without any paint, as `NO_COLOR` asks.
    Plain,
}

/// Prints the answer. A reader that has seen enough and closed the pipe is no failure.
pub(crate) fn print(answer: &impl Answer, form: Form) -> Result<(), Refused> {
    let text = text_of(answer, form)?;
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Refused::Failed(error.into())).context("printing the answer")?
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// What is printed.
pub(crate) fn text_of(answer: &impl Answer, form: Form) -> Result<String, Refused> {
    Ok(match form {
        Form::Json => serde_json::to_string(answer).context("writing the answer as JSON")?,
        Form::Words => answer.words(),
        Form::Plain => strip_ansi_codes(&answer.words()).into_owned(),
    })
}

/// Blanks between two columns.
const GAP: u16 = 2;

/// A table without lines. Its headings are bold on a terminal.
pub(super) fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(
            headings
                .iter()
                .map(|text| Cell::new(text).add_attribute(Attribute::Bold)),
        );
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
    }
    table
}

/// A number that somebody must look at unless it is zero: red on a terminal.
pub(super) fn alarm(number: i64) -> Cell {
    let cell = Cell::new(number);
    if number == 0 { cell } else { cell.fg(Color::Red) }
}

/// The table as text, without the blanks at the ends of its lines.
pub(super) fn lines_of(table: &Table) -> String {
    let text = table.to_string();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// What a stranger wrote, without what could move a terminal's cursor.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
