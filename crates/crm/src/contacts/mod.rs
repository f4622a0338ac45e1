//! Contacts: the people a tenant knows, and everything that happened with each.

pub(crate) mod add;
pub(crate) mod api;
mod at_stake;
mod card;
pub(crate) mod change;
mod columns;
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
#[cfg(test)]
mod tests;
pub(crate) mod vcard;

pub(crate) use card::{ContactCard, dialled, initials};
use db::tenant::contacts::{ContactFilter, ContactSort};
pub(crate) use edit::save;
pub(crate) use homes::HomeSeen;
use server::{Failure, Params, Submitted};

/// Reads the filters that the page and the API share.
///
/// # Errors
///
/// Invalid, for an order nobody knows.
fn filter(params: &Params) -> Result<ContactFilter, Failure> {
    let search = params.filled("search").or_else(|| params.filled("q"));
    let sort = match params.filled("sort") {
        None | Some("-createdAt") => ContactSort::Newest,
        Some("createdAt") => ContactSort::Oldest,
        Some(_) => {
            let sentence = "The sort must be one of -createdAt, createdAt.";
            return Err(Failure::invalid("/sort", "unknown", sentence));
        }
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

/// Reads the filters of a query that was kept.
///
/// # Errors
///
/// Malformed or invalid, when nobody could see such a list.
pub(crate) fn filter_of_query(query: &str) -> Result<ContactFilter, Failure> {
    filter(&Params(Submitted::of_query(query)?))
}

/// The word for an order.
const fn word(sort: ContactSort) -> &'static str {
    match sort {
        ContactSort::Newest => "-createdAt",
        ContactSort::Oldest => "createdAt",
    }
}
