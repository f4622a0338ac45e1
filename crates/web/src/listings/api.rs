//! `GET /api/listings`, `/api/listings/{id}` and `/api/listings/suggest`.

use axum::{extract::State, response::Response};
use db::{TenantScope, tenant::documents};
use serde::Serialize;
use server::{Failure, Params, Path, etag::Version, json};
use types::{
    PageRequest, Slug,
    content::{Document, Neighborhood, Town},
    listings::{Listing, ListingId, ListingSearch},
};

use super::{Asked, Suggestion};
use crate::{app::App, visitor::Visitor};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    /// The home that the address names, whatever the search finds.
    #[serde(skip_serializing_if = "Option::is_none")]
    chosen: Option<Listing>,
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
    let (asked, mut errors) = Asked::read(&params);
    let scope = &visitor.site.scope;
    for (parameter, place) in unknown_places(&app, scope, &asked.search).await? {
        errors.add(parameter, "unknown", format!("There is no {place} here."));
    }
    let chosen = super::chosen(&app, scope, &params, &mut errors).await?;
    errors.finish()?;
    let found = app.listings.search(scope, &asked.search, asked.request()).await?;
    Ok(json::ok(Page {
        chosen,
        total: found.total,
        page: asked.page,
        page_size: asked.page_size,
        total_pages: asked.pages(found.total),
        listings: found.listings,
    }))
}

/// The places where no home is and that are not described either, each with the parameter that names it.
async fn unknown_places(
    app: &App,
    scope: &TenantScope,
    search: &ListingSearch,
) -> anyhow::Result<Vec<(&'static str, Slug)>> {
    let mut unknown = Vec::new();
    for town in &search.towns {
        let there = ListingSearch {
            towns: vec![town.clone()],
            ..ListingSearch::default()
        };
        if !is_place::<Town>(app, scope, town, &there).await? {
            unknown.push(("towns", town.clone()));
        }
    }
    for part in &search.neighborhoods {
        let there = ListingSearch {
            neighborhoods: vec![part.clone()],
            ..ListingSearch::default()
        };
        if !is_place::<Neighborhood>(app, scope, part, &there).await? {
            unknown.push(("neighborhoods", part.clone()));
        }
    }
    Ok(unknown)
}

async fn is_place<T: Document>(
    app: &App,
    scope: &TenantScope,
    place: &Slug,
    there: &ListingSearch,
) -> anyhow::Result<bool> {
    let homes = app.listings.some(scope, there, PageRequest::new(1, 0)).await?;
    if !homes.is_empty() {
        return Ok(true);
    }
    let mut tx = app.db.read(scope).await?;
    Ok(documents::any_called::<T>(&mut tx, scope, place).await?)
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
