//! Saving views, changing them and taking them away.

use db::{Tx, tenant::views};
use server::{
    Failure, Submitted,
    etag::{IfMatch, Version},
};
use types::{ListKind, Role, SavedView, ViewChange, ViewId};

use super::what_is_left;
use crate::{
    app::App,
    member::{Member, Writer},
};

/// Saves a view.
///
/// # Errors
///
/// When it cannot be stored.
pub(super) async fn add(
    app: &App,
    writer: &Writer,
    (list, name): (ListKind, String),
    (query, is_shared): (&Submitted, bool),
) -> Result<SavedView, Failure> {
    let now = app.clock.now();
    let view = SavedView {
        id: ViewId::new(&*app.ids),
        list,
        name,
        query: kept(list, query),
        owner_id: writer.0.person_id(),
        is_shared,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let mut tx = app.db.write(&writer.0.scope).await?;
    views::insert(&mut tx, &writer.0.scope, &view).await?;
    tx.commit().await?;
    Ok(view)
}

/// Of a query, what makes the list look so: not the page somebody was on.
pub(super) fn kept(list: ListKind, query: &Submitted) -> String {
    what_is_left(list, query).0.query_with("", None)
}

/// Finds a view that the member sees.
///
/// # Errors
///
/// Not found, for one that is absent, another tenant's, or another member's own.
pub(super) async fn find(tx: &mut Tx, member: &Member, id: ViewId) -> Result<SavedView, Failure> {
    views::find(tx, &member.scope, id)
        .await?
        .filter(|view| view.is_seen_by(member.person_id()))
        .ok_or(Failure::NotFound)
}

/// Changes a view that is still what the caller saw.
///
/// # Errors
///
/// Not found, stale, or forbidden for what is shared by somebody else.
pub(super) async fn change(
    app: &App,
    writer: &Writer,
    id: ViewId,
    seen: &IfMatch,
    change: ViewChange,
) -> Result<SavedView, Failure> {
    let mut tx = app.db.write(&writer.0.scope).await?;
    let mut view = find(&mut tx, &writer.0, id).await?;
    check_owner(&writer.0, &view)?;
    seen.allows(Version::of(view.version))?;
    if !view.apply(change, app.clock.now()) {
        return Ok(view);
    }
    if !views::update(&mut tx, &writer.0.scope, &view).await? {
        return Err(Failure::Stale);
    }
    tx.commit().await?;
    view.version += 1;
    Ok(view)
}

/// Opens its list with a view for whoever asks: for nobody else.
///
/// # Errors
///
/// Not found.
pub(super) async fn make_usual(app: &App, writer: &Writer, id: ViewId) -> Result<SavedView, Failure> {
    let (scope, me) = (&writer.0.scope, writer.0.person_id());
    let mut tx = app.db.write(scope).await?;
    let view = find(&mut tx, &writer.0, id).await?;
    views::set_default(&mut tx, scope, me, &view).await?;
    tx.commit().await?;
    Ok(view)
}

/// Opens its list with everything again for whoever asks.
///
/// # Errors
///
/// Not found.
pub(super) async fn make_unusual(app: &App, writer: &Writer, id: ViewId) -> Result<SavedView, Failure> {
    let (scope, me) = (&writer.0.scope, writer.0.person_id());
    let mut tx = app.db.write(scope).await?;
    let view = find(&mut tx, &writer.0, id).await?;
    views::unset_default(&mut tx, scope, (me, id)).await?;
    tx.commit().await?;
    Ok(view)
}

/// Takes a view away.
///
/// # Errors
///
/// Not found, stale, or forbidden for what is shared by somebody else.
pub(super) async fn remove(
    app: &App,
    writer: &Writer,
    id: ViewId,
    seen: &IfMatch,
) -> Result<SavedView, Failure> {
    let mut tx = app.db.write(&writer.0.scope).await?;
    let view = find(&mut tx, &writer.0, id).await?;
    check_owner(&writer.0, &view)?;
    seen.allows(Version::of(view.version))?;
    views::delete(&mut tx, &writer.0.scope, id).await?;
    tx.commit().await?;
    Ok(view)
}

fn check_owner(member: &Member, view: &SavedView) -> Result<(), Failure> {
    if view.owner_id == member.person_id() || member.person.role == Role::Owner {
        return Ok(());
    }
    Err(Failure::forbidden(
        "This view belongs to somebody else. Save one of your own, or ask them.",
    ))
}
