//! A file of contacts as people have them: whatever their spreadsheet saved, or the cards of their phone.
//!
//! A table is separated by commas, semicolons, tabs or bars; in UTF-8, UTF-16 or what Windows wrote; lines ended in any
//! way; quotes and line breaks inside cells; rows longer or shorter than their header; with a header or without. Cards
//! become such rows, so that all that is done with rows is done with them.

use std::collections::HashMap;

use axum::body::Bytes;
use server::{
    csv_records::{Record, Records},
    encoding::{Charset, in_utf8, unmarked},
};
use types::imports::{Delimiter, Import, TableFormat, Target, guess};

use super::{
    cards,
    guess::{by_content, is_reach},
};

/// More columns than any list of people has.
const MOST_COLUMNS: usize = 500;
/// More rows than one file may bring: who has more has several files.
pub(super) const MOST_ROWS: usize = 200_000;
/// Letters looked at to find out whether it is text at all.
const SAMPLE_LETTERS: usize = 4_096;
/// Rows looked at to find out what separates cells.
const SAMPLE_ROWS: usize = 20;
/// The column we add behind the others where a row has an open quote.
const PROBLEM: &str = "Row problem";
/// What stands in it there.
const OPEN_QUOTE: &str = "A quotation mark is opened in this row and never closed.";

/// What a file cannot be read for, as a whole sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum FileError {
    #[error("The file is empty.")]
    Empty,
    #[error("The file is no text. Save it as CSV in the program it is from, and send that.")]
    NoText,
    #[error("The file has a header and no rows below it.")]
    NoRows,
    #[error("There is no vCard in the file: no line of it says BEGIN:VCARD.")]
    NoCards,
    #[error("The file has more than {MOST_COLUMNS} columns.")]
    TooManyColumns,
    #[error("The file has more than {MOST_ROWS} rows. Split it, and import the parts.")]
    TooManyRows,
}

/// What whoever sends a file says it is. Only what is in it decides between a table and cards, but for cards without one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Expected {
    #[default]
    Anything,
    Cards,
}

impl Expected {
    /// What a file of this name is.
    pub(super) fn of_name(name: &str) -> Self {
        let end = name.rsplit_once('.').map(|(_, end)| end).unwrap_or_default();
        match end.eq_ignore_ascii_case("vcf") || end.eq_ignore_ascii_case("vcard") {
            true => Self::Cards,
            false => Self::Anything,
        }
    }
}

/// How a file is to be read, as far as its sender says so; the rest is found out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) kind: Expected,
    pub(super) delimiter: Option<Delimiter>,
    pub(super) charset: Option<Charset>,
}

/// A file that can be read, row by row.
pub(super) struct File {
    content: Content,
    pub(super) header: Vec<String>,
    pub(super) row_count: usize,
    /// Columns that are the file's own.
    width: usize,
}

enum Content {
    Table {
        /// UTF-8, whatever it was.
        text: Bytes,
        format: TableFormat,
        /// Whether a quote in it is open: then each row has a last column for what is wrong with it.
        has_problems: bool,
    },
    /// Each of their lines may be in another encoding.
    Cards(Bytes),
}

impl File {
    /// Looks at the whole file once.
    pub(super) fn read(bytes: Bytes, said: Said) -> Result<Self, FileError> {
        let plain = match said.charset {
            None => unmarked(bytes.clone()),
            Some(_) => in_utf8(bytes.clone(), said.charset).0,
        };
        let file = match (cards::begin(&plain), said.kind) {
            (true, _) => Self::of_cards(plain),
            (false, Expected::Cards) if plain.trim_ascii().is_empty() => return Err(FileError::Empty),
            (false, Expected::Cards) if !cards::are_in(&plain) => return Err(FileError::NoCards),
            (false, Expected::Cards) => Self::of_cards(plain),
            (false, Expected::Anything) => {
                drop(plain);
                Self::of_table(in_utf8(bytes, said.charset), said.delimiter)?
            }
        };
        match () {
            () if file.width > MOST_COLUMNS => Err(FileError::TooManyColumns),
            () if file.row_count == 0 => Err(FileError::NoRows),
            () if file.row_count > MOST_ROWS => Err(FileError::TooManyRows),
            () => Ok(file),
        }
    }

