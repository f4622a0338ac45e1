//! Beginning a bulk edit, and taking it back.

use db::{
    TenantScope, Tx,
    tenant::{bulk_edits, contacts, leads},
};
use server::{Failure, FieldErrors};
use types::{BulkChange, BulkEdit, BulkEditId, BulkEditStatus, EditCounts, EditSubject, Meant, Unfit};

use super::{wish::Wish, work::work};
use crate::{app::App, contacts::filter_of_query, hands, leads::filter, member::Writer};

/// An edit of so many records is worked on while whoever began it waits; a longer one behind their back.
const SHORT: i64 = 500;

/// How many records are meant now.
///
/// # Errors
///
/// Invalid, for a list that nobody could see, and when there is none.
pub(super) async fn some(
    tx: &mut Tx,
    scope: &TenantScope,
    (subject, meant): (EditSubject, &Meant),
) -> Result<i64, Failure> {
    let count = match (subject, meant) {
        (EditSubject::Leads, Meant::Named(ids)) => {
            let ids: Vec<_> = ids.iter().copied().map(Into::into).collect();
            leads::count_named(tx, scope, &ids).await?
        }
        (EditSubject::Leads, Meant::Listed(query)) => {
            leads::count(tx, scope, &filter::of_query(query)?).await?
        }
        (EditSubject::Contacts, Meant::Named(ids)) => {
            let ids: Vec<_> = ids.iter().copied().map(Into::into).collect();
            contacts::find_all(tx, scope, &ids).await?.len() as i64
        }
        (EditSubject::Contacts, Meant::Listed(query)) => {
            contacts::count(tx, scope, &filter_of_query(query)?).await?
        }
    };
    if count == 0 {
        let one = subject.one();
        let sentence = format!("No {one} matches any more.");
        return Err(Failure::invalid(format!("/{one}"), "none", sentence));
    }
    Ok(count)
}

/// Checks a wish, and begins it.
///
/// # Errors
///
/// Invalid, when no record is meant, such records have nothing of the kind, or the leads' new owner is no member.
pub(super) async fn begin(app: &App, writer: &Writer, wish: Wish) -> Result<BulkEdit, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let record_count = check(&mut tx, scope, &wish).await?;
    let edit = BulkEdit {
        id: BulkEditId::new(&*app.ids),
        change: wish.change,
        subject: wish.subject,
        meant: wish.meant,
        record_count,
        records_done: 0,
        last: None,
        counts: EditCounts::default(),
        status: BulkEditStatus::Running,
        created_by: writer.0.person_id(),
        started_by: writer.0.person_id(),
        created_at: now,
        updated_at: now,
        forget_at: None,
    };
    bulk_edits::insert(&mut tx, scope, &edit).await?;
    tx.commit().await?;
    set_to_work(app, scope, &edit).await
}

/// The same, without beginning: how many records would be meant.
///
/// # Errors
///
/// As those of [`begin`].
pub(super) async fn try_out(app: &App, writer: &Writer, wish: &Wish) -> Result<i64, Failure> {
    let mut tx = app.db.write(&writer.0.scope).await?;
    check(&mut tx, &writer.0.scope, wish).await
}

async fn check(tx: &mut Tx, scope: &TenantScope, wish: &Wish) -> Result<i64, Failure> {
    if !wish.change.fits(wish.subject) {
        let sentence = Unfit::NotOfContacts.to_string();
        return Err(Failure::invalid("/what", "unfit", sentence));
    }
    if let BulkChange::AssignedTo(Some(person_id)) = &wish.change {
        hands::find(tx, scope, *person_id).await?;
    }
    some(tx, scope, (wish.subject, &wish.meant)).await
}

/// Finds an edit, if it is about such records; any, if none are named.
///
/// # Errors
///
/// Not found, also for another tenant's.
pub(super) async fn find(
    app: &App,
    scope: &TenantScope,
    (subject, id): (Option<EditSubject>, BulkEditId),
) -> Result<BulkEdit, Failure> {
    let mut tx = app.db.read(scope).await?;
    let found = bulk_edits::find(&mut tx, scope, id).await?;
    found
        .filter(|edit| subject.is_none_or(|subject| edit.subject == subject))
        .ok_or(Failure::NotFound)
}

/// Puts back what nobody touched since.
///
/// # Errors
///
/// Not found; a conflict, when it goes on or is taken back already.
pub(super) async fn undo(
    app: &App,
    writer: &Writer,
    (subject, id): (Option<EditSubject>, BulkEditId),
) -> Result<BulkEdit, Failure> {
    let scope = &writer.0.scope;
    let mut tx = app.db.write(scope).await?;
    let found = bulk_edits::find(&mut tx, scope, id).await?;
    let mut edit = found
        .filter(|edit| subject.is_none_or(|subject| edit.subject == subject))
        .ok_or(Failure::NotFound)?;
    edit.started_by = writer.0.person_id();
    let now = tx.time().await?;
    if !bulk_edits::undo(&mut tx, scope, &edit, now).await? {
        let sentence = match (&edit.change, edit.status) {
            (BulkChange::Delete, BulkEditStatus::Done) => {
                "What was deleted can be put back for ten minutes, and they are over.".to_owned()
            }
            (_, status) => format!("This edit is “{}”: it cannot be undone now.", status.label()),
        };
        return Err(Failure::conflict("not_now", sentence));
    }
    tx.commit().await?;
    set_to_work(app, scope, &edit).await
}

async fn set_to_work(app: &App, scope: &TenantScope, edit: &BulkEdit) -> Result<BulkEdit, Failure> {
    if edit.record_count <= SHORT {
        work(app, scope, edit.id).await?;
    } else {
        app.long_work.notify_one();
    }
    find(app, scope, (None, edit.id)).await
}

/// What a form is told that names a list nobody knows, or nothing.
pub(super) fn told(failure: Failure) -> Result<FieldErrors, Failure> {
    match failure {
        Failure::Invalid(errors) => Ok(errors),
        other => Err(other),
    }
}
