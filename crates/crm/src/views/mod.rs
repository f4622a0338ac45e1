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
use server::{Failure, Params, Submitted};
use types::{ListKind, PageRequest, SavedView};

use crate::{contacts, leads, member::Member};

/// Where a list is.
pub(crate) const fn path_of(list: ListKind) -> &'static str {
    match list {
        ListKind::Leads => "/leads",
        ListKind::Contacts => "/contacts",
    }
}

/// The views of a list as one member finds them.
pub(crate) struct Views {
    /// Those they see.
    pub(crate) all: Vec<SavedView>,
    /// The one their list opens with.
    pub(crate) usual: Option<SavedView>,
}

impl Views {
    /// Where the whole list is: its bare address shows the usual view, if there is one.
    pub(crate) const fn whole(&self, list: ListKind) -> &'static str {
        match (list, &self.usual) {
            (_, None) => path_of(list),
            (ListKind::Leads, Some(_)) => "/leads?view=all",
            (ListKind::Contacts, Some(_)) => "/contacts?view=all",
        }
    }

    /// The usual view, for who asked for the list and nothing else.
    pub(crate) fn instead_of(&self, params: &Params) -> Option<&SavedView> {
        let is_bare = params.pairs().next().is_none();
        self.usual.as_ref().filter(|_| is_bare)
    }
}

/// The views of a list that a member sees.
pub(crate) async fn of_list(tx: &mut Tx, member: &Member, list: ListKind) -> Result<Views, Failure> {
    let filter = ViewFilter {
        seen_by: member.person_id(),
        list: Some(list),
        after: None,
    };
    let all = PageRequest::new(PageRequest::MAX_LIMIT.into(), 0);
    Ok(Views {
        all: views::list(tx, &member.scope, &filter, all).await?.items,
        usual: views::default_of(tx, &member.scope, (member.person_id(), list)).await?,
    })
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
