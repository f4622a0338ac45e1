//! `/towns` and the pages below it: what a tenant wrote about a place, and what its modules know.

mod cards;
mod neighborhood;
mod place;
#[cfg(test)]
pub(crate) mod tests;
mod town;
mod twin;

use askama::Template;
use axum::{extract::State, response::Response};
use server::{Failure, page};

pub(crate) use cards::{Card, all_towns};
pub(crate) use neighborhood::page as neighborhood;
pub(crate) use town::page as town;
pub(crate) use twin::{Form, Named, as_text};

use crate::{app::App, site::Frame, visitor::Visitor};

#[derive(Template)]
#[template(path = "towns/list.html")]
struct List {
    frame: Frame,
    towns: Vec<Card>,
}

pub(crate) async fn list(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    let scope = &visitor.site.scope;
    let mut tx = app.db.read(scope).await?;
    let towns = all_towns(&mut tx, scope).await?;
    let towns = towns.iter().map(|town| Card::of_town(&frame, town)).collect();
    page::public(&List { frame, towns })
}
