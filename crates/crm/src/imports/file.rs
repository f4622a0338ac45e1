//! A file of contacts as people have them: whatever their spreadsheet saved.
//!
//! Separated by commas, semicolons, tabs or bars; in UTF-8, UTF-16 or what Windows wrote; lines ended in any way; quotes
//! and line breaks inside cells; rows longer or shorter than their header; with a header or without.

use std::borrow::Cow;

use axum::body::Bytes;
use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use types::Email;

/// More columns than any list of people has.
const MOST_COLUMNS: usize = 500;
/// More rows than one file may bring: who has more has several files.
const MOST_ROWS: usize = 200_000;
/// Rows looked at to find out what separates cells.
const SAMPLE_ROWS: usize = 20;

/// What a file cannot be read for, as a whole sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum FileError {
    #[error("The file is empty.")]
    Empty,
    #[error("The file has a header and no rows below it.")]
    NoRows,
    #[error("The file has more than {MOST_COLUMNS} columns.")]
    TooManyColumns,
    #[error("The file has more than {MOST_ROWS} rows. Split it, and import the parts.")]
    TooManyRows,
}

/// A file that can be read, row by row.
pub(super) struct File {
    text: Text,
    delimiter: u8,
    has_header: bool,
    pub(super) header: Vec<String>,
    pub(super) row_count: usize,
}

/// The bytes as they came if they are UTF-8, else what they say.
enum Text {
    Utf8(Bytes, usize),
    Decoded(String),
}

impl Text {
    fn as_str(&self) -> &str {
        match self {
            // Looked at when it was decided what they are.
            Self::Utf8(bytes, start) => std::str::from_utf8(&bytes[*start..]).unwrap_or_default(),
            Self::Decoded(text) => text,
        }
    }
}

impl File {
    /// Looks at the whole file once.
    pub(super) fn read(bytes: Bytes) -> Result<Self, FileError> {
        let text = decode(bytes);
        let delimiter = delimiter(text.as_str());
        let mut rows = rows(text.as_str(), delimiter);
        let first = rows.next().ok_or(FileError::Empty)?;
        let has_header = first.iter().all(|cell| cell.trim().parse::<Email>().is_err());
        let width = first.len();
        let row_count = rows.count() + usize::from(!has_header);
        let header = match has_header {
            true => named(first),
            false => (1..=width).map(|number| format!("Column {number}")).collect(),
        };
        match () {
            () if header.len() > MOST_COLUMNS => Err(FileError::TooManyColumns),
            () if row_count == 0 => Err(FileError::NoRows),
            () if row_count > MOST_ROWS => Err(FileError::TooManyRows),
            () => Ok(Self {
                text,
                delimiter,
                has_header,
                header,
                row_count,
            }),
        }
    }

    /// The rows below the header.
    pub(super) fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        rows(self.text.as_str(), self.delimiter).skip(usize::from(self.has_header))
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

/// What the bytes say. What is neither marked nor UTF-8 is what Windows writes in the west.
fn decode(bytes: Bytes) -> Text {
    match Encoding::for_bom(&bytes) {
        Some((encoding, length)) if encoding != UTF_8 => Text::Decoded(decoded(encoding, &bytes[length..])),
        marked => {
            let start = marked.map_or(0, |(_, length)| length);
            match std::str::from_utf8(&bytes[start..]) {
                Ok(_) => Text::Utf8(bytes, start),
                Err(_) => Text::Decoded(decoded(WINDOWS_1252, &bytes[start..])),
            }
        }
    }
}

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> String {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Cow::into_owned(text)
}

/// What separates cells: what splits the first rows into the same number of cells, as many as possible.
fn delimiter(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let widths: Vec<_> = rows(text, delimiter)
            .take(SAMPLE_ROWS)
            .map(|row| row.len())
            .collect();
        let first = widths.first().copied().unwrap_or_default();
        let alike = widths.iter().filter(|width| **width == first).count();
        if first > 1 { (alike, first) } else { (0, 0) }
    };
    let known = [b',', b';', b'\t', b'|'];
    // Of equals the last is the greatest: the comma shall win.
    known
        .into_iter()
        .rev()
        .max_by_key(|delimiter| score(*delimiter))
        .unwrap_or(b',')
}

