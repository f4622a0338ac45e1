//! How far a bulk edit is, and what became of its records, in numbers.

use server::page::thousands;
use types::{BulkChange, BulkEdit, BulkEditStatus, EditSubject};

use super::trace;

/// The part of the page that changes by itself.
pub(super) struct Progress {
    pub(super) href: String,
    pub(super) subject: EditSubject,
    pub(super) status: &'static str,
    pub(super) tone: &'static str,
    pub(super) is_working: bool,
    pub(super) records_done: i64,
    pub(super) record_count: i64,
    pub(super) done: String,
    pub(super) counts: Vec<(&'static str, String)>,
}

impl Progress {
    pub(super) fn of(edit: &BulkEdit) -> Self {
        let counts = edit.counts;
        let (changed, kept) = match edit.change {
            BulkChange::Delete => ("Deleted", "Not put back"),
            _ => ("Changed", "Kept, changed since"),
        };
        let changing = [
            (changed, counts.changed),
            ("Were so already", counts.same),
            ("Left alone", counts.skipped),
        ];
        let undoing = [("Put back", counts.put_back), (kept, counts.kept)];
        let shown = match edit.status {
            BulkEditStatus::Running | BulkEditStatus::Done => &changing[..],
            BulkEditStatus::Undoing | BulkEditStatus::Undone => &undoing[..],
        };
        let record_count = edit.record_count.max(edit.records_done);
        let all = trace::records(edit.subject, record_count);
        Self {
            href: format!("/bulk-edits/{}/progress", edit.id),
            subject: edit.subject,
            status: status(edit),
            tone: tone(edit.status),
            is_working: edit.status.is_working(),
            records_done: edit.records_done,
            record_count,
            done: format!("{} of {all}", thousands(edit.records_done)),
            counts: shown
                .iter()
                .map(|(label, count)| (*label, thousands(*count)))
                .collect(),
        }
    }
}

/// How far it is, in the word for what it does.
pub(super) fn status(edit: &BulkEdit) -> &'static str {
    match (&edit.change, edit.status) {
        (BulkChange::Delete, BulkEditStatus::Running) => "Deleting",
        (BulkChange::Delete, BulkEditStatus::Done) => "Deleted",
        (_, status) => status.label(),
    }
}

pub(super) const fn tone(status: BulkEditStatus) -> &'static str {
    match status {
        BulkEditStatus::Done => "badge-success",
        BulkEditStatus::Running | BulkEditStatus::Undoing => "badge-warning",
        BulkEditStatus::Undone => "",
    }
}
