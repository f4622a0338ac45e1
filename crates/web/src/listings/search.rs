//! `/home-search`: a form, what it found, and the way through it. All of its state is its address.

use askama::Template;
use axum::{extract::State, response::Response};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::json;
use server::{
    Failure, Filled, Params, Submitted,
    page::{self, amount, thousands},
};
use types::{
    EventType, ListingType, ModuleKey, Slug,
    content::Town,
    listings::{Listing, ListingSort, ListingStatus, SortKey},
};

use super::{
    Asked, ListingCard, in_words,
    map::Map,
    relax::{Relaxation, relaxations},
    wanted::capitals,
    written::sort_word,
};
use crate::{
    app::App,
    saved::SavedHomes,
    site::{Frame, Markup, day},
    towns::all_towns,
    visitor::Visitor,
};

/// The orders a person may choose.
const SORTS: [(&str, &str); 6] = [
    ("", "Newest first"),
    ("price-asc", "Lowest price first"),
    ("price-desc", "Highest price first"),
    ("beds-desc", "Most bedrooms first"),
    ("sqft-desc", "Largest first"),
    ("listedAt-asc", "Longest on the market first"),
];

/// Orders that few choose: they are in the list while they are asked for.
const RARE_SORTS: [(&str, &str); 2] = [
    ("beds-asc", "Fewest bedrooms first"),
    ("sqft-asc", "Smallest first"),
];

/// Filters that a telephone shows at an address of their own.
const FIRST: [&str; 3] = ["min_price", "max_price", "beds"];

/// Filters that stand behind a word wherever the page is shown.
const MORE: [&str; 9] = [
    "types",
    "towns",
    "baths",
    "min_sqft",
    "max_sqft",
    "min_acres",
    "max_acres",
    "status",
    "neighborhoods",
];

const AT_LEAST: [(&str, &str); 6] = [
    ("", "Any"),
    ("1", "1 or more"),
    ("2", "2 or more"),
    ("3", "3 or more"),
    ("4", "4 or more"),
    ("5", "5 or more"),
];

/// One of a list.
struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "listings/search.html")]
struct Search {
    frame: Frame,
    form: Filled,
    towns: Vec<Town>,
    /// The home that the address names, above the others.
    chosen: Option<[ListingCard; 1]>,
    cards: Vec<ListingCard>,
    map: Option<Map>,
    total: i64,
    asked: Asked,
    relaxations: Vec<Relaxation>,
    /// How old what is shown may be, when that is longer than it should be.
    age: Option<String>,
}

pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    mut frame: Frame,
    saved: SavedHomes,
    Params(params): Params,
) -> Result<Response, Failure> {
    let scope = &visitor.site.scope;
    let (asked, mut errors) = Asked::by_people(&params);
    let chosen = super::chosen(&app, scope, &params, &mut errors).await?;
    let found = app.listings.search(scope, &asked.search, asked.request()).await?;
    let relaxations = match found.total {
        0 => relaxations(app.listings.as_ref(), scope, &params).await?,
        _ => Vec::new(),
    };
    let towns = all_towns(&mut app.db.read(scope).await?, scope).await?;
    let wanted = (&asked.search, found.total);
    let map = Map::of(app.listings.as_ref(), scope, wanted, &params, &towns).await?;
    let answered_at = app.listings.answered_at(scope).await?;
    let age = answered_at.and_then(|at| age(at, app.clock.now(), &visitor.site.zone));
    let here = match params.query_with("", None) {
        query if query.is_empty() => "/home-search".to_owned(),
        query => format!("/home-search?{query}"),
    };
    frame.canonical.push_str(&own_page(&params, &asked, found.total));
    let gesture = app.ids.new_id().to_string();
    let times = (&visitor.site.zone, app.clock.now());
    let card = |listing: &Listing| {
        let card = ListingCard::of(frame.art_theme(), listing).with_times(listing, times);
        card.with_button(saved.has(&listing.id), &here, &gesture)
    };
    page::private(&Search {
        chosen: chosen.as_ref().map(|listing| [card(listing)]),
        cards: found.listings.iter().map(card).collect(),
        frame,
        form: Filled::new(params, errors),
        towns,
        map,
        total: found.total,
        asked,
        relaxations,
        age,
    })
}

