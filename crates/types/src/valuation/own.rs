//! Whether a listing is that of the home itself: what is asked for a home says nothing of what it is worth.

use crate::listings::Listing;

/// How words of a street are shortened.
#[rustfmt::skip] // a table
const SHORT: [(&str, &str); 25] = [
    ("ave", "avenue"), ("blvd", "boulevard"), ("cir", "circle"), ("ct", "court"), ("dr", "drive"), ("hwy", "highway"),
    ("ln", "lane"), ("pkwy", "parkway"), ("pl", "place"), ("rd", "road"), ("sq", "square"), ("st", "street"),
    ("ter", "terrace"), ("terr", "terrace"), ("tpke", "turnpike"), ("trl", "trail"), ("mt", "mount"),
    ("n", "north"), ("s", "south"), ("e", "east"), ("w", "west"),
    ("ne", "northeast"), ("nw", "northwest"), ("se", "southeast"), ("sw", "southwest"),
];

const DIRECTIONS: [&str; 8] = [
    "north",
    "south",
    "east",
    "west",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
];

/// What stands before the number of a unit, which some write and others do not.
const UNITS: [&str; 5] = ["apartment", "apt", "suite", "ste", "unit"];

/// Whether a listing is of the home at this address, as somebody typed it.
pub fn is_at(listing: &Listing, address: &str) -> bool {
    let Some(street) = &listing.address.street else {
        return false;
    };
    let (theirs, asked) = (words(street), words(address));
    let has_number = |words: &[String]| {
        words
            .first()
            .is_some_and(|word| word.contains(|sign: char| sign.is_ascii_digit()))
    };
    if !has_number(&theirs) || !has_number(&asked) {
        return false;
    }
    // Some services write the town behind the street, and some people do not.
    let goes_on = street.contains(',') && theirs.starts_with(&asked);
    goes_on || (asked.starts_with(&theirs) && !is_direction(asked.get(theirs.len())))
}

/// 1 Post Road West is not 1 Post Road.
fn is_direction(word: Option<&String>) -> bool {
    word.is_some_and(|word| DIRECTIONS.contains(&word.as_str()))
}

/// The words of an address, small and in full.
fn words(address: &str) -> Vec<String> {
    let address = address.to_lowercase().replace(['\'', '’'], "");
    let words = address.split(|sign: char| !sign.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty() && !UNITS.contains(word));
    let in_full = |word: &str| {
        SHORT
            .iter()
            .find(|(short, _)| *short == word)
            .map(|(_, long)| *long)
    };
    words
        .map(|word| in_full(word).unwrap_or(word).to_owned())
        .collect()
}
