//! Contacts: the people a tenant knows, and everything that happened with each.

pub(crate) mod add;
pub(crate) mod api;
mod at_stake;
mod card;
pub(crate) mod change;
mod columns;
mod consents;
pub(crate) mod delete;
pub(crate) mod edit;
pub(crate) mod erase;
pub(crate) mod everything;
mod homes;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod notes;
pub(crate) mod pages;
mod remove;
pub(crate) mod shared;
#[cfg(test)]
mod tests;
pub(crate) mod vcard;

pub(crate) use card::{ContactCard, Number, initials, saved};
pub(crate) use change::edited;
pub(crate) use consents::{ConsentsOut, consents_in_words};
use db::tenant::contacts::{ContactFilter, ContactSort};
pub(crate) use edit::save;
pub(crate) use homes::HomeSeen;
use server::{Failure, Params, Submitted};

use crate::listing;

/// Reads the filters that the page and the API share.
///
/// # Errors
///
/// Invalid, for an order nobody knows.
fn filter(params: &Params) -> Result<ContactFilter, Failure> {
    let search = params.filled("search").or_else(|| params.filled("q"));
    let asked = params.filled("sort").unwrap_or("-createdAt");
    let Some((sort, _)) = ORDERS.into_iter().find(|(_, word)| *word == asked) else {
        let words = ORDERS.map(|(_, word)| word).join(", ");
        let sentence = format!("The sort must be one of {words}.");
        return Err(Failure::invalid("/sort", "unknown", sentence));
    };
    Ok(ContactFilter {
        source: params.filled("source").map(str::to_owned),
        tag: params.filled("tag").map(str::to_owned),
        search: search.map(str::to_owned),
        sort,
        named: None,
        after: None,
    })
}

/// The parameters whose values are known, and the others in words, as the list of leads does it.
fn known(params: Params) -> (Params, Vec<String>) {
    match filter(&params) {
        Err(Failure::Invalid(errors)) => listing::known(params, &errors),
        _ => (params, Vec::new()),
    }
}

/// Reads the filters of a query that was kept.
///
/// # Errors
///
/// Malformed or invalid, when nobody could see such a list.
pub(crate) fn filter_of_query(query: &str) -> Result<ContactFilter, Failure> {
    filter(&Params(Submitted::of_query(query)?))
}

/// Every order, each with its word.
const ORDERS: [(ContactSort, &str); 4] = [
    (ContactSort::Newest, "-createdAt"),
    (ContactSort::Oldest, "createdAt"),
    (ContactSort::Name, "name"),
    (ContactSort::NameBackwards, "-name"),
];

/// The word for an order.
fn word(sort: ContactSort) -> &'static str {
    let named = ORDERS.iter().find(|(order, _)| *order == sort);
    named.map_or("-createdAt", |(_, word)| word)
}
