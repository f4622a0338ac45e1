//! What a bulk edit notes of each record.

use types::{EditOutcome, EditedRecord};

use super::record::{Changed, Record};

/// What an edit makes of a record.
pub(super) trait Noted {
    fn skip(&mut self, why: impl ToString);
    fn apply<R: Record>(
        &mut self,
        record: &R,
        changed: Result<Changed<R>, String>,
        written: &mut Vec<Changed<R>>,
    );
}

impl Noted for EditedRecord {
    fn skip(&mut self, why: impl ToString) {
        self.outcome = EditOutcome::Skipped;
        self.reason = Some(why.to_string());
        (self.before, self.version) = (None, None);
    }

    fn apply<R: Record>(
        &mut self,
        record: &R,
        changed: Result<Changed<R>, String>,
        written: &mut Vec<Changed<R>>,
    ) {
        match changed {
            Ok(changed) if changed.record == *record => {}
            Ok(changed) => {
                self.outcome = EditOutcome::Changed;
                self.before = Some(record.before());
                self.version = Some(record.version() + 1);
                written.push(changed);
            }
            Err(why) => self.skip(why),
        }
    }
}
