//! A file of contacts as people have them: whatever their spreadsheet saved, or the cards of their phone.
//!
//! A table is separated by commas, semicolons, tabs or bars; in UTF-8, UTF-16 or what Windows wrote; lines ended in any
//! way; quotes and line breaks inside cells; rows longer or shorter than their header; with a header or without. Cards
//! become such rows, so that all that is done with rows is done with them.

use axum::body::Bytes;
use csv::{ReaderBuilder, StringRecord};
use server::encoding::{in_utf8, unmarked};
use types::{
    Email,
    imports::{Target, guess},
};

use super::cards;

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
    #[error("There is no vCard in the file: no line of it says BEGIN:VCARD.")]
    NoCards,
    #[error("The file has more than {MOST_COLUMNS} columns.")]
    TooManyColumns,
    #[error("The file has more than {MOST_ROWS} rows. Split it, and import the parts.")]
    TooManyRows,
}

/// What whoever sends a file says it is. Only what is in it decides between a table and cards, but for cards without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
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

/// A file that can be read, row by row.
pub(super) struct File {
    content: Content,
    pub(super) header: Vec<String>,
    pub(super) row_count: usize,
}

enum Content {
    Table {
        /// UTF-8, whatever it was.
        text: Bytes,
        delimiter: u8,
        has_header: bool,
    },
    /// Each of their lines may be in another encoding.
    Cards(Bytes),
}

impl File {
    /// Looks at the whole file once.
    pub(super) fn read(bytes: Bytes, expected: Expected) -> Result<Self, FileError> {
        let bytes = unmarked(bytes);
        let file = match (cards::begin(&bytes), expected) {
            (true, _) => Self::of_cards(bytes),
            (false, Expected::Cards) if bytes.trim_ascii().is_empty() => return Err(FileError::Empty),
            (false, Expected::Cards) if !cards::are_in(&bytes) => return Err(FileError::NoCards),
            (false, Expected::Cards) => Self::of_cards(bytes),
            (false, Expected::Anything) => Self::of_table(in_utf8(bytes))?,
        };
        match () {
            () if file.header.len() > MOST_COLUMNS => Err(FileError::TooManyColumns),
            () if file.row_count == 0 => Err(FileError::NoRows),
            () if file.row_count > MOST_ROWS => Err(FileError::TooManyRows),
            () => Ok(file),
        }
    }

    fn of_cards(bytes: Bytes) -> Self {
        Self {
            header: cards::header(),
            row_count: cards::rows(&bytes).take(MOST_ROWS + 1).count(),
            content: Content::Cards(bytes),
        }
    }

    fn of_table(text: Bytes) -> Result<Self, FileError> {
        let delimiter = delimiter(&text);
        let mut rows = rows(&text, delimiter);
        let first = rows.next().ok_or(FileError::Empty)?;
        let has_header = first.iter().all(|cell| cell.trim().parse::<Email>().is_err());
        let width = first.len();
        let row_count = rows.count() + usize::from(!has_header);
        let header = match has_header {
            true => named(first),
            false => (1..=width).map(|number| format!("Column {number}")).collect(),
        };
        let content = Content::Table {
            text,
            delimiter,
            has_header,
        };
        Ok(Self {
            content,
            header,
            row_count,
        })
    }

    /// The rows below the header.
    pub(super) fn rows(&self) -> Box<dyn Iterator<Item = Vec<String>> + Send + '_> {
        match &self.content {
            Content::Table {
                text,
                delimiter,
                has_header,
            } => Box::new(rows(text, *delimiter).skip(usize::from(*has_header))),
            Content::Cards(bytes) => Box::new(cards::rows(bytes)),
        }
    }

    /// What the columns are as long as nobody says it: of a table what they are called says it.
    pub(super) fn guessed(&self) -> Vec<Target> {
        match self.content {
            Content::Table { .. } => self.header.iter().map(|name| guess(name)).collect(),
            Content::Cards(_) => cards::mapping(),
        }
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

/// What separates cells: what splits the first rows into the same number of cells, as many as possible.
fn delimiter(text: &[u8]) -> u8 {
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
fn rows(text: &[u8], delimiter: u8) -> impl Iterator<Item = Vec<String>> {
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text);
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
        let file = File::read(Bytes::copy_from_slice(bytes), Expected::Anything).unwrap();
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
        let refused = |bytes: Vec<u8>| File::read(Bytes::from(bytes), Expected::Anything).err().unwrap();
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

    #[test]
    fn cards_are_told_from_a_table_by_what_is_in_them() {
        let card = "BEGIN:VCARD\r\nFN:Ana Núñez\r\nEMAIL:ana@example.com\r\nEND:VCARD\r\n";
        let marked = format!("\u{feff}\r\n{card}");
        for bytes in [card.as_bytes(), marked.as_bytes(), &utf16(card)] {
            let (header, rows) = read(bytes);
            assert_eq!((header, rows.len()), (cards::header(), 1));
            assert_eq!((&*rows[0][0], &*rows[0][3]), ("Ana Núñez", "ana@example.com"));
        }
        let (header, _) = read(b"Name,E-mail\nBEGIN:VCARD,x\n");
        assert_eq!(header, ["Name", "E-mail"]);
    }

    #[test]
    fn a_file_that_is_said_to_be_cards_has_some() {
        let read = |text: &str| {
            let file = File::read(Bytes::from(text.to_owned()), Expected::of_name("Phone.VCF"));
            file.map(|file| file.row_count)
        };
        assert_eq!(read(""), Err(FileError::Empty));
        assert_eq!(read(" \r\n"), Err(FileError::Empty));
        assert_eq!(
            read("Name,E-mail\nAna,ana@example.com\n"),
            Err(FileError::NoCards)
        );
        assert_eq!(read("BEGIN:VCALENDAR\nEND:VCALENDAR\n"), Err(FileError::NoCards));
        assert_eq!(read("Sent from my phone\nBEGIN:VCARD\nEND:VCARD\n"), Ok(2));
        assert_eq!(
            read(&"BEGIN:VCARD\n".repeat(MOST_ROWS + 1)),
            Err(FileError::TooManyRows)
        );
        assert_eq!(Expected::of_name("people.csv"), Expected::Anything);
        assert_eq!(Expected::of_name("vcf"), Expected::Anything);
    }
}
