//! What the columns of a file without a header are: by what stands in its first rows.

use types::{Email, Phone, Region, imports::Target};

/// More words than a name has.
const MOST_WORDS: usize = 5;

/// Whether a cell is an address or a number people can dial, which no column is called by.
pub(super) fn is_reach(cell: &str) -> bool {
    is_email(cell) || is_phone(cell)
}

/// What the columns of these rows are.
pub(super) fn by_content(rows: &[Vec<String>], width: usize) -> Vec<Target> {
    let columns: Vec<_> = (0..width).map(|column| Column::of(rows, column)).collect();
    let mut targets: Vec<_> = columns.iter().map(Column::target).collect();
    let whole = columns
        .iter()
        .position(|column| column.is_name && column.has_several_words);
    let first = columns.iter().position(|column| column.is_name);
    match (whole, first) {
        (Some(whole), _) => targets[whole] = Target::FullName,
        (None, Some(first)) if columns.get(first + 1).is_some_and(|next| next.is_name) => {
            targets[first] = Target::FirstName;
            targets[first + 1] = Target::LastName;
        }
        (None, Some(only)) => targets[only] = Target::FullName,
        (None, None) => {}
    }
    targets
}

/// What most cells of a column are, of those that are filled in.
struct Column {
    is_email: bool,
    is_phone: bool,
    is_name: bool,
    has_several_words: bool,
}

impl Column {
    fn of(rows: &[Vec<String>], column: usize) -> Self {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let cells: Vec<_> = cells
            .map(|cell| cell.trim())
            .filter(|cell| !cell.is_empty())
            .collect();
        let most = |is: fn(&str) -> bool| cells.iter().filter(|cell| is(cell)).count() * 2 > cells.len();
        Self {
            is_email: most(is_email),
            is_phone: most(is_phone),
            is_name: most(is_name),
            has_several_words: most(|cell| cell.split_whitespace().nth(1).is_some()),
        }
    }

    const fn target(&self) -> Target {
        match (self.is_email, self.is_phone) {
            (true, _) => Target::Email,
            (false, true) => Target::Phone,
            (false, false) => Target::Ignore,
        }
    }
}

fn is_email(cell: &str) -> bool {
    cell.trim().parse::<Email>().is_ok()
}

fn is_phone(cell: &str) -> bool {
    Phone::parse(cell.trim(), Region::US).is_ok_and(|phone| phone.e164().is_some())
}

fn is_name(cell: &str) -> bool {
    let is_letter =
        |c: char| c.is_alphabetic() || c.is_whitespace() || matches!(c, '.' | ',' | '-' | '\'' | '’');
    cell.chars().all(is_letter) && cell.split_whitespace().count() <= MOST_WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(rows: &[&[&str]]) -> Vec<Target> {
        let owned = |row: &&[&str]| row.iter().map(ToString::to_string).collect();
        let rows: Vec<Vec<String>> = rows.iter().map(owned).collect();
        by_content(&rows, rows[0].len())
    }

    #[test]
    fn addresses_numbers_and_names_are_known_by_what_they_look_like() {
        use Target::{Email, FirstName, FullName, Ignore, LastName, Phone};
        let rows: &[&[&str]] = &[
            &["17", "ana@example.com", "Ana Ruiz", "(203) 555-0123", "buyer"],
            &["18", "", "Bo Berg", "203-555-0142", ""],
            &["19", "cy@example.com", "Cy", "", "seller"],
        ];
        assert_eq!(guessed(rows), [Ignore, Email, FullName, Phone, Ignore]);
        let apart: &[&[&str]] = &[
            &["Ana", "Ruiz", "ana@example.com"],
            &["Bo", "Berg", "bo@example.com"],
        ];
        assert_eq!(guessed(apart), [FirstName, LastName, Email]);
        let short: &[&[&str]] = &[&["Ana", "ana@example.com", "buyer"]];
        assert_eq!(guessed(short), [FullName, Email, Ignore]);
        let none: &[&[&str]] = &[&["17", "06820"]];
        assert_eq!(guessed(none), [Ignore, Ignore]);
    }
}
