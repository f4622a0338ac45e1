//! A search as the query of its address, in one spelling: two that ask the same are one.

use types::listings::{ListingSearch, ListingSort, ListingStatus};

/// What a search asks as people mean it, its names in the order of the alphabet. Homes that are to be had are what is
/// meant without a word.
pub(crate) fn written(search: &ListingSearch) -> String {
    let mut pairs = pairs(search);
    pairs.sort();
    pairs.dedup();
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    query.finish()
}

fn pairs(search: &ListingSearch) -> Vec<(&'static str, String)> {
    // Named one by one: a new filter that is not written would be lost.
    let ListingSearch {
        text,
        towns,
        neighborhoods,
        statuses,
        types,
        min_price,
        max_price,
        beds,
        baths,
        min_sqft,
        max_sqft,
        min_acres,
        max_acres,
        bounds,
        sort,
    } = search;
    let words = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let single = [
        ("q", text.as_ref().map(words)),
        ("min_price", min_price.map(|least| least.dollars().to_string())),
        ("max_price", max_price.map(|most| most.dollars().to_string())),
        ("beds", beds.map(|beds| beds.to_string())),
        ("baths", baths.map(|baths| baths.to_string())),
        ("min_sqft", min_sqft.map(|least| least.to_string())),
        ("max_sqft", max_sqft.map(|most| most.to_string())),
        ("min_acres", min_acres.map(|least| least.to_string())),
        ("max_acres", max_acres.map(|most| most.to_string())),
        (
            "bounds",
            bounds.map(|part| format!("{},{},{},{}", part.south, part.west, part.north, part.east)),
        ),
        (
            "sort",
            (*sort != ListingSort::default()).then(|| sort_word(*sort)),
        ),
    ];
    let single = single
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    let towns = towns.iter().map(|town| ("towns", town.to_string()));
    let parts = neighborhoods
        .iter()
        .map(|part| ("neighborhoods", part.to_string()));
    let kinds = types.iter().map(|kind| ("types", kind.to_string()));
    let is_said = !is_for_sale(statuses);
    let statuses = statuses
        .iter()
        .filter(|_| is_said)
        .map(|status| ("status", status.to_string()));
    single
        .chain(towns)
        .chain(parts)
        .chain(kinds)
        .chain(statuses)
        .collect()
}

/// `price-asc`.
pub(super) fn sort_word(sort: ListingSort) -> String {
    format!("{}-{}", sort.key, sort.order)
}

/// Whether these are the homes that are to be had, in whatever order they are named.
pub(super) fn is_for_sale(statuses: &[ListingStatus]) -> bool {
    let meant = &ListingStatus::FOR_SALE;
    meant.iter().all(|status| statuses.contains(status))
        && statuses.iter().all(|status| meant.contains(status))
}
