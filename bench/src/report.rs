//! Tables of what was measured, as Markdown.

use std::io::{self, Write as _};

use anyhow::Result;

/// What a run prints.
#[derive(Debug, Default)]
pub(crate) struct Report {
    text: String,
}

impl Report {
    /// Adds a table: a heading, the columns, the rows.
    pub(crate) fn table(&mut self, heading: &str, columns: &[&str], rows: &[Vec<String>]) {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let owned = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        self.text.push_str(&format!("\n### {heading}\n\n"));
        self.text.push_str(&line(&owned(columns)));
        self.text.push_str(&line(
            &columns.iter().map(|_| "---".to_owned()).collect::<Vec<_>>(),
        ));
        for row in rows {
            self.text.push_str(&line(row));
        }
    }

    /// Adds a sentence below the last table.
    pub(crate) fn note(&mut self, sentence: &str) {
        self.text.push_str(&format!("\n{sentence}\n"));
    }

    /// Prints everything.
    pub(crate) fn print(&self) -> Result<()> {
        io::stdout().write_all(self.text.as_bytes())?;
        Ok(())
    }
}

/// The middle one of several measurements.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
