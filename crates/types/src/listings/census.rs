//! What searches ask of all homes of a tenant, close together in memory: how many one finds is counted without asking a
//! database, in less than a millisecond for 100,000.

use std::{
    collections::{BTreeMap, HashMap},
    ops::{Bound, Range},
};

use super::{Bounds, ListingSearch, ListingStatus, search::searched_words};
use crate::{
    ListingType, Slug,
    content::Coordinates,
    property::{Baths, Price, Sqft},
    words::words,
};

/// What searches ask of a home. What is not known is nothing or 0, and no less than that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct HomeFacts {
    /// Where it stands.
    pub status: ListingStatus,
    /// What it is.
    pub kind: ListingType,
    /// The slug of its town.
    pub town: String,
    /// The slug of its part of that.
    pub neighborhood: String,
    /// What it is found by in words: its street, as far as that may be told, city, state and postal code.
    pub address: String,
    /// Dollars.
    pub price: u32,
    /// Bedrooms.
    pub beds: u32,
    /// Bathrooms.
    pub baths: f64,
    /// Square feet.
    pub sqft: u32,
    /// Acres.
    pub acres: f64,
    /// Its place, if that may be told.
    pub at: Option<Coordinates>,
}

/// All homes of a tenant.
#[derive(Debug, Default)]
pub struct Census {
    homes: Vec<Home>,
    /// Slugs of towns and their parts, each with the number that stands for it.
    places: HashMap<String, u32>,
    /// The same of words, in their order: those that begin alike lie side by side.
    vocabulary: BTreeMap<String, u32>,
    /// The words of all homes, one home after the other.
    words: Vec<u32>,
    /// Letters of words and places.
    letters: usize,
}

#[derive(Debug)]
struct Home {
    status: ListingStatus,
    kind: ListingType,
    town: u32,
    neighborhood: u32,
    price: u32,
    beds: u32,
    baths: f64,
    sqft: u32,
    acres: f64,
    at: Option<Coordinates>,
    words: Range<u32>,
}

/// What a word or a place takes beside its letters: about, as maps keep room for others.
const ENTRY: usize = 48;

impl Census {
    /// Counts a home among them from now on.
    pub fn push(&mut self, facts: &HomeFacts) {
        let begin = number(self.words.len());
        for word in words(&facts.address) {
            let next = number(self.vocabulary.len());
            self.letters += word.len();
            self.words.push(*self.vocabulary.entry(word).or_insert(next));
        }
        let home = Home {
            status: facts.status,
            kind: facts.kind,
            town: self.place(&facts.town),
            neighborhood: self.place(&facts.neighborhood),
            price: facts.price,
            beds: facts.beds,
            baths: facts.baths,
            sqft: facts.sqft,
            acres: facts.acres,
            at: facts.at,
            words: begin..number(self.words.len()),
        };
        self.homes.push(home);
    }

    fn place(&mut self, slug: &str) -> u32 {
        if let Some(known) = self.places.get(slug) {
            return *known;
        }
        let next = number(self.places.len());
        self.letters += slug.len();
        self.places.insert(slug.to_owned(), next);
        next
    }

    /// How many homes a search finds.
    pub fn count(&self, search: &ListingSearch) -> usize {
        let asked = Asked::of(self, search);
        let finds = |home: &&Home| asked.fits(home) && self.has_words(home, &asked.words);
        self.homes.iter().filter(finds).count()
    }

    /// Each word begins one of the home's.
    fn has_words(&self, home: &Home, asked: &[Vec<bool>]) -> bool {
        let words = &self.words[home.words.start as usize..home.words.end as usize];
        let has = |meant: &Vec<bool>| words.iter().any(|word| meant[*word as usize]);
        asked.iter().all(has)
    }

    /// How much memory it takes, in bytes; about.
    pub fn size(&self) -> usize {
        let entries = self.places.len() + self.vocabulary.len();
        self.homes.capacity() * size_of::<Home>()
            + self.words.capacity() * size_of::<u32>()
            + self.letters
            + entries * ENTRY
    }
}

/// There are far fewer homes and words in memory than that.
fn number(length: usize) -> u32 {
    u32::try_from(length).expect("a census has less than four thousand million words")
}

/// A search, in the numbers of a census.
struct Asked<'a> {
    search: &'a ListingSearch,
    towns: Vec<u32>,
    neighborhoods: Vec<u32>,
    prices: (u32, u32),
    beds: u32,
    baths: f64,
    sqft: (u32, u32),
    acres: (f64, f64),
    /// For each word that is asked for, which words are meant by it.
    words: Vec<Vec<bool>>,
    /// A text of signs alone, which no address is found by.
    is_nothing: bool,
}

