//! A CSV file, record by record. A quote that nobody closes swallows nothing: only its own line is lost, and said to be.
//!
//! By the letter of the format such a quote goes on to the next one, through whatever rows lie between, or to the end of
//! the file. But what it swallows so is seldom a record: it has more or fewer cells than the header, or text right
//! behind its closing quote. Then the quote counts as open, and the lines behind its own are read again.

use csv::StringRecord;
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// The records of a file, from its header on.
#[derive(Debug)]
pub struct Records<'a> {
    rest: &'a str,
    /// What stands between cells.
    delimiter: u8,
    /// Where `rest` begins, from 1.
    line: usize,
    /// The cells of the header, once they are known.
    width: Option<usize>,
    /// Takes records apart. Making one costs more than most records do.
    reader: Reader,
}

/// Lines of a file that belong together.
#[derive(Debug)]
pub struct Record<'a> {
    /// Its lines, as they are in the file.
    pub text: &'a str,
    /// What stands in it; of one with an open quote, as far as its first line goes.
    pub cells: StringRecord,
    /// The line it begins on, from 1.
    pub line: usize,
    /// Whether every quote in it is closed.
    pub is_closed: bool,
}

impl<'a> Records<'a> {
    /// The records of a text whose cells have this ASCII letter between them.
    pub fn of(text: &'a str, delimiter: u8) -> Self {
        Self {
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            rest: text,
            delimiter,
            line: 1,
            width: None,
        }
    }

    /// The records of a text whose header is known to have so many cells.
    pub fn of_width(text: &'a str, delimiter: u8, width: usize) -> Self {
        Self {
            width: Some(width),
            ..Self::of(text, delimiter)
        }
    }

    /// The cells of the first record, which those of the others are counted against.
    pub fn header(&mut self) -> StringRecord {
        let header = self.next().map(|record| record.cells).unwrap_or_default();
        self.width = Some(header.len());
        header
    }

    /// A record taken apart. Nothing in it becomes longer, and no cell ends but at a delimiter or with it.
    fn cells(&mut self, text: &str) -> StringRecord {
        let delimiter = char::from(self.delimiter);
        let mut ends = vec![0; text.matches(delimiter).count() + 1];
        let mut bytes = vec![0; text.len()];
        self.reader.reset();
        let (told, _, written, ended) = self.reader.read_record(text.as_bytes(), &mut bytes, &mut ends);
        let ended = match told {
            ReadRecordResult::Record => ended,
            // It waits for the end of the line, which the last of a file may lack.
            _ => {
                let (_, _, _, more) = self
                    .reader
                    .read_record(&[], &mut bytes[written..], &mut ends[ended..]);
                ended + more
            }
        };
        let mut cells = StringRecord::new();
        let mut start = 0;
        for end in &ends[..ended] {
            cells.push_field(std::str::from_utf8(&bytes[start..*end]).unwrap_or_default());
            start = *end;
        }
        cells
    }

    fn pass(&mut self, length: usize) -> &'a str {
        let (passed, rest) = self.rest.split_at(length);
        self.line += breaks(passed);
        self.rest = rest;
        passed
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let blank = self.rest.len() - self.rest.trim_start_matches(is_break).len();
        self.pass(blank);
        if self.rest.is_empty() {
            return None;
        }
        let closed = end(self.rest, self.delimiter, self.width);
        let first_line = || self.rest.find(is_break).unwrap_or(self.rest.len());
        let length = closed.unwrap_or_else(first_line);
        let line = self.line;
        let text = self.pass(length);
        Some(Record {
            line,
            cells: self.cells(text),
            text,
            is_closed: closed.is_some(),
        })
    }
}

/// Where in a cell a character stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At its beginning, where alone a quote opens.
    Start,
    Plain,
    Quoted,
    /// Behind a quote that closes the cell, or is the first of two that stand for one.
    Closing,
}

/// Where the first record ends; none when a quote in it is open.
///
/// It stops as soon as that is certain, so that a file full of open quotes is not read through for each of them.
fn end(text: &str, delimiter: u8, width: Option<usize>) -> Option<usize> {
    let (mut place, mut cells, mut is_torn, mut has_lines) = (Place::Start, 1, false, false);
    let is_strange = |cells: usize| width.is_some_and(|width| cells != width);
    for (index, byte) in text.bytes().enumerate() {
        place = match (place, byte) {
            (Place::Quoted, b'"') => Place::Closing,
            (Place::Quoted, _) => {
                has_lines |= is_break(byte.into());
                Place::Quoted
            }
            (Place::Start | Place::Closing, b'"') => Place::Quoted,
            (_, b'\n' | b'\r') => {
                let is_closed = !((has_lines || is_torn) && is_strange(cells));
                return is_closed.then_some(index);
            }
            (_, byte) if byte == delimiter => {
                cells += 1;
                Place::Start
            }
            (Place::Closing, _) => {
                is_torn = true;
                Place::Plain
            }
            (Place::Start | Place::Plain, _) => Place::Plain,
        };
        let is_too_wide = width.is_some_and(|width| cells > width);
        if has_lines && (is_torn || is_too_wide) {
            return None;
        }
    }
    let is_open = place == Place::Quoted || ((has_lines || is_torn) && is_strange(cells));
    (!is_open).then_some(text.len())
}

