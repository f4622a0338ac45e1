//! Imports: contacts from a file, looked at before anything is written, and taken out again when that was wrong.

mod mapping;
mod reading;
mod row;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use mapping::{Target, guess, header_key};
pub use reading::{Delimiter, TableFormat};
pub use row::{RowError, left_out, read, unmet};

use crate::{ImportId, PersonId, text_enum::text_enum};

text_enum! {
    /// How far an import is.
    pub enum ImportStatus {
        /// Its rows are still coming.
        Receiving = "receiving",
        /// Every row is being looked at; nothing is written.
        Checking = "checking",
        /// It says what it would do, and waits.
        Checked = "checked",
        /// Contacts are being written.
        Importing = "importing",
        /// Every row had its effect.
        Done = "done",
        /// Contacts are being taken out again.
        Undoing = "undoing",
        /// What nobody touched since is as it was.
        Undone = "undone",
    }
}

impl ImportStatus {
    /// Whether somebody has to work on it.
    pub const fn is_working(self) -> bool {
        self.once_worked().is_some()
    }

    /// What it is once every row is worked on; none while it waits for somebody.
    pub const fn once_worked(self) -> Option<Self> {
        match self {
            Self::Checking => Some(Self::Checked),
            Self::Importing => Some(Self::Done),
            Self::Undoing => Some(Self::Undone),
            Self::Receiving | Self::Checked | Self::Done | Self::Undone => None,
        }
    }

    /// The word for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Receiving => "Receiving",
            Self::Checking => "Checking",
            Self::Checked => "Ready to import",
            Self::Importing => "Importing",
            Self::Done => "Imported",
            Self::Undoing => "Undoing",
            Self::Undone => "Undone",
        }
    }
}

text_enum! {
    /// What became, or would become, of a row.
    pub enum RowOutcome {
        /// Nobody had its address or number.
        New = "new",
        /// Somebody did, and lacked something it has.
        Updated = "updated",
        /// Somebody did, and lacked nothing.
        Duplicate = "duplicate",
        /// It could not be read; the reason says why.
        Error = "error",
        /// It was taken out again.
        TakenBack = "taken_back",
        /// It stayed when the import was undone: somebody worked with the contact since.
        Kept = "kept",
    }
}

/// How many rows had which outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Contacts nobody had.
    pub new: i64,
    /// Contacts that lacked something.
    pub updated: i64,
    /// Contacts that lacked nothing.
    pub duplicate: i64,
    /// Rows that could not be read.
    pub error: i64,
    /// Rows taken out again.
    pub taken_back: i64,
    /// Rows that stayed when the rest was taken out.
    pub kept: i64,
}

impl ImportCounts {
    /// Counts one more row.
    pub const fn add(&mut self, outcome: RowOutcome) {
        let count = match outcome {
            RowOutcome::New => &mut self.new,
            RowOutcome::Updated => &mut self.updated,
            RowOutcome::Duplicate => &mut self.duplicate,
            RowOutcome::Error => &mut self.error,
            RowOutcome::TakenBack => &mut self.taken_back,
            RowOutcome::Kept => &mut self.kept,
        };
        *count += 1;
    }
}

/// A file of contacts, and how far we are with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Names the import within its tenant.
    pub id: ImportId,
    /// What the file is called.
    pub file_name: String,
    /// How far it is.
    pub status: ImportStatus,
    /// How it was read; none of cards, each line of which says so itself.
    pub format: Option<TableFormat>,
    /// What the columns are called.
    pub header: Vec<String>,
    /// What each column is, in the same order.
    pub mapping: Vec<Target>,
    /// Rows below the header.
    pub row_count: i64,
    /// Rows worked on since the status last changed.
    pub rows_done: i64,
    /// What became of them.
    pub counts: ImportCounts,
    /// Who brought it.
    pub created_by: PersonId,
    /// Who set it to what it does now.
    pub started_by: PersonId,
    /// When.
    pub created_at: Timestamp,
    /// When any of this last changed.
    pub updated_at: Timestamp,
}

impl Import {
    /// The number that a spreadsheet shows beside a row: the one that names the columns is its first.
    pub fn row_in_file(&self, number: i64) -> i64 {
        let has_header = self.format.as_ref().is_some_and(|format| format.has_header);
        number + i64::from(has_header)
    }
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// Which one, from 1, the header not counted.
    pub number: i64,
    /// What stands in its columns.
    pub cells: Vec<String>,
    /// What became of it, once that is known.
    pub fate: Option<RowFate>,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFate {
    /// In a word.
    pub outcome: RowOutcome,
    /// Why, of what could not be read, or what of the row was left out, as sentences.
    pub reason: Option<String>,
    /// The contact it made or met.
    pub contact_id: Option<crate::ContactId>,
    /// What of the contact it filled in.
    pub filled: Vec<String>,
    /// The version it left the contact at.
    pub contact_version: Option<i64>,
}

impl RowFate {
    /// A fate that left no trace on a contact.
    pub fn new(outcome: RowOutcome) -> Self {
        Self {
            outcome,
            reason: None,
            contact_id: None,
            filled: Vec::new(),
            contact_version: None,
        }
    }
}