/// What of its address names a page to search engines: its number, as each of the pages of all homes is one of its own.
/// Any other search is known as the page that it narrows.
fn own_page(params: &Submitted, asked: &Asked, total: i64) -> String {
    let is_of_all = params.without("page").query_with("page", None).is_empty();
    let is_there = (2..=asked.pages(total)).contains(&i64::from(asked.page));
    match is_of_all && is_there {
        true => format!("?page={}", asked.page),
        false => String::new(),
    }
}

/// Says how long the listing service has been silent, from a day on.
fn age(answered_at: Timestamp, now: Timestamp, zone: &TimeZone) -> Option<String> {
    let days = now.duration_since(answered_at).as_hours() / 24;
    (days >= ModuleKey::Listings.fresh_for_days()).then(|| {
        format!(
            "The listing service last answered on {}.",
            day(answered_at.to_zoned(zone.clone()).date())
        )
    })
}

/// `, 2 set`; nothing of none.
fn set(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!(", {count} set"),
    }
}

impl Search {
    /// Whether a box is ticked: by what was understood, however it was written.
    fn has(&self, name: &str, word: &str) -> bool {
        let search = &self.asked.search;
        let is_said = |name| self.form.values.all(name).any(|value| !value.trim().is_empty());
        match name {
            "types" => search.types.iter().any(|kind| kind.as_str() == word),
            "towns" => search.towns.iter().any(|town| town.as_str() == word),
            // Who says nothing means what is to be had.
            _ => is_said("status") && search.statuses.iter().any(|status| status.as_str() == word),
        }
    }

    /// How many bedrooms or bathrooms at least, with the number that is asked for among them.
    fn at_least(&self, name: &str) -> Vec<Choice> {
        let search = &self.asked.search;
        let asked = match name {
            "beds" => search.beds.map(|beds| beds.to_string()),
            _ => search.baths.map(|baths| baths.to_string()),
        };
        let asked = asked.unwrap_or_default();
        let mut all = AT_LEAST
            .map(|(value, label)| (value.to_owned(), label.to_owned()))
            .to_vec();
        if all.iter().all(|(value, _)| *value != asked) {
            let number = |value: &str| value.parse::<f64>().unwrap_or(0.0);
            let place = all.iter().position(|(value, _)| number(value) > number(&asked));
            let label = format!("{asked} or more");
            all.insert(place.unwrap_or(all.len()), (asked.clone(), label));
        }
        let choices = all.into_iter().map(|(value, label)| Choice {
            is_chosen: value == asked,
            value,
            label,
        });
        choices.collect()
    }

    /// The orders, with the one that is asked for among them.
    fn sorts(&self) -> Vec<Choice> {
        let sort = self.asked.search.sort;
        let asked = match sort == ListingSort::default() {
            true => String::new(),
            false => sort_word(sort),
        };
        let rare = RARE_SORTS.into_iter().filter(|(value, _)| *value == asked);
        let choices = SORTS.into_iter().chain(rare).map(|(value, label)| Choice {
            value: value.to_owned(),
            label: label.to_owned(),
            is_chosen: value == asked,
        });
        choices.collect()
    }

    /// The towns of the site, and those that are asked for besides.
    fn places(&self) -> Vec<(Slug, String)> {
        let known = self
            .towns
            .iter()
            .map(|town| (town.slug.clone(), town.name.clone()));
        let mut places: Vec<_> = known.collect();
        for town in &self.asked.search.towns {
            if places.iter().all(|(slug, _)| slug != town) {
                places.push((town.clone(), capitals(town)));
            }
        }
        places
    }

