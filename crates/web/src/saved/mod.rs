//! Homes and searches that visitors keep: `/saved-homes` and `/saved-searches`.
//!
//! Whoever is not signed in keeps homes in a cookie of this site, so that the button works at once and without a
//! script; signing in takes them along to the account. A search that they want to keep is kept once they have signed in.

mod carried;
pub(crate) mod full;
mod homes;
mod keeping;
mod pending;
mod reading;
mod searches;
#[cfg(test)]
mod tests;
mod told;

use std::collections::HashSet;

use axum::{extract::FromRequestParts, http::request::Parts};
use db::TenantScope;
use serde::Serialize;
use server::Failure;
use types::{SavedSearch, listings::ListingId};

pub(crate) use carried::Carried;
pub(crate) use homes::{change as change_home, page as homes_page};
pub(crate) use keeping::keep_search;
pub(crate) use pending::Pending;
pub(crate) use reading::{asked_by, read_homes, read_searches};
pub(crate) use searches::{change as change_search, page as searches_page};

use crate::{account::Perhaps, app::App, visitor};

/// The homes that whoever asks keeps.
pub(crate) struct SavedHomes(HashSet<ListingId>);

impl SavedHomes {
    pub(crate) fn has(&self, id: &ListingId) -> bool {
        self.0.contains(id)
    }
}

impl FromRequestParts<App> for SavedHomes {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let Perhaps(account) = Perhaps::from_request_parts(parts, app).await?;
        let Some(account) = account else {
            return Ok(Self(carried::homes_in(&parts.headers).into_iter().collect()));
        };
        let scope = &visitor::resolved(parts).site.scope;
        let mut tx = app.db.read(scope).await?;
        let homes = db::tenant::saved::homes(&mut tx, scope, account.id).await?;
        Ok(Self(homes.into_iter().collect()))
    }
}

/// Those of the homes that are on the site: nothing else is kept, whatever a form or a cookie says.
pub(crate) async fn known(
    app: &App,
    scope: &TenantScope,
    homes: &[ListingId],
) -> anyhow::Result<Vec<ListingId>> {
    let found = app.listings.several(scope, homes).await?;
    Ok(found.into_iter().map(|listing| listing.id).collect())
}

/// A search as programs read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kept {
    id: String,
    name: String,
    query: String,
    /// The page that runs it.
    url: String,
    alerts: bool,
    created_at: jiff::Timestamp,
}

impl Kept {
    pub(crate) fn of(search: SavedSearch) -> Self {
        Self {
            id: search.id.to_string(),
            url: format!("/home-search?{}", search.query),
            name: search.name,
            query: search.query,
            alerts: search.alerts,
            created_at: search.created_at,
        }
    }
}
