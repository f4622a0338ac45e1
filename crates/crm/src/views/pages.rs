//! `/views`: saving the list one looks at, opening a saved one, sharing it, taking it away.

use axum::{extract::State, response::Response};
use server::{Failure, Flash, Form, Path, Submitted, etag::IfMatch, page};
use types::{ListKind, SavedView, Text, ViewChange, ViewId};

use super::{keep, path_of, what_is_left};
use crate::{app::App, dialog::OPEN, member::Writer, workspace::Workspace};

/// Saves the list as it is, and leads back to it.
pub(crate) async fn create(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let list = typed.get("list").parse().unwrap_or(ListKind::Leads);
    let query = Submitted::of_query(typed.get("query"))?;
    let Ok(name) = Text::<100>::parse(typed.get("name")) else {
        let (left, _) = what_is_left(list, &query);
        let back = page::see_other(&address(list, &left.query_with(OPEN, Some("view"))));
        let told = "A view needs a name of at most 100 characters.";
        return Ok(Flash::danger(told).on(back, &workspace.facts));
    };
    let named = (list, name.into_string());
    let view = keep::add(&app, &writer, named, (&query, typed.ticked("shared"))).await?;
    let told = format!("View “{}” saved.", view.name);
    let (kept, _) = what_is_left(list, &query);
    let back = page::see_other(&address(
        list,
        &kept.query_with("view", Some(&view.id.to_string())),
    ));
    Ok(Flash::success(told).on(back, &workspace.facts))
}

/// Opens a view: leads to its list, whose address is the whole state.
pub(crate) async fn show(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ViewId>,
) -> Result<Response, Failure> {
    let mut tx = app.db.read(&workspace.member.scope).await?;
    let view = keep::find(&mut tx, &workspace.member, id).await?;
    opened(&workspace, &view)
}

/// The way to a view's list. Whatever of it is gone is told.
pub(crate) fn opened(workspace: &Workspace, view: &SavedView) -> Result<Response, Failure> {
    let (left, gone) = what_is_left(view.list, &Submitted::of_query(&view.query)?);
    let there = page::see_other(&address(
        view.list,
        &left.query_with("view", Some(&view.id.to_string())),
    ));
    if gone == 0 {
        return Ok(there);
    }
    let told = "Part of this view no longer exists. It shows what is left; save it again to keep it so.";
    Ok(Flash::info(told).on(there, &workspace.facts))
}

/// What the buttons beside a view do: share it, keep it to oneself, open the list with it or with all, take it away.
/// The list it showed stays.
pub(crate) async fn change(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ViewId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let seen = IfMatch::default();
    let share = async |is_shared| {
        let change = ViewChange {
            is_shared: Some(is_shared),
            ..ViewChange::default()
        };
        keep::change(&app, &writer, id, &seen, change).await
    };
    let (view, told) = match typed.get("action") {
        "share" => (share(true).await?, "is everybody's now"),
        "unshare" => (share(false).await?, "is yours alone now"),
        "usual" => (
            keep::make_usual(&app, &writer, id).await?,
            "is what this list opens with now",
        ),
        "not-usual" => (
            keep::make_unusual(&app, &writer, id).await?,
            "is no longer what this list opens with",
        ),
        "delete" => (keep::remove(&app, &writer, id, &seen).await?, "is deleted"),
        _ => {
            return Err(Failure::invalid(
                "/action",
                "unknown",
                "action must be share, unshare, usual, not-usual or delete.",
            ));
        }
    };
    let told = format!("View “{}” {told}.", view.name);
    let there = match typed.get("action") {
        "delete" => path_of(view.list).to_owned(),
        _ => format!("/views/{id}"),
    };
    let back = page::see_other(&there);
    Ok(Flash::success(told).on(back, &workspace.facts))
}

fn address(list: ListKind, query: &str) -> String {
    match (path_of(list), query) {
        (path, "") => path.to_owned(),
        (path, query) => format!("{path}?{query}"),
    }
}
