//! What the address of a search asks: the address is the whole state of the page.

use std::{fmt::Display, str::FromStr};

use db::TenantScope;
use server::{FieldErrors, Submitted};
use types::{
    PageRequest, Slug,
    listings::{Bounds, Listing, ListingSearch, ListingSort, ListingStatus, SortKey, SortOrder},
    property::NumberError,
    whole_number,
};

use crate::app::App;

/// Homes on a page when nobody says otherwise.
const PAGE_SIZE: u32 = 12;
const MAX_PAGE_SIZE: u32 = 50;

/// More words in one parameter than any site has towns.
const MOST_WORDS: usize = 100;

/// More letters than any street has.
const MOST_LETTERS: usize = 100;

/// A search and the page of it that is wanted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub(crate) search: ListingSearch,
    /// From 1.
    pub(crate) page: u32,
    pub(crate) page_size: u32,
}

/// The home that an address names beside its search, such as the one a visitor looked at. One that is not there is
/// noted.
pub(super) async fn chosen(
    app: &App,
    scope: &TenantScope,
    params: &Submitted,
    errors: &mut FieldErrors,
) -> anyhow::Result<Option<Listing>> {
    let Some(text) = params.filled("listing_id") else {
        return Ok(None);
    };
    let found = match text.parse() {
        Ok(id) => app.listings.find(scope, &id).await?,
        Err(_) => None,
    };
    if found.is_none() {
        errors.add(
            "listing_id",
            "unknown",
            "The home that was chosen is not here any more.",
        );
    }
    Ok(found)
}

impl Asked {
    /// Reads parameters. What could not be read is left out, and named in the errors: a page shows what it understood,
    /// a program is told.
    pub(crate) fn read(params: &Submitted) -> (Self, FieldErrors) {
        let mut reader = Reader {
            params,
            errors: FieldErrors::default(),
        };
        let mut search = ListingSearch {
            text: reader.text("q"),
            towns: reader.places("towns", "A town"),
            neighborhoods: reader.places("neighborhoods", "A neighborhood"),
            statuses: reader.words("status", "The status"),
            types: reader.words("types", "The kind of home"),
            min_price: reader.number("min_price", "The least price"),
            max_price: reader.number("max_price", "The highest price"),
            beds: reader.number("beds", "The number of bedrooms"),
            baths: reader.number("baths", "The number of bathrooms"),
            min_sqft: reader.number("min_sqft", "The least square feet"),
            max_sqft: reader.number("max_sqft", "The most square feet"),
            min_acres: reader.acres("min_acres", "The least acres"),
            max_acres: reader.acres("max_acres", "The most acres"),
            bounds: reader.bounds(),
            sort: reader.sort(),
        };
        reader.order_ranges(&mut search);
        let number = |name, most: u32| {
            let asked = params.filled(name).and_then(whole_number)?;
            u32::try_from(asked.clamp(1, most.into())).ok()
        };
        let asked = Self {
            search,
            page: number("page", u32::MAX).unwrap_or(1),
            page_size: number("pageSize", MAX_PAGE_SIZE).unwrap_or(PAGE_SIZE),
        };
        (asked, reader.errors)
    }

    /// The same as people mean it: who does not say which homes wants those that are to be had.
    pub(crate) fn by_people(params: &Submitted) -> (Self, FieldErrors) {
        let (mut asked, errors) = Self::read(params);
        if asked.search.statuses.is_empty() {
            asked.search.statuses = ListingStatus::FOR_SALE.to_vec();
        }
        (asked, errors)
    }

    /// The rows of the page.
    pub(crate) fn request(&self) -> PageRequest {
        let before = i64::from(self.page - 1) * i64::from(self.page_size);
        PageRequest::new(self.page_size.into(), before)
    }

    /// How many pages so many homes fill.
    pub(crate) fn pages(&self, total: i64) -> i64 {
        let size = i64::from(self.page_size);
        (total + size - 1) / size
    }
}

/// Takes two ends out that lie the wrong way round, and says so.
fn turned<T: PartialOrd>(least: &mut Option<T>, most: &mut Option<T>) -> bool {
    let is_turned = least
        .as_ref()
        .zip(most.as_ref())
        .is_some_and(|(least, most)| least > most);
    if is_turned {
        (*least, *most) = (None, None);
    }
    is_turned
}

