//! Which listings a home is compared with: those of the town its address names, else of its ZIP code.

use std::collections::BTreeSet;

use db::TenantScope;
use types::{
    Baths, Beds, ListingType, PageRequest, PropertyType, Slug,
    events::ValuationRequested,
    listings::{Listing, ListingSearch, ListingStatus},
    valuation::{self, Home, Valuation},
};

use super::address::Place;
use crate::{app::App, listings::Provider};

/// The newest of a town, sold or to be had: more than any valuation looks at.
const NEWEST: PageRequest = PageRequest::new(200, 0);

/// A home with more rooms fewer than this is not like the one that is valued.
const FEWER_ROOMS: f64 = 2.0;

/// Enough to see which of the words name a town.
const A_FEW: PageRequest = PageRequest::new(50, 0);

/// Values a home. A source of listings that fails is no reason to give no answer.
pub(super) async fn value(app: &App, scope: &TenantScope, request: &ValuationRequested) -> Valuation {
    let home = request.home();
    let listings = listings_of_town(app.listings.as_ref(), scope, request).await;
    let mut listings = listings.unwrap_or_else(|error| {
        tracing::warn!("no listings to compare a home with: {error:#}");
        Vec::new()
    });
    listings.retain(|listing| !valuation::is_at(listing, request.address.as_str()));
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
    let place = Place::of(request.address.as_str());
    let town = match named(provider, scope, &of_kind, &place).await? {
        Some(town) => Some(town),
        None => of_zip(provider, scope, &of_kind, &place).await?,
    };
    let Some(town) = town else {
        return Ok(Vec::new());
    };
    let alike = ListingSearch {
        towns: vec![town],
        ..with_rooms_like(&request.home(), of_kind)
    };
    // What is to be had is newer than what was sold, and would leave no room for it.
    let sold = of_statuses(&alike, &[ListingStatus::Sold]);
    let mut found = provider.some(scope, &sold, NEWEST).await?;
    let to_be_had = of_statuses(&alike, &ListingStatus::FOR_SALE);
    found.extend(provider.some(scope, &to_be_had, NEWEST).await?);
    Ok(found)
}

/// A search without homes that have too few rooms to be like this one.
///
/// Of sizes it asks nothing: a home whose size nobody knows may be like it, and no search by size finds that.
fn with_rooms_like(home: &Home, search: ListingSearch) -> ListingSearch {
    ListingSearch {
        beds: Beds::try_from(f64::from(home.beds.get()) - FEWER_ROOMS).ok(),
        baths: Baths::try_from(home.baths.as_f64() - FEWER_ROOMS).ok(),
        ..search
    }
}

fn of_statuses(search: &ListingSearch, statuses: &[ListingStatus]) -> ListingSearch {
    ListingSearch {
        statuses: statuses.to_vec(),
        ..search.clone()
    }
}

/// The town that an address names.
async fn named(
    provider: &dyn Provider,
    scope: &TenantScope,
    of_kind: &ListingSearch,
    place: &Place,
) -> anyhow::Result<Option<Slug>> {
    if place.towns.is_empty() {
        return Ok(None);
    }
    let search = ListingSearch {
        towns: place.towns.clone(),
        ..of_kind.clone()
    };
    let found = provider.some(scope, &search, A_FEW).await?;
    let near = found.iter().filter(|listing| place.may_be_near(&listing.address));
    let towns: BTreeSet<_> = near.filter_map(Listing::town).collect();
    Ok(place.towns.iter().find(|name| towns.contains(name)).cloned())
}

/// The town of its ZIP code.
async fn of_zip(
    provider: &dyn Provider,
    scope: &TenantScope,
    of_kind: &ListingSearch,
    place: &Place,
) -> anyhow::Result<Option<Slug>> {
    let Some(zip) = place.zip.clone() else {
        return Ok(None);
    };
    let search = ListingSearch {
        text: Some(zip),
        ..of_kind.clone()
    };
    let found = provider.some(scope, &search, PageRequest::new(1, 0)).await?;
    let near = found.iter().find(|listing| place.may_be_near(&listing.address));
    Ok(near.and_then(Listing::town))
}

fn kinds(property_type: PropertyType) -> Vec<ListingType> {
    match property_type {
        PropertyType::SingleFamily => vec![ListingType::SingleFamily],
        PropertyType::Condo => vec![ListingType::Condo, ListingType::Townhouse],
        PropertyType::MultiFamily => vec![ListingType::MultiFamily],
    }
}
