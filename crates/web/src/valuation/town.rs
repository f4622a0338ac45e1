//! Which listings a home is compared with: those of the town its address names.

use std::collections::BTreeSet;

use db::TenantScope;
use types::{
    ListingType, PageRequest, PropertyType, Slug,
    events::ValuationRequested,
    listings::{Listing, ListingSearch},
    valuation::Valuation,
};

use crate::{app::App, listings::Provider};

/// The newest of a town: more than any valuation looks at.
const NEWEST: PageRequest = PageRequest::new(200, 0);

/// Enough to see which of the words name a town.
const A_FEW: PageRequest = PageRequest::new(50, 0);

/// Words of an address that may name its town, counted from its end, and the most words a town's name has.
const LAST_WORDS: usize = 12;
const LONGEST_NAME: usize = 4;

/// Values a home. A source of listings that fails is no reason to give no answer.
pub(super) async fn value(app: &App, scope: &TenantScope, request: &ValuationRequested) -> Valuation {
    let home = request.home();
    let listings = listings_of_town(app.listings.as_ref(), scope, request).await;
    let listings = listings.unwrap_or_else(|error| {
        tracing::warn!("no listings to compare a home with: {error:#}");
        Vec::new()
    });
    home.estimate_beside(&listings, app.clock.now())
}

async fn listings_of_town(
    provider: &dyn Provider,
    scope: &TenantScope,
    request: &ValuationRequested,
) -> anyhow::Result<Vec<Listing>> {
    let of_kind = ListingSearch {
        types: kinds(request.property_type),
        ..ListingSearch::default()
    };
    let address = request.address.as_str();
    let Some(town) = town(provider, scope, &of_kind, address).await? else {
        return Ok(Vec::new());
    };
    let search = ListingSearch {
        towns: vec![town],
        ..of_kind
    };
    provider.some(scope, &search, NEWEST).await
}

/// The town that an address names last: `12 Fairfield Avenue, Norwalk` lies in Norwalk. Without one, that of its ZIP.
async fn town(
    provider: &dyn Provider,
    scope: &TenantScope,
    of_kind: &ListingSearch,
    address: &str,
) -> anyhow::Result<Option<Slug>> {
    let names = names_in(address);
    let mut search = of_kind.clone();
    search.towns = names.clone();
    let found = match search.towns.is_empty() {
        true => Vec::new(),
        false => provider.some(scope, &search, A_FEW).await?,
    };
    let towns: BTreeSet<_> = found.iter().filter_map(Listing::town).collect();
    let named = names.into_iter().find(|name| towns.contains(name));
    match (named, zip_in(address)) {
        (None, Some(zip)) => {
            let of_zip = ListingSearch {
                text: Some(zip),
                ..of_kind.clone()
            };
            let found = provider.some(scope, &of_zip, PageRequest::new(1, 0)).await?;
            Ok(found.first().and_then(Listing::town))
        }
        (named, _) => Ok(named),
    }
}

/// What in an address may be a town's name: the last words first, and of those that end alike the longest first.
fn names_in(address: &str) -> Vec<Slug> {
    let words: Vec<_> = address
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
        .collect();
    let last = &words[words.len().saturating_sub(LAST_WORDS)..];
    let ends = (1..=last.len()).rev();
    ends.flat_map(|end| (end.saturating_sub(LONGEST_NAME)..end).map(move |start| (start, end)))
        .filter_map(|(start, end)| Slug::from_name(&last[start..end].join(" ")).ok())
        .collect()
}

fn zip_in(address: &str) -> Option<String> {
    let words = address.split(|c: char| !c.is_ascii_digit() && c != '-').rev();
    let mut zips = words.filter_map(|word| word.split('-').next());
    let zip = zips.find(|word| word.len() == 5)?;
    // The number of a house at the front has five digits too, sometimes.
    (!address.starts_with(zip)).then(|| zip.to_owned())
}

fn kinds(property_type: PropertyType) -> Vec<ListingType> {
    match property_type {
        PropertyType::SingleFamily => vec![ListingType::SingleFamily],
        PropertyType::Condo => vec![ListingType::Condo, ListingType::Townhouse],
        PropertyType::MultiFamily => vec![ListingType::MultiFamily],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_at_the_end_come_first() {
        let names = names_in("12 Elm Street, New Canaan, CT 06840");
        let at = |name: &str| names.iter().position(|found| found.as_str() == name).unwrap();

        assert!(at("new-canaan") < at("canaan"));
        assert!(at("canaan") < at("elm-street"));
    }

    #[test]
    fn a_zip_is_five_digits_that_are_no_house_number() {
        for (address, zip) in [
            ("12 Elm Street 06840", Some("06840")),
            ("12 Elm Street, CT 06840-1234", Some("06840")),
            ("10234 Elm Street", None),
            ("12 Elm Street", None),
        ] {
            assert_eq!(zip_in(address).as_deref(), zip, "{address}");
        }
    }
}