    /// The parts of towns that are asked for: there are too many to offer them all.
    fn parts(&self) -> Vec<(Slug, String)> {
        let mut parts: Vec<(Slug, String)> = Vec::new();
        for part in &self.asked.search.neighborhoods {
            if parts.iter().all(|(slug, _)| slug != part) {
                parts.push((part.clone(), capitals(part)));
            }
        }
        parts
    }

    /// The same search in any part of its towns, if it asks for some.
    fn any_part(&self) -> Option<String> {
        let params = self.form.values.without("neighborhoods");
        let is_narrow = !self.asked.search.neighborhoods.is_empty();
        is_narrow.then(|| match params.query_with("page", None) {
            query if query.is_empty() => "/home-search".to_owned(),
            query => format!("/home-search?{query}"),
        })
    }

    fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
        ListingType::ALL.iter().map(|kind| (kind.as_str(), kind.label()))
    }

    fn statuses() -> impl Iterator<Item = (&'static str, &'static str)> {
        ListingStatus::ALL
            .iter()
            .map(|status| (status.as_str(), status.label()))
    }

    /// What the site's script tells of this search.
    fn behaviour(&self) -> Markup {
        let (values, sort) = (&self.form.values, self.asked.search.sort);
        let filters = values.without("q").query_with("page", None);
        Markup::of_json(&json!({
            "eventType": EventType::SearchPerformed,
            "payload": {
                "source": "home-search",
                "searchContext": {
                    "query": values.filled("q"), "filtersJson": { "query": filters },
                    "sortField": sort.key, "sortOrder": sort.order, "page": self.asked.page,
                },
                "resultCount": u32::try_from(self.total).unwrap_or(u32::MAX),
            },
        }))
    }

    /// `Homes 13–24 of 225`.
    fn range(&self) -> String {
        let before = i64::from(self.asked.request().offset());
        let shown = i64::try_from(self.cards.len()).unwrap_or(0);
        match (self.total, shown) {
            (0, _) => "No homes".to_owned(),
            (1, 1) => "1 home".to_owned(),
            (_, 0) => format!("There is no page {}", thousands(self.asked.page.into())),
            (total, _) => format!(
                "Homes {}–{} of {}",
                thousands(before + 1),
                thousands(before + shown),
                thousands(total)
            ),
        }
    }

    /// What a page beyond the end says instead of homes.
    fn how_many(&self) -> String {
        let pages = amount(self.asked.pages(self.total), "page");
        match self.total {
            1 => "1 home fits, on the first page.".to_owned(),
            total => format!("{} homes fit, on {pages}.", thousands(total)),
        }
    }

    fn previous(&self) -> Option<String> {
        let last = self.asked.pages(self.total);
        let before = i64::from(self.asked.page - 1).min(last);
        (before > 0).then(|| self.page_at(before))
    }

    fn next(&self) -> Option<String> {
        let page = i64::from(self.asked.page);
        (page < self.asked.pages(self.total)).then(|| self.page_at(page + 1))
    }

    fn page_at(&self, page: i64) -> String {
        let page = (page > 1).then(|| page.to_string());
        match self.form.values.query_with("page", page.as_deref()) {
            query if query.is_empty() => "/home-search".to_owned(),
            query => format!("/home-search?{query}"),
        }
    }

    /// What it asks for, in a line.
    fn in_words(&self) -> Option<String> {
        in_words(&self.asked.search)
    }

    /// How many filters are set, as the end of the name of what leads to them.
    fn set_in_all(&self) -> String {
        set(self.set_of(&FIRST) + self.set_of(&MORE))
    }

    /// The same of those behind "More filters".
    fn set_in_more(&self) -> String {
        set(self.set_of(&MORE))
    }

    fn set_of(&self, filters: &[&str]) -> usize {
        let is_set = |name: &&&str| self.form.values.filled(name).is_some();
        filters.iter().filter(is_set).count()
    }

    /// Whether the homes are in another order than that in which they came.
    fn is_sorted(&self) -> bool {
        self.asked.search.sort.key != SortKey::ListedAt
    }
}