const fn is_break(letter: char) -> bool {
    matches!(letter, '\n' | '\r')
}

/// How many lines end in a text: with a return, a line feed, or both.
fn breaks(text: &str) -> usize {
    let both = text.matches("\r\n").count();
    text.matches(is_break).count() - both
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each record below the header: its line, whether it is closed, and its cells with a bar between.
    fn read(text: &str) -> Vec<(usize, bool, String)> {
        let mut records = Records::of(text, b',');
        records.header();
        let told = records.map(|record| {
            let cells: Vec<_> = record.cells.iter().map(str::to_owned).collect();
            (record.line, record.is_closed, cells.join("|"))
        });
        told.collect()
    }

    fn row(line: usize, cells: &str) -> (usize, bool, String) {
        (line, true, cells.to_owned())
    }

    fn open(line: usize, cells: &str) -> (usize, bool, String) {
        (line, false, cells.to_owned())
    }

    #[test]
    fn a_closed_quote_may_have_commas_quotes_and_lines_in_it() {
        let text = "K,Street,Said\r\n\r\nA,\"1 A St, rear\",\"so\r\nso \"\"so\"\"\r\n\"\r\nB,,\"\"\rC,3 C St\nD,4 \"D\" St,x,y";

        let expected = [
            row(3, "A|1 A St, rear|so\r\nso \"so\"\r\n"),
            row(6, "B||"),
            row(7, "C|3 C St"),
            row(8, "D|4 \"D\" St|x|y"),
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn an_open_quote_swallows_no_other_line() {
        for (after, cells) in [
            ("C,3 C St,x", "C|3 C St|x"),
            ("C,\"3 C St\",x", "C|3 C St|x"),
            ("C,\"3 C St, rear\",x", "C|3 C St, rear|x"),
            ("\"C\",\"3 C St\",\"x\"", "C|3 C St|x"),
            ("C,3 C St,\"x\"", "C|3 C St|x"),
            ("C,3 C St,\"x\ny\"", "C|3 C St|x\ny"),
            ("C,3 C St,6\"", "C|3 C St|6\""),
            ("C,,\"\"", "C||"),
        ] {
            for end in ["", "\n"] {
                let text = format!("K,Street,Said\nA,1 A St,x\nB,\"2 B St,x\n{after}{end}");

                let expected = [row(2, "A|1 A St|x"), open(3, "B|2 B St,x"), row(4, cells)];
                assert_eq!(read(&text), expected, "{after}");
            }
        }
    }

    #[test]
    fn a_line_that_lacks_a_quote_is_not_read_with_its_cells_moved() {
        assert_eq!(
            read("K,Street,Said\n\"A\",\"1 A St,\"x\"\n\"B\",\"2 B St\",\"y\"\n"),
            [open(2, "A|1 A St,x\""), row(3, "B|2 B St|y")]
        );
        assert_eq!(
            read("K,Street\nA,\"1 \"A\" St\"\n"),
            [row(2, "A|1 A\" St\"")],
            "as many cells as there should be"
        );
    }

    #[test]
    fn a_file_full_of_open_quotes_has_a_record_a_line() {
        let lines = 20_000;
        for line in ["x\",y,\"z\n", "\"a,b\"c,\"d\n", "a,\"b\n"] {
            let text = format!("K,Street,Said\n{}", line.repeat(lines));

            let mut records = Records::of(&text, b',');
            records.header();

            assert_eq!(records.count(), lines, "{line}");
        }
    }

    #[test]
    fn whatever_a_file_says_no_text_of_it_is_lost() {
        let letters = ["K", ",", "\"", "\n", "\r"];
        for number in 0..letters.len().pow(6) {
            let digits = std::iter::successors(Some(number), |rest| Some(rest / letters.len()));
            let text: String = digits
                .take(6)
                .map(|digit| letters[digit % letters.len()])
                .collect();
            let text = format!("K,K\n{text}");
            let mut records = Records::of(&text, b',');
            records.header();

            let kept: String = records.map(|record| record.text.replace(is_break, "")).collect();

            assert_eq!(kept, text[4..].replace(is_break, ""), "{text:?}");
        }
    }
}
