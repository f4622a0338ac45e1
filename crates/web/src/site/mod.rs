//! What surrounds every page of a site: whose it is, where one is, what search engines are told.

mod brand;
mod failure;
pub(crate) mod form;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use server::{Assets, Facts, Failure, page::Theme};

pub(crate) use brand::{Brand, Brands};

use crate::{app::App, visitor};

/// The frame round a page. A page's struct has it in the field `frame`.
#[derive(Clone)]
pub(crate) struct Frame {
    pub(crate) brand: Arc<Brand>,
    pub(crate) theme: Theme,
    /// The one address of this page, whatever it was asked for by.
    pub(crate) canonical: String,
    /// Whether search engines may show it.
    pub(crate) is_indexed: bool,
    path: String,
    assets: Assets,
}

impl Frame {
    /// Where a static file is served.
    pub(crate) fn asset(&self, file: &str) -> &str {
        self.assets.url(file)
    }

    /// Whether a link of the navigation leads to this page or to one above it.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        let below = self
            .path
            .strip_prefix(path)
            .is_some_and(|rest| rest.starts_with('/'));
        self.path == path || (path != "/" && below)
    }
}

impl FromRequestParts<App> for Frame {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let (facts, site) = (Facts::of(parts), &visitor::resolved(parts).site);
        let path = parts.uri.path();
        Ok(Self {
            brand: app.brands.of(site).await?,
            theme: Theme::of(&parts.headers),
            canonical: format!("{}{path}", visitor::origin(facts, site)),
            is_indexed: app.in_production,
            path: path.to_owned(),
            assets: app.assets.clone(),
        })
    }
}