impl<'a> Asked<'a> {
    fn of(census: &Census, search: &'a ListingSearch) -> Self {
        let places = |slugs: &[Slug]| -> Vec<u32> {
            let known = slugs.iter().filter_map(|slug| census.places.get(slug.as_str()));
            known.copied().collect()
        };
        let words = search.text.as_deref().map(searched_words);
        let dollars = |price: Option<Price>, none| price.map_or(none, Price::dollars);
        // A size nobody knows is 0, and not at most anything.
        let least_sqft = u32::from(search.max_sqft.is_some());
        let least_acres = search.max_acres.map_or(0.0, |_| f64::MIN_POSITIVE);
        Self {
            search,
            towns: places(&search.towns),
            neighborhoods: places(&search.neighborhoods),
            prices: (dollars(search.min_price, 0), dollars(search.max_price, u32::MAX)),
            beds: search.beds.map_or(0, |beds| beds.get().into()),
            baths: search.baths.map_or(0.0, Baths::as_f64),
            sqft: (
                search.min_sqft.map_or(least_sqft, Sqft::get),
                search.max_sqft.map_or(u32::MAX, Sqft::get),
            ),
            acres: (
                search.min_acres.unwrap_or(least_acres),
                search.max_acres.unwrap_or(f64::INFINITY),
            ),
            is_nothing: words.as_ref().is_some_and(Vec::is_empty),
            words: (words.iter().flatten())
                .map(|word| meant_by(word, &census.vocabulary))
                .collect(),
        }
    }

    fn fits(&self, home: &Home) -> bool {
        let search = self.search;
        !self.is_nothing
            && (search.towns.is_empty() || self.towns.contains(&home.town))
            && (search.neighborhoods.is_empty() || self.neighborhoods.contains(&home.neighborhood))
            && (search.statuses.is_empty() || search.statuses.contains(&home.status))
            && (search.types.is_empty() || search.types.contains(&home.kind))
            && (self.prices.0..=self.prices.1).contains(&home.price)
            && home.beds >= self.beds
            && home.baths >= self.baths
            && (self.sqft.0..=self.sqft.1).contains(&home.sqft)
            && (self.acres.0..=self.acres.1).contains(&home.acres)
            && search.bounds.is_none_or(|bounds| lies_in(home.at, bounds))
    }
}

/// Which words of a vocabulary begin so.
fn meant_by(word: &str, vocabulary: &BTreeMap<String, u32>) -> Vec<bool> {
    let mut meant = vec![false; vocabulary.len()];
    let those = vocabulary.range::<str, _>((Bound::Included(word), Bound::Unbounded));
    for (_, number) in those.take_while(|(known, _)| known.starts_with(word)) {
        meant[*number as usize] = true;
    }
    meant
}

/// The edges lie in it.
fn lies_in(at: Option<Coordinates>, bounds: Bounds) -> bool {
    at.is_some_and(|at| {
        (bounds.south..=bounds.north).contains(&at.lat) && (bounds.west..=bounds.east).contains(&at.lng)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_home() -> HomeFacts {
        HomeFacts {
            status: ListingStatus::Active,
            kind: ListingType::SingleFamily,
            town: "wilton".to_owned(),
            neighborhood: "cannondale".to_owned(),
            address: "12 elm street wilton ct 06897".to_owned(),
            price: 1_250_000,
            beds: 4,
            baths: 2.5,
            sqft: 2_450,
            acres: 0.5,
            at: Some(Coordinates {
                lat: 41.2,
                lng: -73.4,
            }),
        }
    }

    fn land() -> HomeFacts {
        HomeFacts {
            kind: ListingType::Land,
            neighborhood: String::new(),
            address: " wilton ct 06897".to_owned(),
            beds: 0,
            baths: 0.0,
            sqft: 0,
            acres: 0.0,
            at: None,
            ..a_home()
        }
    }

    fn count(search: &ListingSearch) -> usize {
        let mut census = Census::default();
        assert_eq!(census.count(search), 0, "nothing is found among no homes");
        census.push(&a_home());
        census.push(&land());
        census.count(search)
    }

    fn text(text: &str) -> ListingSearch {
        ListingSearch {
            text: Some(text.to_owned()),
            ..ListingSearch::default()
        }
    }

    #[test]
    fn words_begin_those_of_addresses() {
        for (asked, found) in [
            ("wilton", 2),
            ("WIL", 2),
            ("ilton", 0),
            ("elm wil 0689", 1),
            ("elm nowhere", 0),
            ("--", 0),
        ] {
            assert_eq!(count(&text(asked)), found, "{asked}");
        }
    }

    #[test]
    fn what_nobody_knows_is_not_at_most_anything() {
        let all = ListingSearch::default();
        let small = ListingSearch {
            max_sqft: "9000".parse().ok(),
            ..all.clone()
        };
        let little = ListingSearch {
            max_acres: Some(9.0),
            ..all.clone()
        };
        let here = ListingSearch {
            bounds: Some(Bounds {
                south: 41.2,
                west: -73.4,
                north: 41.2,
                east: -73.4,
            }),
            ..all.clone()
        };

        let counts = [&all, &small, &little, &here].map(count);

        assert_eq!(counts, [2, 1, 1, 1]);
    }

    #[test]
    fn a_place_that_no_home_lies_in_has_none() {
        let of = |towns: &[&str], neighborhoods: &[&str]| {
            let slugs = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect();
            count(&ListingSearch {
                towns: slugs(towns),
                neighborhoods: slugs(neighborhoods),
                ..ListingSearch::default()
            })
        };

        assert_eq!(of(&["wilton"], &[]), 2);
        assert_eq!(of(&["nowhere"], &[]), 0);
        assert_eq!(of(&["nowhere", "wilton"], &["cannondale"]), 1);
        assert_eq!(of(&["wilton"], &["nowhere"]), 0);
    }

    #[test]
    fn it_says_how_much_it_takes() {
        let mut census = Census::default();
        for _ in 0..1_000 {
            census.push(&a_home());
        }

        let bytes_a_home = census.size() / 1_000;

        assert!((90..300).contains(&bytes_a_home), "{bytes_a_home}");
    }
}
