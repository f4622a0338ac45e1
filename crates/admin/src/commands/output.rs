//! What a command says on standard output: tables and sentences for people, a JSON object a line for programs.

use std::io::Write;

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use super::trouble::Trouble;

/// Where a command's data goes, and in which form.
pub(super) struct Output<'a> {
    json: bool,
    to: &'a mut (dyn Write + Send),
}

impl<'a> Output<'a> {
    pub(super) fn new(json: bool, to: &'a mut (dyn Write + Send)) -> Self {
        Self { json, to }
    }

    /// One thing: its JSON, or what people read of it.
    pub(super) fn one<T: Serialize>(
        &mut self,
        item: &T,
        text: impl FnOnce(&T) -> String,
    ) -> Result<(), Trouble> {
        let line = if self.json { as_json(item) } else { text(item) };
        self.line(&line)
    }

    /// Many things: a line of JSON each, or a table. An empty table says so in words.
    pub(super) fn many<T: Serialize, const COLUMNS: usize>(
        &mut self,
        items: &[T],
        header: [&str; COLUMNS],
        row: impl Fn(&T) -> [String; COLUMNS],
    ) -> Result<(), Trouble> {
        if self.json {
            return items.iter().try_for_each(|item| self.line(&as_json(item)));
        }
        if items.is_empty() {
            return self.line("Nothing to show.");
        }
        let mut table = Table::new();
        table
            .load_style(presets::UTF8_FULL_CONDENSED.with_rounded_corners())
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(header);
        for item in items {
            table.add_row(row(item));
        }
        self.line(&table.to_string())
    }

    /// Whether programs read it.
    pub(super) const fn is_json(&self) -> bool {
        self.json
    }

    /// Text as it is, its line ends included.
    pub(super) fn raw(&mut self, text: &str) -> Result<(), Trouble> {
        self.to.write_all(text.as_bytes())?;
        Ok(())
    }

    /// Something beside the data, on standard error.
    #[expect(clippy::print_stderr, reason = "a remark for whoever typed the command")]
    pub(super) fn note(&self, text: &str) {
        eprintln!("note: {text}");
    }

    fn line(&mut self, text: &str) -> Result<(), Trouble> {
        writeln!(self.to, "{text}")?;
        Ok(())
    }
}

fn as_json(item: &impl Serialize) -> String {
    serde_json::to_string(item).expect("what commands print is always JSON")
}
