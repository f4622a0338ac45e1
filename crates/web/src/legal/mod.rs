//! What the law, or decency, asks a site to say: privacy, terms, fair housing, accessibility.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::{extract::State, response::Response};
use server::{Failure, page};
use types::content::PageName;

use crate::{app::App, site::Frame, visitor::Visitor, words::Words};

#[derive(Template)]
#[template(path = "legal/page.html")]
struct Legal {
    frame: Frame,
    words: Words,
    name: PageName,
}

async fn show(app: &App, visitor: &Visitor, frame: Frame, name: PageName) -> Result<Response, Failure> {
    let words = Words::of(app, visitor, &frame.brand, name).await?;
    page::public(&Legal { frame, words, name })
}

pub(crate) async fn privacy(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    show(&app, &visitor, frame, PageName::Privacy).await
}

pub(crate) async fn terms(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    show(&app, &visitor, frame, PageName::Terms).await
}

pub(crate) async fn fair_housing(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    show(&app, &visitor, frame, PageName::FairHousing).await
}

pub(crate) async fn accessibility(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    show(&app, &visitor, frame, PageName::Accessibility).await
}
