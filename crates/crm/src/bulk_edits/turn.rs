//! The turn that records have under a bulk edit, and what comes of it.

use std::collections::HashMap;

use jiff::Timestamp;
use types::{EditOutcome, EditedRecord};
use uuid::Uuid;

use super::record::{Changed, Record};

/// The records whose turn it is, and those of them that are there.
pub(super) struct Turn<R> {
    /// In their order.
    pub(super) ids: Vec<Uuid>,
    pub(super) there: HashMap<Uuid, R>,
    /// What was noted of each before, when an edit is taken back.
    pub(super) noted: Vec<EditedRecord>,
    pub(super) is_last: bool,
}

/// What a step writes.
pub(super) struct Outcome<R> {
    pub(super) noted: Vec<EditedRecord>,
    pub(super) written: Vec<Changed<R>>,
}

/// Takes back what an edit made of records, unless somebody touched them since.
pub(super) fn put_back<R: Record>(mut turn: Turn<R>, now: Timestamp) -> Outcome<R> {
    let mut outcome = Outcome::default();
    let changed = turn.noted.into_iter();
    for mut noted in changed.filter(|record| record.outcome == EditOutcome::Changed) {
        let record = turn.there.remove(&noted.record_id);
        let untouched = record.filter(|record| Some(record.version()) == noted.version);
        noted.outcome = EditOutcome::Kept;
        let again = untouched.zip(noted.before.as_ref());
        if let Some(Ok(again)) = again.map(|(record, before)| record.put_back(before, now)) {
            outcome.written.push(again);
            noted.outcome = EditOutcome::PutBack;
        }
        outcome.noted.push(noted);
    }
    outcome
}

impl<R: Record> Turn<R> {
    pub(super) fn of(ids: Vec<Uuid>, there: Vec<R>, is_last: bool) -> Self {
        Self {
            ids,
            there: there.into_iter().map(|record| (record.id(), record)).collect(),
            noted: Vec::new(),
            is_last,
        }
    }
}

impl<R> Default for Outcome<R> {
    fn default() -> Self {
        Self {
            noted: Vec::new(),
            written: Vec::new(),
        }
    }
}
