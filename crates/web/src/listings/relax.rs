//! What to give up when a search finds nothing: each filter, with what would be found without it.

use db::TenantScope;
use server::Submitted;

use super::{Asked, Provider};

/// Filters people set together, and how giving them up reads.
const FILTERS: [(&str, &[&str]); 11] = [
    ("Any price", &["min_price", "max_price"]),
    ("Any neighborhood", &["neighborhoods"]),
    ("Any town", &["towns", "neighborhoods"]),
    ("Any number of bedrooms", &["beds"]),
    ("Any number of bathrooms", &["baths"]),
    ("Any kind of home", &["types"]),
    ("What is for sale", &["status"]),
    ("Any size", &["min_sqft", "max_sqft"]),
    ("Any lot", &["min_acres", "max_acres"]),
    ("Without the words", &["q"]),
    ("The whole map", &["bounds"]),
];

/// Suggestions made at once.
const MOST: usize = 3;

/// The same search without one of its filters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relaxation {
    pub(super) label: &'static str,
    pub(super) href: String,
    pub(super) count: i64,
}

/// Where it is that somebody looks, which they give up last.
const PLACE: [&str; 3] = ["towns", "neighborhoods", "bounds"];

/// What is left when no filter alone is in the way: every home of the same place, or every home.
async fn all_in_its_place(
    listings: &dyn Provider,
    scope: &TenantScope,
    params: &Submitted,
) -> anyhow::Result<Option<Relaxation>> {
    let names = PLACE
        .into_iter()
        .flat_map(|name| params.all(name).map(move |value| (name, value)));
    let place = names.fold(Submitted::default(), |place, (name, value)| {
        place.with(name, value)
    });
    let is_anywhere = place.pairs().next().is_none();
    let here = (!is_anywhere).then_some(("Every home for sale in this place", place));
    for (label, params) in here
        .into_iter()
        .chain([("Every home for sale", Submitted::default())])
    {
        let (asked, _) = Asked::by_people(&params);
        let count = listings.count(scope, &asked.search).await?;
        if count > 0 {
            let href = match params.query_with("", None) {
                query if query.is_empty() => "/home-search".to_owned(),
                query => format!("/home-search?{query}"),
            };
            return Ok(Some(Relaxation { label, href, count }));
        }
    }
    Ok(None)
}

/// The filters whose loss finds the most, the widest first.
pub(super) async fn relaxations(
    listings: &dyn Provider,
    scope: &TenantScope,
    params: &Submitted,
) -> anyhow::Result<Vec<Relaxation>> {
    let mut found = Vec::new();
    for (label, names) in FILTERS {
        if names.iter().all(|name| params.filled(name).is_none()) {
            continue;
        }
        let without = names
            .iter()
            .fold(params.without("page"), |params, name| params.without(name));
        let (asked, _) = Asked::by_people(&without);
        let count = listings.count(scope, &asked.search).await?;
        let href = format!("/home-search?{}", without.query_with("page", None));
        // Without a town, to give up the place is to give up its neighborhood.
        let is_new = found.iter().all(|other: &Relaxation| other.href != href);
        if count > 0 && is_new {
            found.push(Relaxation { label, href, count });
        }
    }
    if found.is_empty() {
        found.extend(all_in_its_place(listings, scope, params).await?);
    }
    found.sort_by_key(|relaxation| std::cmp::Reverse(relaxation.count));
    found.truncate(MOST);
    Ok(found)
}
