//! A row of a file as a person, or why it is none.

use super::Target;
use crate::{
    Email, MOST_TAGS, Phone, Region, Text,
    matching::{Person, Reach, Unmet},
    sources,
};

/// What is wrong with a row, and in which column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{column}: {reason}")]
pub struct RowError {
    /// The column's name in the file; for the row as a whole, the field that is missing.
    pub column: String,
    /// A sentence.
    pub reason: String,
}

/// Reads a row by what its columns are. A row shorter than the header lacks its last cells.
pub fn read(
    (header, mapping): (&[String], &[Target]),
    cells: &[String],
    region: Region,
) -> Result<Person, RowError> {
    let columns = Columns {
        header,
        mapping,
        cells,
    };
    if let Some((column, problem)) = columns.first(Target::Problem) {
        return Err(error(column, problem));
    }
    let email = columns.parsed(Target::Email, |text| text.parse::<Email>())?;
    let phone = columns.parsed(Target::Phone, |text| Phone::parse(text, region))?;
    let name = columns.name()?;
    match (&email, &phone) {
        (None, None) => return Err(error("E-mail", "A contact needs an e-mail or a phone.")),
        // It could never be found again: the same file would make it twice.
        (None, Some(phone)) if phone.e164().is_none() => {
            let (column, _) = columns.first(Target::Phone).unwrap_or(("Phone", ""));
            return Err(error(
                column,
                "Without an e-mail, the phone must be a number people can dial.",
            ));
        }
        _ => {}
    }
    Ok(Person {
        name,
        email,
        phone,
        source: sources::CSV_IMPORT.to_owned(),
        tags: columns.tags()?,
    })
}

/// What is wrong with a row whose person could not be met.
pub fn unmet(columns: (&[String], &[Target]), cells: &[String], why: Unmet) -> RowError {
    let (reach, reason) = match why {
        Unmet::Hidden(reach) => (
            reach,
            "is already used by another contact, whom you do not see. Somebody who sees all leads can import this row.",
        ),
        Unmet::NamedOtherwise => (
            Reach::Phone,
            "is the number of a contact with another name. Give this row an e-mail, and it becomes a contact of its own.",
        ),
    };
    let (column, text) = reached(columns, cells, reach);
    error(column, format!("“{text}” {reason}"))
}

/// What of a row its contact did not take, as sentences; none when it took everything.
pub fn left_out(columns: (&[String], &[Target]), cells: &[String], left_out: &[Reach]) -> Option<String> {
    let sentences = left_out.iter().map(|what| {
        let (column, text) = reached(columns, cells, *what);
        let reason =
            format!("“{text}” was left out: the contact has another one, or another contact has this one.");
        error(column, reason).to_string()
    });
    let sentences: Vec<_> = sentences.collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// The column that a row's address or number stands in, and as much of it as a sentence can hold.
fn reached<'a>(
    (header, mapping): (&'a [String], &'a [Target]),
    cells: &'a [String],
    reach: Reach,
) -> (&'a str, String) {
    let columns = Columns {
        header,
        mapping,
        cells,
    };
    let (target, field) = match reach {
        Reach::Email => (Target::Email, "E-mail"),
        Reach::Phone => (Target::Phone, "Phone"),
    };
    let found = columns.first(target);
    found.map_or((field, String::new()), |(column, text)| (column, shortened(text)))
}

struct Columns<'a> {
    header: &'a [String],
    mapping: &'a [Target],
    cells: &'a [String],
}

impl<'a> Columns<'a> {
    /// The first column of this kind that is filled in: what it is called, and what stands there.
    fn first(&self, target: Target) -> Option<(&'a str, &'a str)> {
        let columns = self.header.iter().zip(self.mapping).zip(self.cells);
        let mut filled = columns
            .filter(|((_, kind), _)| **kind == target)
            .map(|((name, _), cell)| (name.as_str(), cell.trim()));
        filled.find(|(_, cell)| !cell.is_empty())
    }

    fn parsed<T, E: std::fmt::Display>(
        &self,
        target: Target,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, RowError> {
        let Some((column, text)) = self.first(target) else {
            return Ok(None);
        };
        parse(text)
            .map(Some)
            .map_err(|problem| error(column, format!("“{}” {problem}.", shortened(text))))
    }

    fn name(&self) -> Result<Option<String>, RowError> {
        let word = |target| self.first(target).map(|(_, text)| text);
        let whole = word(Target::FullName).map(str::to_owned).or_else(|| {
            let parts = [word(Target::FirstName), word(Target::LastName)];
            let parts: Vec<_> = parts.into_iter().flatten().collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        });
        let Some(whole) = whole else { return Ok(None) };
        Text::<200>::parse(&whole)
            .map(|name| Some(name.into_string()))
            .map_err(|problem| error("Name", format!("The name {problem}.")))
    }

    fn tags(&self) -> Result<Vec<String>, RowError> {
        let Some((column, text)) = self.first(Target::Tags) else {
            return Ok(Vec::new());
        };
        let mut tags: Vec<String> = Vec::new();
        for word in text
            .split([',', ';', '|'])
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            let tag = Text::<50>::parse(word)
                .map_err(|problem| error(column, format!("The tag “{}” {problem}.", shortened(word))))?
                .into_string();
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        if tags.len() > MOST_TAGS {
            return Err(error(column, format!("There are at most {MOST_TAGS} tags.")));
        }
        Ok(tags)
    }
}

fn error(column: &str, reason: impl Into<String>) -> RowError {
    RowError {
        column: column.to_owned(),
        reason: reason.into(),
    }
}

/// As much of a cell as a sentence can hold.
fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let mut short: String = text.chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}
