//! What programs and forms send to be kept, brought into one form.

use std::slice;

use serde_json::Value;
use server::{FieldErrors, Submitted};
use types::listings::ListingId;

use crate::listings::{Asked, in_words, written};

/// The parameters of a search: what has one of them is one.
const OF_A_SEARCH: [&str; 19] = [
    "q",
    "towns",
    "neighborhoods",
    "status",
    "types",
    "min_price",
    "max_price",
    "beds",
    "baths",
    "min_sqft",
    "max_sqft",
    "min_acres",
    "max_acres",
    "bounds",
    "sort",
    "order",
    "page",
    "pageSize",
    "listing_id",
];

/// Longer than any search a person makes.
const LONGEST: usize = 2_000;

/// Homes as ids, or as objects with one.
pub(crate) fn read_homes(sent: Option<&Value>, errors: &mut FieldErrors) -> Vec<ListingId> {
    let all = list(sent, "savedHomes", db::tenant::saved::MOST_HOMES, errors);
    let mut homes = Vec::new();
    for (place, home) in all.iter().enumerate() {
        let id = [home, &home["listingId"], &home["id"]]
            .into_iter()
            .find_map(Value::as_str);
        match id.map(str::parse) {
            Some(Ok(id)) => homes.push(id),
            _ => errors.add(
                format!("/savedHomes/{place}"),
                "invalid",
                "A home must be the id of a listing.",
            ),
        }
    }
    homes
}

/// Searches as queries, or as objects with one and perhaps a name. Each comes as its name and its query. One that would
/// find other homes than were asked for is none.
pub(crate) fn read_searches(sent: Option<&Value>, errors: &mut FieldErrors) -> Vec<(String, String)> {
    let all = list(sent, "savedSearches", db::tenant::saved::MOST_SEARCHES, errors);
    let mut searches = Vec::new();
    for (place, search) in all.iter().enumerate() {
        let read = match text_of(search) {
            Some(text) => mistake(&text).map_or_else(|| Ok(tidy(&text)), Err),
            None => Err("A search must have a query or filters.".to_owned()),
        };
        let Some(query) = errors.keep(&format!("/savedSearches/{place}"), "invalid", read) else {
            continue;
        };
        let name = search["name"]
            .as_str()
            .map(|name| name.trim().chars().take(100).collect());
        let name: Option<String> = name.filter(|name: &String| !name.is_empty());
        searches.push((name.unwrap_or_else(|| name_of(&query)), query));
    }
    searches
}

fn list<'a>(sent: Option<&'a Value>, field: &str, most: usize, errors: &mut FieldErrors) -> &'a [Value] {
    match sent {
        None | Some(Value::Null) => &[],
        Some(Value::Array(all)) if all.len() <= most => all,
        Some(_) => {
            let sentence = format!("This must be a list of at most {most}.");
            errors.add(format!("/{field}"), "invalid", sentence);
            &[]
        }
    }
}

/// A search as the text of an address. A filter that is null asks nothing.
fn text_of(search: &Value) -> Option<String> {
    let text = [search, &search["query"], &search["searchParams"], &search["url"]];
    if let Some(text) = text.into_iter().find_map(Value::as_str) {
        return Some(text.to_owned());
    }
    let filters = ["filters", "query", "searchParams"]
        .into_iter()
        .find_map(|name| search[name].as_object())?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in filters {
        let all = value.as_array().map_or(slice::from_ref(value), Vec::as_slice);
        let words: Vec<_> = all.iter().filter(|value| !value.is_null()).map(word).collect();
        if !words.is_empty() {
            query.append_pair(&snake_case(name), &words.join(","));
        }
    }
    Some(query.finish())
}

/// The path and the query of an address, or of a query alone.
fn parted(text: &str) -> (&str, &str) {
    let text = text.split('#').next().unwrap_or(text);
    match text.split_once('?') {
        Some((path, query)) if !path.contains('=') => (path, query),
        None if text.contains('/') && !text.contains('=') => (text, ""),
        _ => ("", text),
    }
}

/// What an address asks. A flood of fields, and letters that no text has, ask nothing.
fn params_of(text: &str) -> Submitted {
    Submitted::of_query(parted(text).1).unwrap_or_default()
}

/// Whether a text is a search at all: one that asks for nothing finds all homes, and `zzz` asks for something else.
fn is_search(text: &str) -> bool {
    let (path, query) = parted(text);
    if path.ends_with("/home-search") || (path.is_empty() && query.trim().is_empty()) {
        return Submitted::of_query(query).is_ok();
    }
    let params = params_of(text);
    params.pairs().any(|(name, _)| OF_A_SEARCH.contains(&name))
}

/// What is wrong with a query that shall be kept, if it is none that finds homes: whoever keeps it would hear of others
/// than they asked for.
pub(crate) fn mistake(text: &str) -> Option<String> {
    if !is_search(text) {
        return Some("This is no search: it asks for nothing that homes have.".to_owned());
    }
    let (asked, errors) = Asked::by_people(&params_of(text));
    if let Some(first) = errors.iter().next() {
        return Some(first.detail.clone());
    }
    let is_long = written(&asked.search).len() > LONGEST;
    is_long.then(|| "This search names more than can be kept. Take some of it out.".to_owned())
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 2);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// The query of a search in its one spelling, without its page and whatever else is in an address.
pub(crate) fn tidy(text: &str) -> String {
    written(&asked_by(text).search)
}

/// What a kept query asks for.
pub(crate) fn asked_by(query: &str) -> Asked {
    let (asked, _) = Asked::by_people(&params_of(query));
    asked
}

/// What a search is called until somebody names it: `Wilton, Darien · 3 or more beds · up to $1,000,000`.
pub(super) fn name_of(query: &str) -> String {
    let line = in_words(&asked_by(query).search);
    line.map_or_else(|| "All homes".to_owned(), |line| line.chars().take(100).collect())
}
