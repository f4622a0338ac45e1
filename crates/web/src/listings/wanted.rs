//! What a search asks for, in words.

use types::{
    Slug,
    listings::ListingSearch,
    property::{Price, Sqft},
};

use super::written::is_for_sale;

/// A line that begins with a capital: `Wilton, Darien · 3 or more beds`; none when it asks for nothing.
pub(crate) fn in_words(search: &ListingSearch) -> Option<String> {
    let line = parts(search).join(" · ");
    let mut letters = line.chars();
    let first = letters.next()?;
    Some(first.to_uppercase().chain(letters).collect())
}

/// A part for each thing it asks.
fn parts(search: &ListingSearch) -> Vec<String> {
    let is_usual = search.statuses.is_empty() || is_for_sale(&search.statuses);
    let dollars = |price: Price| format!("${}", server::page::thousands(price.dollars().into()));
    let feet = |sqft: Sqft| format!("{} sq ft", server::page::thousands(sqft.get().into()));
    let acres = |acres: f64| format!("{acres} acres");
    let parts = [
        search.text.as_ref().map(|text| format!("“{text}”")),
        listed(search.towns.iter().map(capitals)),
        listed(search.neighborhoods.iter().map(capitals)),
        listed(search.types.iter().map(|kind| kind.label().to_owned())),
        search.beds.map(|beds| format!("{beds} or more beds")),
        search.baths.map(|baths| format!("{baths} or more baths")),
        search.min_price.map(|least| format!("from {}", dollars(least))),
        search.max_price.map(|most| format!("up to {}", dollars(most))),
        search.min_sqft.map(|least| format!("from {}", feet(least))),
        search.max_sqft.map(|most| format!("up to {}", feet(most))),
        search.min_acres.map(|least| format!("from {}", acres(least))),
        search.max_acres.map(|most| format!("up to {}", acres(most))),
        listed(
            search
                .statuses
                .iter()
                .filter(|_| !is_usual)
                .map(|status| status.label().to_owned()),
        ),
        search.bounds.map(|_| "part of the map".to_owned()),
    ];
    parts.into_iter().flatten().collect()
}

/// With commas; none when there is nothing.
fn listed(words: impl Iterator<Item = String>) -> Option<String> {
    let words: Vec<_> = words.collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// `new-canaan` as `New Canaan`.
pub(super) fn capitals(slug: &Slug) -> String {
    let words = slug.as_str().split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use server::Submitted;

    use super::*;
    use crate::listings::Asked;

    fn line_of(query: &str) -> Option<String> {
        let (asked, _) = Asked::by_people(&Submitted::of_query(query).unwrap());
        in_words(&asked.search)
    }

    #[test]
    fn a_search_says_what_it_asks_for() {
        for (query, said) in [
            ("", None),
            ("beds=&q=+&status=active&status=pending", None),
            ("status=pending,active", None),
            ("q=elm", Some("“elm”")),
            (
                "towns=new-canaan,wilton&beds=3&max_price=1000000",
                Some("New Canaan, Wilton · 3 or more beds · up to $1,000,000"),
            ),
            (
                "types=condo&min_price=500000&min_sqft=2000&max_acres=2.5",
                Some("Condominium · from $500,000 · from 2,000 sq ft · up to 2.5 acres"),
            ),
            ("status=sold&max_price=900", Some("Up to $900 · Sold")),
            ("min_price=much", None),
        ] {
            assert_eq!(line_of(query).as_deref(), said, "{query}");
        }
    }
}
