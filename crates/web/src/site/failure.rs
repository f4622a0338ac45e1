//! Failures as people see them: in the look of the site they are on, or in nobody's.

use std::time::Duration;

use askama::Template;
use axum::http::StatusCode;
use futures::{FutureExt as _, future::BoxFuture};
use server::{Assets, Facts, FailurePages, Problem, page::Theme};

use super::Frame;
use crate::{app::App, remembering::Remembering, visitor};

/// How long a failing request may look for its tenant's look. When the database is what failed, asking it again
/// would keep a visitor waiting for bad news.
const PATIENCE: Duration = Duration::from_millis(250);

/// On a tenant's site.
#[derive(Template)]
#[template(path = "site/failure.html")]
struct OnSite<'a> {
    frame: Frame,
    problem: &'a Problem,
}

/// Where no tenant may be named.
#[derive(Template)]
#[template(path = "site/nowhere.html")]
struct Nowhere<'a> {
    problem: &'a Problem,
    theme: Theme,
    assets: &'a Assets,
}

impl FailurePages for App {
    fn page<'a>(&'a self, problem: &'a Problem, facts: &'a Facts) -> BoxFuture<'a, Option<String>> {
        async move {
            let frame = tokio::time::timeout(PATIENCE, frame(self, problem, facts)).await;
            match frame.ok().flatten() {
                Some(frame) => OnSite { frame, problem }.render().ok(),
                None => Nowhere {
                    problem,
                    theme: facts.theme,
                    assets: &self.assets,
                }
                .render()
                .ok(),
            }
        }
        .boxed()
    }
}

/// The frame of the tenant that answers to this host, if there is one.
async fn frame(app: &App, problem: &Problem, facts: &Facts) -> Option<Frame> {
    let found = visitor::find(app, facts).await.ok()?;
    let origin = visitor::origin(facts, &found.site);
    let brand = app.brands.of(&found.site).await.ok()?;
    Some(Frame {
        // What they answered is not known here: nothing is kept, asked or said of it.
        remembering: match brand.asks_first {
            true => Remembering::Refused,
            false => Remembering::Unasked,
        },
        brand,
        theme: facts.theme,
        canonical: format!("{origin}{}", problem.instance),
        origin,
        is_indexed: false,
        path: problem.instance.clone(),
        assets: app.assets.clone(),
    })
}

impl OnSite<'_> {
    fn is_missing(&self) -> bool {
        self.problem.status == StatusCode::NOT_FOUND
    }

    fn is_gone(&self) -> bool {
        self.problem.status == StatusCode::GONE
    }
}

impl Nowhere<'_> {
    fn headline(&self) -> &'static str {
        match self.problem.status {
            StatusCode::NOT_FOUND => "There is no site at this address.",
            StatusCode::SERVICE_UNAVAILABLE => "This site is away for a moment.",
            _ => "This request could not be answered.",
        }
    }

    fn advice(&self) -> &str {
        match self.problem.status {
            StatusCode::NOT_FOUND => "Check the spelling of the domain in your browser.",
            StatusCode::SERVICE_UNAVAILABLE => {
                "If you were sending a form, it was not stored. Please send it again in a few minutes."
            }
            _ => &self.problem.detail,
        }
    }
}
