//! `GET /api/listings`, `/api/listings/{id}` and `/api/listings/suggest`.

use axum::{extract::State, response::Response};
use serde::Serialize;
use server::{Failure, Params, Path, etag::Version, json};
use types::listings::{Listing, ListingId};

use super::{Asked, Suggestion};
use crate::{app::App, visitor::Visitor};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    listings: Vec<Listing>,
    total: i64,
    page: u32,
    page_size: u32,
    total_pages: i64,
}

pub(crate) async fn search(
    visitor: Visitor,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let (asked, errors) = Asked::read(&params);
    errors.finish()?;
    let scope = &visitor.site.scope;
    let found = app.listings.search(scope, &asked.search, asked.request()).await?;
    Ok(json::ok(Page {
        total: found.total,
        page: asked.page,
        page_size: asked.page_size,
        total_pages: asked.pages(found.total),
        listings: found.listings,
    }))
}

#[derive(Serialize)]
struct One {
    listing: Listing,
}

pub(crate) async fn find(
    visitor: Visitor,
    State(app): State<App>,
    Path(id): Path<ListingId>,
) -> Result<Response, Failure> {
    let found = app.listings.find(&visitor.site.scope, &id).await?;
    let listing = found.ok_or(Failure::NotFound)?;
    let version = Version::of_content(&listing);
    Ok(version.on(json::ok(One { listing })))
}

#[derive(Serialize)]
struct Suggestions {
    suggestions: Vec<Suggestion>,
}

pub(crate) async fn suggest(
    visitor: Visitor,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let suggestions = match params.filled("q") {
        Some(text) => {
            let text: String = text.chars().take(100).collect();
            app.listings.suggest(&visitor.site.scope, &text).await?
        }
        None => Vec::new(),
    };
    Ok(json::ok(Suggestions { suggestions }))
}