/// Every row with something in it. A NUL, which no database keeps, is left out.
fn rows(text: &str, delimiter: u8) -> impl Iterator<Item = Vec<String>> {
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let records = reader.into_records().map_while(Result::ok);
    let cells =
        |record: StringRecord| -> Vec<String> { record.iter().map(|cell| cell.replace('\0', "")).collect() };
    records
        .map(cells)
        .filter(|row| row.iter().any(|cell| !cell.trim().is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
        let file = File::read(Bytes::copy_from_slice(bytes)).unwrap();
        let rows: Vec<_> = file.rows().collect();
        assert_eq!(rows.len(), file.row_count);
        (file.header, rows)
    }

    fn utf16(text: &str) -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn the_same_people_are_read_however_their_program_saved_them() {
        let header = ["Name", "E-mail"];
        let people = [["Ana Núñez", "ana@example.com"], ["Bo", "bo@example.com"]];
        for bytes in [
            "Name,E-mail\nAna Núñez,ana@example.com\nBo,bo@example.com\n"
                .as_bytes()
                .to_vec(),
            "\u{feff}Name;E-mail\r\nAna Núñez;ana@example.com\r\nBo;bo@example.com"
                .as_bytes()
                .to_vec(),
            "Name\tE-mail\rAna Núñez\tana@example.com\rBo\tbo@example.com\r"
                .as_bytes()
                .to_vec(),
            "Name|E-mail\n\n\"Ana Núñez\"|ana@example.com\n|\nBo|bo@example.com"
                .as_bytes()
                .to_vec(),
            b"Name,E-mail\nAna N\xfa\xf1ez,ana@example.com\nBo,bo@example.com\n".to_vec(),
            utf16("Name,E-mail\nAna Núñez,ana@example.com\nBo,bo@example.com\n"),
        ] {
            assert_eq!(
                read(&bytes),
                (
                    header.map(str::to_owned).to_vec(),
                    people.map(|row| row.map(str::to_owned).to_vec()).to_vec()
                ),
                "{}",
                String::from_utf8_lossy(&bytes)
            );
        }
    }

    #[test]
    fn cells_keep_their_quotes_commas_and_lines() {
        let (_, rows) = read(b"Name,Notes\n\"Ruiz, Ana\",\"said \"\"yes\"\"\non Monday\"\nBo\nCy,a,b,c\n");
        assert_eq!(rows[0], ["Ruiz, Ana", "said \"yes\"\non Monday"]);
        assert_eq!((rows[1].len(), rows[2].len()), (1, 4));
    }

    #[test]
    fn a_file_without_a_header_has_its_columns_numbered() {
        let (header, rows) = read(b"Ana,ana@example.com\nBo,bo@example.com\n");
        assert_eq!(header, ["Column 1", "Column 2"]);
        assert_eq!(rows.len(), 2);
        let (header, _) = read(b"Name,,E-mail\nAna,x,ana@example.com\n");
        assert_eq!(header, ["Name", "Column 2", "E-mail"]);
    }

    #[test]
    fn what_is_no_list_of_people_is_refused_in_a_sentence() {
        let refused = |bytes: Vec<u8>| File::read(Bytes::from(bytes)).err().unwrap();
        assert_eq!(refused(Vec::new()), FileError::Empty);
        assert_eq!(refused(b" \n,,\n".to_vec()), FileError::Empty);
        assert_eq!(refused(b"Name,E-mail\n".to_vec()), FileError::NoRows);
        assert_eq!(refused(",".repeat(600).into_bytes()), FileError::Empty);
        assert_eq!(
            refused(format!("{}\nx\n", "a,".repeat(600)).into_bytes()),
            FileError::TooManyColumns
        );
        let rows = "a\n".repeat(MOST_ROWS + 2);
        assert_eq!(refused(rows.into_bytes()), FileError::TooManyRows);
    }
}
