//! Homes for sale in a place: the three newest, and the way to all of them.

use askama::Template;
use futures::{FutureExt as _, future::BoxFuture};
use types::{
    ModuleKey, PageRequest,
    facts::Source,
    listings::{Listing, ListingSearch},
};

use super::{Ask, Block, Module};
use crate::{listings::ListingCard, site::SourceLine};

/// A row of cards.
const SHOWN: PageRequest = PageRequest::new(3, 0);

pub(super) struct Listings;

#[derive(Template)]
#[template(path = "modules/listings/block.html")]
struct Row {
    homes: Vec<ListingCard>,
    total: i64,
    place: String,
    href: String,
}

impl Module for Listings {
    fn key(&self) -> ModuleKey {
        ModuleKey::Listings
    }

    fn show<'a>(&'a self, ask: &'a Ask<'_>) -> BoxFuture<'a, anyhow::Result<Option<Block>>> {
        async move {
            let search = here(ask);
            let found = ask.listings.search(&ask.site.scope, &search, SHOWN).await?;
            let Some(newest) = found.listings.iter().max_by_key(|listing| listing.updated_at) else {
                return Ok(None);
            };
            let row = Row {
                homes: found
                    .listings
                    .iter()
                    .map(|listing| ListingCard::of(ask.theme, listing))
                    .collect(),
                total: found.total,
                place: ask.named.to_owned(),
                href: address(ask),
            };
            let told = row.homes.iter().map(|home| {
                let (price, headline, facts) = (&home.price, &home.headline, &home.facts);
                format!("{price}: {headline}, {facts}. Listed by {}", home.firm)
            });
            let told: Vec<_> = told.collect();
            let total = row.total.to_string();
            let block = Block::new(self, "Homes for sale", &row, source(newest, ask))?;
            Ok(Some(block.telling(told).with_number("Homes for sale", total)))
        }
        .boxed()
    }
}

/// What is for sale in this place.
fn here(ask: &Ask<'_>) -> ListingSearch {
    ListingSearch {
        towns: vec![ask.place.town.clone()],
        neighborhoods: ask.place.neighborhood.iter().cloned().collect(),
        ..ListingSearch::for_sale()
    }
}

fn address(ask: &Ask<'_>) -> String {
    let part = ask.place.neighborhood.as_ref();
    let part = part.map_or_else(String::new, |part| format!("&neighborhoods={part}"));
    format!("/home-search?towns={}{part}", ask.place.town)
}

/// Whoever lists homes names themselves on each; what is said besides is the same on all.
fn source(newest: &Listing, ask: &Ask<'_>) -> SourceLine {
    let source = Source {
        name: newest.attribution.disclaimer.trim_end_matches('.').to_owned(),
        url: None,
        as_of: newest.updated_on(&ask.site.zone),
    };
    SourceLine::of(&source, (ModuleKey::Listings, ask.now), ask.now)
}