/// Reads parameters, and notes those it cannot.
struct Reader<'a> {
    params: &'a Submitted,
    errors: FieldErrors,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> Option<String> {
        let text = self.params.filled(name)?;
        Some(text.chars().take(MOST_LETTERS).collect())
    }

    /// A number, called `what` in a sentence.
    fn number<T>(&mut self, name: &str, what: &str) -> Option<T>
    where
        T: FromStr<Err = NumberError>,
    {
        let text = self.params.filled(name)?.trim_start_matches('$');
        self.keep((name, what), "invalid", text.parse())
    }

    /// Ends that lie the wrong way round find nothing, whatever was meant: both are left out, and that is said.
    fn order_ranges(&mut self, search: &mut ListingSearch) {
        let ranges = [
            (
                "price",
                "price",
                turned(&mut search.min_price, &mut search.max_price),
            ),
            ("sqft", "size", turned(&mut search.min_sqft, &mut search.max_sqft)),
            (
                "acres",
                "lot",
                turned(&mut search.min_acres, &mut search.max_acres),
            ),
        ];
        for (name, what, is_turned) in ranges {
            if is_turned {
                let sentence = format!("The least {what} is more than the most, so that no home fits.");
                self.errors.add(format!("min_{name}"), "range", sentence);
            }
        }
    }

    fn bounds(&mut self) -> Option<Bounds> {
        let text = self.params.filled("bounds")?;
        self.errors.keep("bounds", "invalid", text.parse())
    }

    /// Words after commas, in one parameter or several of a name.
    fn words<T>(&mut self, name: &str, what: &str) -> Vec<T>
    where
        T: FromStr<Err: Display>,
    {
        self.listed((name, what), T::from_str)
    }

    /// The same of places, which people write as they are called: `New Canaan` is `new-canaan`.
    fn places(&mut self, name: &str, what: &str) -> Vec<Slug> {
        self.listed((name, what), Slug::from_name)
    }

    fn listed<T, E: Display>(&mut self, named: (&str, &str), read: impl Fn(&str) -> Result<T, E>) -> Vec<T> {
        let words = self.params.all(named.0).flat_map(|list| list.split(','));
        let words = words.map(str::trim).filter(|word| !word.is_empty());
        words
            .take(MOST_WORDS)
            .filter_map(|word| self.keep(named, "unknown", read(word)))
            .collect()
    }

    fn acres(&mut self, name: &str, what: &str) -> Option<f64> {
        let acres = self.params.filled(name)?.parse();
        match acres {
            Ok(acres) if (0.0..1e6).contains(&acres) => Some(acres),
            Ok(_) => self.keep((name, what), "invalid", Err("must be from 0 to 1,000,000")),
            Err(_) => self.keep((name, what), "invalid", Err(NumberError::NotANumber)),
        }
    }

    /// What was read, or else a sentence that says what is wrong with it.
    fn keep<T>(
        &mut self,
        (name, what): (&str, &str),
        code: &'static str,
        read: Result<T, impl Display>,
    ) -> Option<T> {
        let read = read.map_err(|error| format!("{what} {error}."));
        self.errors.keep(name, code, read)
    }

    /// `price-asc`; without an end, the one people mean: the cheapest first, and the most of all else.
    fn sort(&mut self) -> ListingSort {
        let Some(text) = self.params.filled("sort") else {
            return ListingSort::default();
        };
        let (key, order) = text.split_once(['-', ':', '_', ' ']).unwrap_or((text, ""));
        let Some(key) = self.keep(("sort", "The order"), "unknown", key.parse::<SortKey>()) else {
            return ListingSort::default();
        };
        let usual = match key {
            SortKey::Price => SortOrder::Asc,
            SortKey::ListedAt | SortKey::Beds | SortKey::Sqft => SortOrder::Desc,
        };
        let order = self.params.filled("order").unwrap_or(order);
        let order = match order {
            "" => usual,
            word => {
                let order = self.keep(("sort", "The order"), "unknown", word.parse());
                order.unwrap_or(usual)
            }
        };
        ListingSort { key, order }
    }
}
