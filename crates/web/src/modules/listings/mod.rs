//! Homes for sale in a place: the three newest, and the way to all of them.

use askama::Template;
use futures::{FutureExt as _, future::BoxFuture};
use jiff::Timestamp;
use types::{
    ModuleKey, PageRequest,
    facts::Source,
    listings::{Listing, ListingSearch},
};

use super::{Ask, Block, Module};
use crate::{
    listings::{ListingCard, disclaimers, each_once},
    site::SourceLine,
};

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
            let answered_at = ask.listings.answered_at(&ask.site.scope).await?;
            let times = (&ask.site.zone, ask.now);
            let row = Row {
                homes: found
                    .listings
                    .iter()
                    .map(|listing| ListingCard::of(ask.theme, listing).with_times(listing, times))
                    .collect(),
                total: found.total,
                place: ask.named.to_owned(),
                href: address(ask),
            };
            let said = disclaimers(&row.homes).into_iter().map(str::to_owned);
            let told: Vec<_> = row.homes.iter().map(told).chain(said).collect();
            let total = row.total.to_string();
            let source = source(ask, (newest, answered_at), &found.listings);
            let block = Block::new(self, "Homes for sale", &row, source)?;
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

/// A home on one line: `$545,000: 48 Main Street, 3 beds. Listed by Palisade Realty`.
fn told(home: &ListingCard) -> String {
    let facts = Some(&home.facts).filter(|facts| !facts.is_empty());
    let facts = facts.map_or_else(String::new, |facts| format!(", {facts}"));
    format!(
        "{}: {}{facts}. Listed by {}",
        home.price, home.headline, home.firm
    )
}

/// Whoever lists the homes that are shown. What a service brought is as old as its last answer; what was written here, as
/// the last of it to change.
fn source(
    ask: &Ask<'_>,
    (newest, answered_at): (&Listing, Option<Timestamp>),
    shown: &[Listing],
) -> SourceLine {
    let firms = each_once(shown.iter().map(|home| home.attribution.office.as_str()));
    let zone = &ask.site.zone;
    let source = Source {
        name: format!("listings of {}", firms.join(", ")),
        url: None,
        as_of: answered_at.map_or_else(
            || newest.updated_on(zone).min(ask.now.to_zoned(zone.clone()).date()),
            |answered_at| answered_at.to_zoned(zone.clone()).date(),
        ),
    };
    SourceLine::of(
        &source,
        (ModuleKey::Listings, answered_at.unwrap_or(ask.now)),
        ask.now,
    )
}
