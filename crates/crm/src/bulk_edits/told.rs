//! Who is told that a bulk edit gave leads to somebody else, or back: each once, with how many, and not whoever did it. So
//! are those who have reminders now, because a deletion took the leads by which others saw what they are about.

use db::{
    TenantScope, Tx,
    tenant::{
        bulk_edits::records,
        notices,
        orphans::{self, Among, Occasion},
    },
};
use jiff::Timestamp;
use types::{BulkChange, BulkEdit, BulkEditStatus, EditOutcome, Ids, Notice, NoticeId, PersonId};

/// Tells whoever has the leads now and whoever had them, once the edit is through, or was taken back.
pub(super) async fn tell(
    tx: &mut Tx,
    (scope, ids): (&TenantScope, &dyn Ids),
    edit: &BulkEdit,
    now: Timestamp,
) -> db::Result<()> {
    if edit.change == BulkChange::Delete && !edit.status.is_working() {
        let by = Some(edit.started_by);
        orphans::settle(tx, scope, &Occasion { ids, by, now }, Among::All).await?;
    }
    let BulkChange::AssignedTo(to) = edit.change else {
        return Ok(());
    };
    let by = (edit.started_by, now);
    let told = match edit.status {
        BulkEditStatus::Done => {
            let before = records::holders_before(tx, scope, edit.id, EditOutcome::Changed).await?;
            let given = to.map(|to| (to, edit.counts.changed));
            // By the edit's own id, so that undoing it finds the message that was not written so far.
            let given = notices_of(given, by, || edit.id.uuid().into()).map(Notice::by_mail);
            let taken = notices_of(before, by, || NoticeId::new(ids)).map(Notice::taken);
            given.chain(taken).collect::<Vec<_>>()
        }
        BulkEditStatus::Undone => {
            let before = records::holders_before(tx, scope, edit.id, EditOutcome::PutBack).await?;
            if edit.counts.kept == 0 {
                notices::mail_no_more(tx, scope, edit.id.uuid().into()).await?;
            }
            let taken = to.map(|to| (to, edit.counts.put_back));
            let taken = notices_of(taken, by, || NoticeId::new(ids)).map(Notice::taken);
            let given = notices_of(before, by, || NoticeId::new(ids)).map(Notice::by_mail);
            given.chain(taken).collect()
        }
        BulkEditStatus::Running | BulkEditStatus::Undoing => return Ok(()),
    };
    notices::insert(tx, scope, &told).await
}

/// A notice to each of these of so many leads. Nobody is told of none, or of what they did themselves.
fn notices_of(
    to: impl IntoIterator<Item = (PersonId, i64)>,
    (by, now): (PersonId, Timestamp),
    id: impl Fn() -> NoticeId,
) -> impl Iterator<Item = Notice> {
    let others = to
        .into_iter()
        .filter(move |(person, count)| *person != by && *count > 0);
    others.map(move |of| Notice::of_leads(id(), of, by, now))
}
