//! What a search asks of each home, as conditions of a statement.

use types::{
    Slug,
    listings::ListingSearch,
    property::{Price, Sqft},
};

use crate::backend::Query;

/// Adds what a search asks, and nothing it does not: a condition that is always true costs time for each of 100,000
/// homes, and hides from the planner which index serves. What it asks in words is in [`super::words`].
pub(super) fn narrowed<'tx>(query: Query<'tx>, search: &ListingSearch) -> Query<'tx> {
    let query = by_kinds(query, search);
    let query = by_ranges(query, search);
    by_fractions(query, search)
}

fn by_kinds<'tx>(query: Query<'tx>, search: &ListingSearch) -> Query<'tx> {
    let query = one_of(query, " AND town IN (", search.towns.iter().map(Slug::as_str));
    let query = one_of(
        query,
        " AND neighborhood IN (",
        search.neighborhoods.iter().map(Slug::as_str),
    );
    let query = one_of(
        query,
        " AND status IN (",
        search.statuses.iter().map(|status| status.as_str()),
    );
    one_of(
        query,
        " AND property_type IN (",
        search.types.iter().map(|kind| kind.as_str()),
    )
}

/// What an index of an order leads with. A size nobody knows is 0, and not at most anything.
fn by_ranges<'tx>(mut query: Query<'tx>, search: &ListingSearch) -> Query<'tx> {
    let dollars = |price: Option<Price>| price.map(|price| i64::from(price.dollars()));
    let feet = |sqft: Option<Sqft>| sqft.map(|sqft| i64::from(sqft.get()));
    let ranges = [
        (" AND price >= $", dollars(search.min_price)),
        (" AND price <= $", dollars(search.max_price)),
        (" AND beds >= $", search.beds.map(|beds| beds.get().into())),
        (
            " AND sqft >= $",
            feet(search.min_sqft).or(search.max_sqft.map(|_| 1)),
        ),
        (" AND sqft <= $", feet(search.max_sqft)),
    ];
    for (piece, number) in ranges {
        if let Some(number) = number {
            query = query.and_with(piece, number);
        }
    }
    query
}

fn by_fractions<'tx>(mut query: Query<'tx>, search: &ListingSearch) -> Query<'tx> {
    let bounds = search.bounds;
    let min_acres = search.min_acres.or(search.max_acres.map(|_| f64::MIN_POSITIVE));
    let numbers = [
        (" AND baths >= $", search.baths.map(|baths| baths.as_f64())),
        (" AND acres >= $", min_acres),
        (" AND acres <= $", search.max_acres),
        (" AND lat >= $", bounds.map(|bounds| bounds.south)),
        (" AND lat <= $", bounds.map(|bounds| bounds.north)),
        (" AND lng >= $", bounds.map(|bounds| bounds.west)),
        (" AND lng <= $", bounds.map(|bounds| bounds.east)),
    ];
    for (piece, number) in numbers {
        if let Some(number) = number {
            query = query.and_with(piece, number);
        }
    }
    query
}

/// Adds a list, when there is one.
fn one_of<'tx, 'a>(
    query: Query<'tx>,
    piece: &'static str,
    words: impl Iterator<Item = &'a str>,
) -> Query<'tx> {
    let (query, words) = words.enumerate().fold((query, 0), |(query, _), (place, word)| {
        let query = query.and(if place == 0 { piece } else { ", " });
        (query.and_with("$", word), place + 1)
    });
    if words == 0 { query } else { query.and(")") }
}
