//! What programs and forms send to be kept, brought into one form.

use serde_json::Value;
use server::{FieldErrors, Submitted};
use types::listings::ListingId;

use crate::listings::{Asked, in_words};

/// The parameters of a search that say which homes it finds, and in which order.
const OF_A_SEARCH: [&str; 15] = [
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

/// Searches as queries, or as objects with one and perhaps a name. Each comes as its name and its query.
pub(crate) fn read_searches(sent: Option<&Value>, errors: &mut FieldErrors) -> Vec<(String, String)> {
    let all = list(sent, "savedSearches", db::tenant::saved::MOST_SEARCHES, errors);
    let mut searches = Vec::new();
    for (place, search) in all.iter().enumerate() {
        let Some(query) = query_of(search) else {
            let pointer = format!("/savedSearches/{place}");
            errors.add(pointer, "invalid", "A search must have a query or filters.");
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

fn query_of(search: &Value) -> Option<String> {
    let text = [search, &search["query"], &search["searchParams"], &search["url"]];
    if let Some(text) = text.into_iter().find_map(Value::as_str) {
        return is_search(text).then(|| tidy(text));
    }
    let filters = ["filters", "query", "searchParams"]
        .into_iter()
        .find_map(|name| search[name].as_object())?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in filters {
        let words: Vec<_> = match value {
            Value::Array(all) => all.iter().map(word).collect(),
            one => vec![word(one)],
        };
        query.append_pair(&snake_case(name), &words.join(","));
    }
    let query = query.finish();
    is_search(&query).then(|| tidy(&query))
}

/// Whether a text is a search at all: one that asks for nothing finds all homes, and `zzz` asks for something else.
fn is_search(text: &str) -> bool {
    let (path, query) = text.rsplit_once('?').unwrap_or_else(|| match text.contains('/') {
        true => (text, ""),
        false => ("", text),
    });
    if path.ends_with("/home-search") || (path.is_empty() && query.trim().is_empty()) {
        return true;
    }
    let mut names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
    names.any(|name| matches!(&*name, "page" | "listing_id") || OF_A_SEARCH.contains(&name.as_ref()))
}

/// What is wrong with a query that shall be kept, if it is none that finds homes: whoever keeps it would hear of others
/// than they asked for.
pub(crate) fn mistake(query: &str) -> Option<String> {
    if !is_search(query) {
        return Some("This is no search: it asks for nothing that homes have.".to_owned());
    }
    let (_, errors) = read_query(query);
    let first = errors.iter().next();
    first.map(|error| error.detail.clone())
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

/// The query of a search without its page and whatever else is in an address: two of the same are one.
pub(crate) fn tidy(text: &str) -> String {
    let query = text.rsplit_once('?').map_or(text, |(_, query)| query);
    let mut pairs: Vec<_> = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, value)| OF_A_SEARCH.contains(&name.as_ref()) && !value.trim().is_empty())
        .collect();
    pairs.sort();
    let mut tidy = String::new();
    for (name, value) in pairs {
        let mut pair = form_urlencoded::Serializer::new(String::new());
        let pair = pair.append_pair(&name, &value).finish();
        if tidy.len() + pair.len() < LONGEST {
            tidy.push_str(if tidy.is_empty() { "" } else { "&" });
            tidy.push_str(&pair);
        }
    }
    tidy
}

/// What a kept query asks for.
pub(crate) fn asked_by(query: &str) -> Asked {
    let (asked, _) = read_query(query);
    asked
}

fn read_query(query: &str) -> (Asked, FieldErrors) {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let params = pairs.fold(Submitted::default(), |params, (name, value)| {
        params.with(&name, value)
    });
    Asked::by_people(&params)
}

/// What a search is called until somebody names it: `Wilton, Darien · 3 or more beds · up to $1,000,000`.
pub(super) fn name_of(query: &str) -> String {
    let line = in_words(&asked_by(query).search);
    line.map_or_else(|| "All homes".to_owned(), |line| line.chars().take(100).collect())
}
