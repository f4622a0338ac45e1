//! What `layout/base.html` needs of every request, whatever the page.

use std::convert::Infallible;

use axum::{
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
};

use crate::{Assets, Facts, flash::Flash, page::Theme};

/// The frame round a page. A page's struct has it in the field `frame`.
#[derive(Clone)]
pub struct Frame {
    pub theme: Theme,
    pub flash: Option<Flash>,
    /// The path of the page, so that navigation can mark where one is.
    pub path: String,
    pub request_id: String,
    assets: Assets,
}

impl Frame {
    pub fn of(parts: &Parts, assets: Assets) -> Self {
        Self {
            theme: Theme::of(&parts.headers),
            flash: Flash::of(parts),
            path: parts.uri.path().to_owned(),
            request_id: Facts::of(parts).request_id.as_str().to_owned(),
            assets,
        }
    }

    /// The frame of a failure, where the request is gone already.
    pub fn of_failure(problem: &crate::Problem, theme: Theme, assets: Assets) -> Self {
        Self {
            theme,
            flash: None,
            path: problem.instance.clone(),
            request_id: problem.request_id.clone(),
            assets,
        }
    }

    /// Where a static file is served.
    pub fn asset(&self, file: &str) -> &str {
        self.assets.url(file)
    }

    /// Whether a link of the navigation leads to this page or to one above it.
    pub fn is_at(&self, path: &str) -> bool {
        let below = self
            .path
            .strip_prefix(path)
            .is_some_and(|rest| rest.starts_with('/'));
        self.path == path || (path != "/" && below)
    }
}

impl<S> FromRequestParts<S> for Frame
where
    S: Send + Sync,
    Assets: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts, Assets::from_ref(state)))
    }
}
