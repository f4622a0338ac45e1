//! `/api/views`: the list, new ones, changes, and taking one away.

use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::views::{self, ViewFilter};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use server::{
    Facts, Failure, FieldErrors, Fields, Params, Path, Submitted,
    etag::{IfMatch, Version},
    json as answer,
};
use types::{ListKind, PersonId, SavedView, Text, ViewChange, ViewId};

use super::keep;
use crate::{
    app::App,
    leads,
    listing::Listing,
    member::{Member, Writer},
};

/// A view as the API tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ViewOut {
    id: ViewId,
    list: ListKind,
    name: String,
    query: String,
    owner_id: PersonId,
    is_shared: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<SavedView> for ViewOut {
    fn from(view: SavedView) -> Self {
        Self {
            id: view.id,
            list: view.list,
            name: view.name,
            query: view.query,
            owner_id: view.owner_id,
            is_shared: view.is_shared,
            created_at: view.created_at,
            updated_at: view.updated_at,
        }
    }
}

/// Lists one's own views and the shared ones, oldest first.
pub(crate) async fn list(
    member: Member,
    State(app): State<App>,
    facts: Facts,
    params: Params,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    let list = params.one_of("list", &mut errors);
    errors.finish()?;
    let listing = Listing::new(("views", "createdAt"), member.scope.tenant_id(), &facts);
    let filter = ViewFilter {
        seen_by: member.person_id(),
        list,
        after: listing.after(&params)?,
    };
    let mut tx = app.db.read(&member.scope).await?;
    let page = views::list(&mut tx, &member.scope, &filter, params.page()).await?;
    let total = match params.wants_count() {
        true => Some(views::count(&mut tx, &member.scope, &filter).await?),
        false => None,
    };
    let place = |view: &SavedView| (view.created_at, view.id);
    Ok(answer::ok(listing.answer::<_, _, ViewOut>(page, total, place)))
}

/// Saves a view.
pub(crate) async fn create(
    writer: Writer,
    State(app): State<App>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let name = fields.required::<Text<100>>("name");
    let list = fields.optional("list").unwrap_or(ListKind::Leads);
    let query = query(&mut fields);
    if let (ListKind::Leads, Some(query)) = (list, &query)
        && let wrong = leads::list::wrong_in(query)
        && !wrong.is_empty()
    {
        let sentence = format!(
            "query says of {} what no list of leads can show.",
            wrong.join(", ")
        );
        fields.refuse("query", "unknown", sentence);
    }
    let is_shared = fields.optional("isShared").unwrap_or(false);
    fields.finish()?;
    let name = name.expect("a required field that is missing was refused");
    let named = (list, name.into_string());
    let view = keep::add(&app, &writer, named, (&query.unwrap_or_default(), is_shared)).await?;
    Ok(one(&writer, view, StatusCode::CREATED))
}

/// Changes what the body mentions.
pub(crate) async fn update(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<ViewId>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let wanted = ViewChange {
        name: fields.optional::<Text<100>>("name").map(Text::into_string),
        query: query(&mut fields).map(|query| query.query_with("", None)),
        is_shared: fields.optional("isShared"),
    };
    fields.finish()?;
    if wanted == ViewChange::default() {
        return Err(Failure::invalid(
            "",
            "nothing_to_change",
            "The body names nothing to change.",
        ));
    }
    let changed = keep::change(&app, &writer, id, &seen, wanted).await?;
    Ok(one(&writer, changed, StatusCode::OK))
}

/// Takes a view away.
pub(crate) async fn delete(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<ViewId>,
    seen: IfMatch,
) -> Result<Response, Failure> {
    keep::remove(&app, &writer, id, &seen).await?;
    Ok(answer::ok(json!({ "tenantId": writer.0.scope.tenant_id() })))
}

/// The query of a list's address, with or without its question mark.
fn query(fields: &mut Fields) -> Option<Submitted> {
    let query = fields.optional::<String>("query")?;
    let read = Submitted::of_query(query.trim_start_matches('?')).ok();
    let read = read.filter(|_| query.len() <= 2_000);
    if read.is_none() {
        let sentence = "query must be the query of a list's address, at most 2,000 characters.";
        fields.refuse("query", "invalid", sentence);
    }
    read
}

fn one(writer: &Writer, view: SavedView, status: StatusCode) -> Response {
    let version = Version::of(view.version);
    let view = json!({ "tenantId": writer.0.scope.tenant_id(), "view": ViewOut::from(view) });
    version.on(answer::ok_with(status, view))
}
