//! Contacts: the people a tenant knows, and everything that happened with each.

pub(crate) mod api;
mod card;
mod change;
mod edit;
pub(crate) mod pages;
mod remove;
#[cfg(test)]
mod tests;

pub(crate) use card::ContactCard;
use db::tenant::contacts::ContactFilter;
pub(crate) use edit::save;
use server::Params;

/// Reads the filters that the page and the API share.
fn filter(params: &Params) -> ContactFilter {
    let search = params.filled("search").or_else(|| params.filled("q"));
    ContactFilter {
        source: params.filled("source").map(str::to_owned),
        search: search.map(str::to_owned),
        after: None,
    }
}
