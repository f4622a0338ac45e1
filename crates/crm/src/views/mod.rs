//! Saved views: a list as somebody likes to see it, under a name, for themselves or for all.

pub(crate) mod api;
mod keep;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use db::{
    Tx,
    tenant::views::{self, ViewFilter},
};
use server::{Failure, Submitted};
use types::{ListKind, PageRequest, SavedView};

use crate::{contacts, leads, member::Member};

/// Where a list is.
pub(crate) const fn path_of(list: ListKind) -> &'static str {
    match list {
        ListKind::Leads => "/leads",
        ListKind::Contacts => "/contacts",
    }
}

/// The views of a list that a member sees.
pub(crate) async fn of_list(tx: &mut Tx, member: &Member, list: ListKind) -> Result<Vec<SavedView>, Failure> {
    let filter = ViewFilter {
        seen_by: member.person_id(),
        list: Some(list),
        after: None,
    };
    let all = PageRequest::new(PageRequest::MAX_LIMIT.into(), 0);
    Ok(views::list(tx, &member.scope, &filter, all).await?.items)
}

/// What a list still knows of a query, and how many of its fields are gone: filters change over the years, and a view
/// that was saved before them must still open.
pub(crate) fn what_is_left(list: ListKind, query: &Submitted) -> (Submitted, usize) {
    let (names, wrong) = match list {
        ListKind::Leads => (leads::list::PARAMETERS, leads::list::wrong_in(query)),
        ListKind::Contacts => (contacts::list::PARAMETERS, Vec::new()),
    };
    let is_left = |name: &str| names.contains(&name) && !wrong.iter().any(|gone| gone == name);
    let left = query.only(is_left);
    let gone = query.only(|name| !is_left(name)).pairs().count();
    (left, gone)
}