    fn of_cards(bytes: Bytes) -> Self {
        let header = cards::header();
        Self {
            width: header.len(),
            header,
            row_count: cards::rows(&bytes).take(MOST_ROWS + 1).count(),
            content: Content::Cards(bytes),
        }
    }

    fn of_table((text, charset): (Bytes, Charset), said: Option<Delimiter>) -> Result<Self, FileError> {
        if !is_text(&text) {
            return Err(FileError::NoText);
        }
        let (text, excels) = without_excels_line(text);
        let delimiter = said.or(excels).unwrap_or_else(|| delimiter(&text));
        let mut rows = rows(&text, delimiter);
        let first = rows.next().ok_or(FileError::Empty)?;
        let has_header = !first.cells.iter().any(|cell| is_reach(cell));
        let width = first.cells.len();
        let (mut row_count, mut has_problems) = (usize::from(!has_header), first.is_open);
        for row in rows {
            row_count += 1;
            has_problems |= row.is_open;
        }
        let mut header = match has_header {
            true => named(first.cells),
            false => (1..=width).map(|number| format!("Column {number}")).collect(),
        };
        header.extend(has_problems.then(|| PROBLEM.to_owned()));
        let format = TableFormat {
            delimiter,
            encoding: charset.name().to_owned(),
            has_header,
        };
        let content = Content::Table {
            text,
            format,
            has_problems,
        };
        Ok(Self {
            content,
            header,
            row_count,
            width,
        })
    }

    /// The rows below the header.
    pub(super) fn rows(&self) -> Box<dyn Iterator<Item = Vec<String>> + Send + '_> {
        match &self.content {
            Content::Table {
                text,
                format,
                has_problems,
            } => {
                let below = rows(text, format.delimiter).skip(usize::from(format.has_header));
                let width = has_problems.then_some(self.width);
                Box::new(below.map(move |row| row.told(width)))
            }
            Content::Cards(bytes) => Box::new(cards::rows(bytes)),
        }
    }

    /// What its columns are called, without what we added.
    pub(super) fn own_columns(&self) -> &[String] {
        &self.header[..self.width]
    }

    /// How it was read; none of cards.
    pub(super) fn format(&self) -> Option<TableFormat> {
        match &self.content {
            Content::Table { format, .. } => Some(format.clone()),
            Content::Cards(_) => None,
        }
    }

    /// What its columns are, with what we added, when this was said or found out of its own.
    pub(super) fn mapping(&self, own: Vec<Target>) -> Vec<Target> {
        let mut mapping = own;
        mapping.resize(self.width, Target::Ignore);
        mapping.resize(self.header.len(), Target::Problem);
        mapping
    }

    fn guessed(&self) -> Vec<Target> {
        match &self.content {
            Content::Table { format, .. } if !format.has_header => {
                let sample: Vec<_> = self.rows().take(SAMPLE_ROWS).collect();
                by_content(&sample, self.width)
            }
            Content::Table { .. } => self.header.iter().map(|name| guess(name)).collect(),
            Content::Cards(_) => cards::mapping(),
        }
    }

    /// What its columns are if each is what one of its name was in `before`, the newest first; else what it is called.
    pub(super) fn mapping_by_names(&self, before: &[Import]) -> Vec<Target> {
        let names_columns = |format: Option<&TableFormat>| format.is_some_and(|format| format.has_header);
        let mut mapping = self.guessed();
        if !names_columns(self.format().as_ref()) {
            return mapping;
        }
        let key = |name: &str| name.trim().to_lowercase();
        let alike = before
            .iter()
            .filter(|import| names_columns(import.format.as_ref()));
        let mut known = HashMap::new();
        for import in alike {
            for (name, target) in import.header.iter().zip(&import.mapping) {
                known.entry(key(name)).or_insert(*target);
            }
        }
        for (target, name) in mapping.iter_mut().zip(self.own_columns()) {
            *target = known.get(&key(name)).copied().unwrap_or(*target);
        }
        mapping
    }
}

