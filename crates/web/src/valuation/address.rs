//! What an address says of where it lies: its town, its state and its ZIP code.

use types::{Slug, listings::ListingAddress};

/// The most words a town's name has.
const LONGEST_NAME: usize = 4;

/// Where an address lies, as far as it says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// What may be the town's name, the likeliest first.
    pub(super) towns: Vec<Slug>,
    /// By its two letters.
    state: Option<&'static str>,
    /// Five digits.
    pub(super) zip: Option<String>,
}

impl Place {
    /// Reads an address from its end: country, ZIP code, state, then the town.
    ///
    /// After a comma a whole part is the town's name, as `New Fairfield` is another town than `Fairfield`. What comes
    /// before the first comma is the street, and `5 Stamford St` is not in Stamford; without any comma the street is
    /// followed by the town.
    pub(super) fn of(address: &str) -> Self {
        let mut parts: Vec<Vec<&str>> = address
            .split(',')
            .map(|part| part.split_whitespace().collect())
            .filter(|part: &Vec<_>| !part.is_empty())
            .collect();
        take_last(&mut parts, country);
        let zip = take_last(&mut parts, zip);
        let state = take_last(&mut parts, state);
        let towns = match &*parts {
            [] => Vec::new(),
            [line] => at_the_end_of(line),
            [_street, rest @ ..] => rest.iter().rev().filter_map(|part| name(part)).collect(),
        };
        Self { towns, state, zip }
    }

    /// Whether a home at that address may be a neighbour: whatever is said of state and ZIP code is so there too.
    pub(super) fn may_be_near(&self, address: &ListingAddress) -> bool {
        let there = [&*address.state];
        let state = state(&there).map(|(state, _)| state);
        let same_state = self.state.is_none() || state.is_none() || self.state == state;
        // The first three digits are a region: no town lies in two far from each other.
        let region = |zip: &str| zip.get(..3).map(str::to_owned);
        let same_region = self
            .zip
            .as_deref()
            .and_then(region)
            .is_none_or(|region| address.zip.starts_with(&region));
        same_state && same_region
    }
}

/// Takes what `read` finds at the very end of the parts. The number of a house at the front is never taken.
fn take_last<T>(parts: &mut Vec<Vec<&str>>, read: impl Fn(&[&str]) -> Option<(T, usize)>) -> Option<T> {
    let (is_only, last) = (parts.len() == 1, parts.last_mut()?);
    let (found, words) = read(last)?;
    if is_only && words == last.len() {
        return None;
    }
    last.truncate(last.len() - words);
    if last.is_empty() {
        parts.pop();
    }
    Some(found)
}

/// What may be the town at the end of a line that begins with a street, the longest name first.
fn at_the_end_of(line: &[&str]) -> Vec<Slug> {
    let starts = line.len().saturating_sub(LONGEST_NAME)..line.len();
    starts
        // A number and a word before it are a street, and a number alone is none: `4 Darien` is a house in Darien Court.
        .filter(|start| *start != 1)
        // New Fairfield is another town than Fairfield.
        .filter(|start| *start == 0 || !line[start - 1].eq_ignore_ascii_case("new"))
        .filter_map(|start| name(&line[start..]))
        .collect()
}

fn name(words: &[&str]) -> Option<Slug> {
    Slug::from_name(&words.join(" ")).ok()
}

fn country(words: &[&str]) -> Option<((), usize)> {
    let ends = |country: &[&str]| ends_with(words, country).then_some(((), country.len()));
    ends(&["united", "states"]).or_else(|| ["usa", "us"].iter().find_map(|word| ends(&[word])))
}

fn zip(words: &[&str]) -> Option<(String, usize)> {
    let last = words.last()?;
    let (zip, more) = last.split_once('-').unwrap_or((last, "0000"));
    let is_number =
        |text: &str, digits| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(zip, 5) && is_number(more, 4)).then(|| (zip.to_owned(), 1))
}

/// The state at the end, by its letters or its name.
fn state(words: &[&str]) -> Option<(&'static str, usize)> {
    let letters = words.last()?.trim_end_matches('.');
    let by_letters = STATES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(letters));
    if let Some((known, _)) = by_letters {
        return Some((known, 1));
    }
    // The longest name first: West Virginia is not Virginia.
    let named = STATES.iter().filter_map(|(known, name)| {
        let name: Vec<_> = name.split(' ').collect();
        ends_with(words, &name).then_some((*known, name.len()))
    });
    named.max_by_key(|(_, words)| *words)
}

fn ends_with(words: &[&str], end: &[&str]) -> bool {
    let start = words.len().checked_sub(end.len());
    start.is_some_and(|start| {
        words[start..]
            .iter()
            .zip(end)
            .all(|(word, end)| word.eq_ignore_ascii_case(end))
    })
}

