//! `/`: who this is, and the two things a visitor may want: a value, or an answer.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::{extract::State, response::Response};
use server::{Failure, page};

use crate::{
    app::App,
    site::Frame,
    towns::{Card, all_towns},
    visitor::Visitor,
};

#[derive(Template)]
#[template(path = "home/home.html")]
struct Home {
    frame: Frame,
    towns: Vec<Card>,
}

pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    let scope = &visitor.site.scope;
    let mut tx = app.db.read(scope).await?;
    let towns = all_towns(&mut tx, scope).await?;
    let towns = towns.iter().map(|town| Card::of_town(&frame, town)).collect();
    page::public(&Home { frame, towns })
}