/// A column without a name is called by its place.
fn named(header: Vec<String>) -> Vec<String> {
    let names = header.into_iter().enumerate();
    let named = names.map(|(index, name)| match name.trim() {
        "" => format!("Column {}", index + 1),
        name => name.to_owned(),
    });
    named.collect()
}

/// A table without the line that Excel writes before it, and what that says stands between cells: `sep=;`.
fn without_excels_line(text: Bytes) -> (Bytes, Option<Delimiter>) {
    const SAYS: &[u8] = b"sep=";
    let end = text
        .iter()
        .position(|byte| matches!(byte, b'\r' | b'\n'))
        .unwrap_or(text.len());
    let (says, sign) = text[..end].split_at(SAYS.len().min(end));
    if !says.eq_ignore_ascii_case(SAYS) || sign.len() > 1 {
        return (text, None);
    }
    let delimiter = Delimiter::ALL
        .iter()
        .copied()
        .find(|known| sign == [known.byte()]);
    let below = text[end..].iter().position(|byte| !matches!(byte, b'\r' | b'\n'));
    (text.slice(end + below.unwrap_or(text.len() - end)..), delimiter)
}

/// Whether it is what people type: a picture or a packed file has many letters that nobody does.
fn is_text(text: &[u8]) -> bool {
    const ONE_IN: usize = 20;
    let sample = &text[..text.len().min(SAMPLE_LETTERS)];
    let typed = |byte: u8| !byte.is_ascii_control() || byte.is_ascii_whitespace();
    sample.iter().filter(|byte| !typed(**byte)).count() * ONE_IN <= sample.len()
}

/// What separates cells: what splits the first rows into the same number of cells, as many as possible.
fn delimiter(text: &[u8]) -> Delimiter {
    let score = |delimiter: Delimiter| {
        let widths: Vec<_> = rows(text, delimiter)
            .take(SAMPLE_ROWS)
            .map(|row| row.cells.len())
            .collect();
        let first = widths.first().copied().unwrap_or_default();
        let alike = widths.iter().filter(|width| **width == first).count();
        if first > 1 { (alike, first) } else { (0, 0) }
    };
    // Of equals the last is the greatest: the comma shall win.
    let known = Delimiter::ALL.iter().rev().copied();
    known
        .max_by_key(|delimiter| score(*delimiter))
        .unwrap_or(Delimiter::Comma)
}

/// A row of a table.
struct TableRow {
    cells: Vec<String>,
    /// A quote in it is not closed: it ends where its line does.
    is_open: bool,
}

impl TableRow {
    /// A NUL, which no database keeps, is left out.
    fn of(record: &Record<'_>) -> Self {
        Self {
            cells: record.cells.iter().map(|cell| cell.replace('\0', "")).collect(),
            is_open: !record.is_closed,
        }
    }

    /// Its cells; behind the `width` of the file's own columns, what is wrong with it.
    fn told(mut self, width: Option<usize>) -> Vec<String> {
        if let Some(width) = width {
            self.cells.resize(self.cells.len().max(width), String::new());
            let problem = if self.is_open { OPEN_QUOTE } else { "" };
            self.cells.insert(width, problem.to_owned());
        }
        self.cells
    }
}

/// Every row with something in it.
fn rows(text: &[u8], delimiter: Delimiter) -> impl Iterator<Item = TableRow> {
    // It was made UTF-8 when it came.
    let text = std::str::from_utf8(text).unwrap_or_default();
    let width = Records::of(text, delimiter.byte()).header().len();
    Records::of_width(text, delimiter.byte(), width)
        .map(|record| TableRow::of(&record))
        .filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()))
}