#[rustfmt::skip] // a table
const STATES: [(&str, &str); 51] = [
    ("AL", "Alabama"), ("AK", "Alaska"), ("AZ", "Arizona"), ("AR", "Arkansas"), ("CA", "California"),
    ("CO", "Colorado"), ("CT", "Connecticut"), ("DE", "Delaware"), ("DC", "District of Columbia"),
    ("FL", "Florida"), ("GA", "Georgia"), ("HI", "Hawaii"), ("ID", "Idaho"), ("IL", "Illinois"),
    ("IN", "Indiana"), ("IA", "Iowa"), ("KS", "Kansas"), ("KY", "Kentucky"), ("LA", "Louisiana"),
    ("ME", "Maine"), ("MD", "Maryland"), ("MA", "Massachusetts"), ("MI", "Michigan"), ("MN", "Minnesota"),
    ("MS", "Mississippi"), ("MO", "Missouri"), ("MT", "Montana"), ("NE", "Nebraska"), ("NV", "Nevada"),
    ("NH", "New Hampshire"), ("NJ", "New Jersey"), ("NM", "New Mexico"), ("NY", "New York"),
    ("NC", "North Carolina"), ("ND", "North Dakota"), ("OH", "Ohio"), ("OK", "Oklahoma"), ("OR", "Oregon"),
    ("PA", "Pennsylvania"), ("RI", "Rhode Island"), ("SC", "South Carolina"), ("SD", "South Dakota"),
    ("TN", "Tennessee"), ("TX", "Texas"), ("UT", "Utah"), ("VT", "Vermont"), ("VA", "Virginia"),
    ("WA", "Washington"), ("WV", "West Virginia"), ("WI", "Wisconsin"), ("WY", "Wyoming"),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(address: &str) -> (String, Option<&'static str>, Option<String>) {
        let Place { towns, state, zip } = Place::of(address);
        let towns: Vec<_> = towns.iter().map(Slug::as_str).collect();
        (towns.join(" "), state, zip)
    }

    #[test]
    fn an_address_is_read_from_its_end() {
        for (address, towns, state, zip) in [
            (
                "12 Elm Street, New Canaan, CT 06840",
                "new-canaan",
                Some("CT"),
                Some("06840"),
            ),
            (
                "12 Elm Street, Darien, Connecticut, 06820-1234, USA",
                "darien",
                Some("CT"),
                Some("06820"),
            ),
            ("12 Elm Street, Unit 4, Darien", "darien unit-4", None, None),
            (
                "12 Elm St Darien",
                "12-elm-st-darien st-darien darien",
                None,
                None,
            ),
            (
                "12 Elm St Darien, CT",
                "12-elm-st-darien st-darien darien",
                Some("CT"),
                None,
            ),
            ("Darien", "darien", None, None),
            (
                "12 Elm Street, 06820",
                "12-elm-street street",
                None,
                Some("06820"),
            ),
            ("10234 Elm Street", "10234-elm-street street", None, None),
            ("06820", "06820", None, None),
            ("4 Darien Ct", "4-darien", Some("CT"), None),
            (
                "12 Elm Street New Fairfield",
                "street-new-fairfield new-fairfield",
                None,
                None,
            ),
            (
                "12 Elm Street, Wheeling, West Virginia",
                "wheeling",
                Some("WV"),
                None,
            ),
            (
                "12 Elm Street, New York, New York 10001",
                "new-york",
                Some("NY"),
                Some("10001"),
            ),
            (" , ,", "", None, None),
        ] {
            let expected = (towns.to_owned(), state, zip.map(str::to_owned));
            assert_eq!(told(address), expected, "{address}");
        }
    }

    proptest! {
        #[test]
        fn a_street_before_a_comma_names_no_town(
            number in 1_u32..2_000, town in "[A-Z][a-z]{3,9}", kind in "St|Street|Ave|Village|Ct"
        ) {
            let place = Place::of(&format!("{number} {town} {kind}, Boston, MA 02108"));
            prop_assert_eq!(place.towns, ["boston".parse().unwrap()]);
            prop_assert_eq!(place.state, Some("MA"));
        }

        #[test]
        fn a_town_after_the_street_is_found_however_it_is_written(
            number in 1_u32..2_000, comma in ",? ", state in "|,? (CT|ct|Connecticut)", zip in "|,? 06820"
        ) {
            let place = Place::of(&format!("{number} Elm Street{comma}Darien{state}{zip}"));
            prop_assert!(place.towns.contains(&"darien".parse().unwrap()), "{:?}", place);
        }

        #[test]
        fn no_text_panics(text in "[-0-9A-Za-zé,. ]{0,60}") {
            let _ = Place::of(&text);
        }
    }
}
