//! What a bulk edit is called, and what the timeline of the workspace says of it: one entry, however many leads it was.
//! Each of them has its own line besides.

use jiff::Timestamp;
use server::page::thousands;
use types::{Activity, ActivityId, BulkChange, BulkEdit, BulkEditStatus, EditSubject, Ids, Member, PersonId};

/// Who changed how many and how, or put them back.
pub(super) fn activity(ids: &dyn Ids, edit: &BulkEdit, now: Timestamp) -> Activity {
    Activity::of_workspace(
        ActivityId::new(ids),
        Some(edit.started_by),
        (summary(edit), serde_json::json!({ "bulkEditId": edit.id })),
        now,
    )
}

fn summary(edit: &BulkEdit) -> String {
    let what = name(&edit.change, &[]);
    match edit.status {
        BulkEditStatus::Undoing | BulkEditStatus::Undone => format!(
            "Undid “{what}”: {} put back, {} kept",
            records(edit.subject, edit.counts.put_back),
            thousands(edit.counts.kept)
        ),
        BulkEditStatus::Running | BulkEditStatus::Done if edit.change == BulkChange::Delete => {
            format!("{what}: {} deleted", records(edit.subject, edit.counts.changed))
        }
        BulkEditStatus::Running | BulkEditStatus::Done => {
            format!("{what}: {} changed", records(edit.subject, edit.counts.changed))
        }
    }
}

/// `1 lead`, `1,200 contacts`.
pub(super) fn records(subject: EditSubject, count: i64) -> String {
    match count {
        1 => format!("1 {}", subject.one()),
        count => format!("{} {subject}", thousands(count)),
    }
}

/// What an edit does, as a heading. Whoever is no member of these is somebody.
pub(super) fn name(change: &BulkChange, members: &[Member]) -> String {
    let who = |id: PersonId| {
        let member = members.iter().find(|member| member.person_id == id);
        member.map_or("a member", |member| &member.name).to_owned()
    };
    match change {
        BulkChange::Status { to, reason: None } => format!("Status to {}", to.label()),
        BulkChange::Status {
            to,
            reason: Some(reason),
        } => format!("Status to {} ({})", to.label(), reason.label().to_lowercase()),
        BulkChange::AssignedTo(Some(person_id)) => format!("Assign to {}", who(*person_id)),
        BulkChange::AssignedTo(None) => "Assign to nobody".to_owned(),
        BulkChange::AddTag(tag) => format!("Add the tag “{tag}”"),
        BulkChange::RemoveTag(tag) => format!("Remove the tag “{tag}”"),
        BulkChange::Delete => "Delete".to_owned(),
    }
}
