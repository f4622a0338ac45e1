//! Tables of what was measured, as Markdown.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use anyhow::{Context as _, Result};

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

    /// Puts everything into a Markdown file instead of what stands there between the lines `<!-- name:begin -->` and
    /// `<!-- name:end -->`.
    pub(crate) fn write_between(&self, file: &Path, name: &str) -> Result<()> {
        let old = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let (begin, end) = (format!("<!-- {name}:begin -->"), format!("<!-- {name}:end -->"));
        let new = old.split_once(&begin).and_then(|(before, rest)| {
            let (_replaced, after) = rest.split_once(&end)?;
            Some(format!("{before}{begin}\n{}\n{end}{after}", self.text))
        });
        let new = new.with_context(|| format!("{} has no lines {begin} and {end}", file.display()))?;
        fs::write(file, new).with_context(|| format!("writing {}", file.display()))
    }
}

/// The middle one of several measurements.
pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
