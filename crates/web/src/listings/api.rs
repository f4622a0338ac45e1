//! `GET /api/listings`, `/api/listings/{id}` and `/api/listings/suggest`.

use axum::{extract::State, response::Response};
use db::{TenantScope, tenant::documents};
use serde::Serialize;
use server::{Failure, Params, Path, etag::Version, json};
use types::{
    Slug,
    content::{Neighborhood, Town},
    listings::{Listing, ListingId, ListingSearch},
};

use super::{Asked, Suggestion};
use crate::{app::App, visitor::Visitor};

/// Unknown places that are looked for and named: whoever asks for more of them has the wrong site.
const MOST_UNKNOWN: usize = 20;

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

/// The first places where no home is and that are not described either, each with the parameter that names it.
async fn unknown_places(
    app: &App,
    scope: &TenantScope,
    search: &ListingSearch,
) -> anyhow::Result<Vec<(&'static str, Slug)>> {
    let mut unknown = Vec::new();
    if search.towns.is_empty() && search.neighborhoods.is_empty() {
        return Ok(unknown);
    }
    for (parameter, place, there) in undescribed_places(app, scope, search).await? {
        // Counted, which memory does or an index of towns. To look for one home would walk all of them to find none.
        if app.listings.count(scope, &there).await? == 0 {
            unknown.push((parameter, place));
        }
        if unknown.len() == MOST_UNKNOWN {
            break;
        }
    }
    Ok(unknown)
}

/// The places that are not described on the site, each with the search for its homes.
async fn undescribed_places(
    app: &App,
    scope: &TenantScope,
    search: &ListingSearch,
) -> db::Result<Vec<(&'static str, Slug, ListingSearch)>> {
    let mut undescribed = Vec::new();
    let mut tx = app.db.read(scope).await?;
    for town in &search.towns {
        if !documents::any_called::<Town>(&mut tx, scope, town).await? {
            let there = ListingSearch {
                towns: vec![town.clone()],
                ..ListingSearch::default()
            };
            undescribed.push(("towns", town.clone(), there));
        }
    }
    for part in &search.neighborhoods {
        if !documents::any_called::<Neighborhood>(&mut tx, scope, part).await? {
            let there = ListingSearch {
                neighborhoods: vec![part.clone()],
                ..ListingSearch::default()
            };
            undescribed.push(("neighborhoods", part.clone(), there));
        }
    }
    Ok(undescribed)
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
