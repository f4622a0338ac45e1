//! What a search asks of each home, as conditions of a statement.

use types::{
    Slug,
    listings::{ListingSearch, SortKey},
};

use crate::{backend::Query, tenant::like_literal};

/// Adds what a search asks, and nothing it does not: a condition that is always true costs time for each of 100,000
/// homes, and hides from the planner which index serves. Where the index of an order is to be walked, the plus keeps
/// SQLite from taking that of a range instead, and then sorting all it finds.
pub(super) fn narrowed<'tx>(query: Query<'tx>, search: &ListingSearch, walk: Option<SortKey>) -> Query<'tx> {
    let query = by_words(query, search);
    let query = by_ranges(query, search, walk);
    by_fractions(query, search)
}

fn by_words<'tx>(mut query: Query<'tx>, search: &ListingSearch) -> Query<'tx> {
    if let Some(text) = &search.text {
        let like = format!("%{}%", like_literal(&text.to_lowercase()));
        query = query.and_with(
            " AND (search_street LIKE $ ESCAPE '\\' OR search_area LIKE $ ESCAPE '\\')",
            like,
        );
    }
    query = one_of(query, " AND town IN (", search.towns.iter().map(Slug::as_str));
    query = one_of(
        query,
        " AND neighborhood IN (",
        search.neighborhoods.iter().map(Slug::as_str),
    );
    query = one_of(
        query,
        " AND status IN (",
        search.statuses.iter().map(|status| status.as_str()),
    );
    query = one_of(
        query,
        " AND property_type IN (",
        search.types.iter().map(|kind| kind.as_str()),
    );
    query
}

/// What an index of an order leads with.
fn by_ranges<'tx>(mut query: Query<'tx>, search: &ListingSearch, walk: Option<SortKey>) -> Query<'tx> {
    let ranges = [
        (
            SortKey::Price,
            [" AND price >= $", " AND +price >= $"],
            search.min_price.map(|price| price.dollars()),
        ),
        (
            SortKey::Price,
            [" AND price <= $", " AND +price <= $"],
            search.max_price.map(|price| price.dollars()),
        ),
        (
            SortKey::Beds,
            [" AND beds >= $", " AND +beds >= $"],
            search.beds.map(|beds| beds.get().into()),
        ),
        (
            SortKey::Sqft,
            [" AND sqft >= $", " AND +sqft >= $"],
            search.min_sqft.map(|sqft| sqft.get()),
        ),
        (
            SortKey::Sqft,
            [" AND sqft <= $", " AND +sqft <= $"],
            search.max_sqft.map(|sqft| sqft.get()),
        ),
    ];
    for (key, [by_index, row_by_row], number) in ranges {
        if let Some(number) = number {
            let is_free = walk.is_none_or(|walked| walked == key);
            query = query.and_with(if is_free { by_index } else { row_by_row }, i64::from(number));
        }
    }
    query
}

fn by_fractions<'tx>(mut query: Query<'tx>, search: &ListingSearch) -> Query<'tx> {
    let bounds = search.bounds;
    let numbers = [
        (" AND baths >= $", search.baths.map(|baths| baths.as_f64())),
        (" AND acres >= $", search.min_acres),
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
