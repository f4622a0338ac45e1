//! Homes for sale: `/home-search`, `/listings/{id}`, and the same for programs below `/api/listings`.

mod api;
mod asked;
mod card;
mod census;
mod map;
mod provider;
mod relax;
mod search;
mod show;
#[cfg(test)]
mod tests;
mod wanted;
mod written;

pub(crate) use api::{find as api_find, search as api_search, suggest as api_suggest};
pub(crate) use asked::Asked;
use asked::chosen;
pub(crate) use card::{ListingCard, disclaimers, each_once, firm, price};
pub(crate) use provider::{MOST_ARRIVED, Provider, Stored, Suggestion};
pub(crate) use search::page as search_page;
pub(crate) use show::{as_seen, ask_heading, one_line, page as show_page};
pub(crate) use wanted::in_words;
pub(crate) use written::written;
