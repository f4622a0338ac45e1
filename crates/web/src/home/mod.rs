//! `/`: who this is, and the two things a visitor may want: a value, or an answer.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use server::{Failure, Submitted};
use types::{PageRequest, content::PageName, listings::ListingSearch};

use crate::{
    app::App,
    kept::Key,
    listings::ListingCard,
    site::Frame,
    towns::{Card, all_towns},
    visitor::Visitor,
    words::Words,
};

/// A row of cards.
const NEWEST: PageRequest = PageRequest::new(3, 0);

#[derive(Template)]
#[template(path = "home/home.html")]
struct Home {
    frame: Frame,
    words: Words,
    towns: Vec<Card>,
    homes: Vec<ListingCard>,
}

pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    let key = Key::of(&visitor, &frame, &Submitted::default(), &Arc::default());
    let page = || draw(&app, &visitor, frame);
    app.kept.show((&app, &visitor), key, page).await
}

async fn draw(app: &App, visitor: &Visitor, frame: Frame) -> Result<Home, Failure> {
    let scope = &visitor.site.scope;
    let mut tx = app.db.read(scope).await?;
    let towns = all_towns(&mut tx, scope).await?;
    let towns = towns.iter().map(|town| Card::of_town(&frame, town)).collect();
    drop(tx);
    let words = Words::of(app, visitor, &frame.brand, PageName::Home).await?;
    let found = app
        .listings
        .search(scope, &ListingSearch::for_sale(), NEWEST)
        .await?;
    let (homes, times) = (found.listings.iter(), (&visitor.site.zone, app.clock.now()));
    Ok(Home {
        towns,
        homes: homes
            .map(|listing| ListingCard::of(frame.art_theme(), listing).with_times(listing, times))
            .collect(),
        words,
        frame,
    })
}

impl Home {
    /// The line over the picture.
    fn headline(&self) -> &str {
        or(&self.words.title, &self.frame.brand.headline)
    }

    /// The sentence below it.
    fn sentence(&self) -> &str {
        or(&self.words.lede, &self.frame.brand.tagline)
    }
}

fn or<'a>(own: &'a str, other: &'a str) -> &'a str {
    match own.is_empty() {
        true => other,
        false => own,
    }
}
