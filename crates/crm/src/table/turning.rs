//! Turning the pages of a list by its rows' own places: the last page costs what the first costs, and nothing is
//! skipped or shown twice when rows arrive meanwhile.

use std::str::FromStr;

use jiff::Timestamp;
use server::{
    Failure, Params,
    cursor::{self, Cursors, Key},
    page::{Pager, thousands},
};
use types::Page;

use crate::dialog::OPEN;

/// Where a row stands in the order of its list.
pub(crate) type Place<Id, K = Timestamp> = (K, Id);

/// From where a reader wants to see the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window<Id, K = Timestamp> {
    /// From its start.
    Start,
    /// What follows this row.
    After(Place<Id, K>),
    /// What comes before this row.
    Before(Place<Id, K>),
}

impl<Id: FromStr, K: Key> Window<Id, K> {
    /// Reads `cursor` and `before`.
    ///
    /// # Errors
    ///
    /// Malformed, for a cursor that is not one of this list.
    pub(crate) fn read(cursors: &Cursors<'_>, params: &Params) -> Result<Self, Failure> {
        if let Some(place) = cursors.before(params)? {
            return Ok(Self::Before(place));
        }
        Ok(cursors.after(params)?.map_or(Self::Start, Self::After))
    }
}

impl<Id: Clone, K: Clone> Window<Id, K> {
    /// Whether the list has to be read from its other end.
    pub(crate) fn is_backward(&self) -> bool {
        matches!(self, Self::Before(_))
    }

    /// The row that those wanted come after, in the order they are read.
    pub(crate) fn after(&self) -> Option<Place<Id, K>> {
        match self {
            Self::Start => None,
            Self::After(place) | Self::Before(place) => Some(place.clone()),
        }
    }
}

/// The rows of a window, in the order of the list.
#[derive(Debug)]
pub(crate) struct Turned<T> {
    pub(crate) items: Vec<T>,
    has_previous: bool,
    has_next: bool,
    /// Nothing is before the page, and nothing behind it.
    is_all: bool,
}

impl<T> Turned<T> {
    /// Puts what was read into the order of the list.
    pub(crate) fn of<Id: Clone, K: Clone>(page: Page<T>, window: &Window<Id, K>) -> Self {
        let is_all = matches!(window, Window::Start) && page.is_all();
        let mut items = page.items;
        if window.is_backward() {
            items.reverse();
        }
        Self {
            items,
            has_previous: match window {
                Window::Start => false,
                Window::After(_) => true,
                Window::Before(_) => page.has_more,
            },
            has_next: window.is_backward() || page.has_more,
            is_all,
        }
    }

    /// How many rows there are in all, where the page shows it: then nobody has to go through the list once more.
    pub(crate) fn total(&self) -> Option<i64> {
        self.is_all.then_some(self.items.len() as i64)
    }

    /// The way to the pages beside this one. Links keep the list's filters.
    pub(crate) fn pager<P: cursor::Place>(
        &self,
        (what, path): (&'static str, &str),
        params: &Params,
        cursors: &Cursors<'_>,
        (total, place): (i64, impl Fn(&T) -> P),
    ) -> Pager {
        let there = params.without("cursor").without("before");
        let there = there.without("offset").without(OPEN);
        let link = |name: &str, row: Option<&T>| {
            let cursor = cursors.sealed(place(row?));
            Some(format!("{path}?{}", there.query_with(name, Some(&cursor))))
        };
        Pager {
            what,
            range: format!("{} of {} {what}", self.items.len(), thousands(total)),
            previous: link("before", self.items.first().filter(|_| self.has_previous)),
            next: link("cursor", self.items.last().filter(|_| self.has_next)),
        }
    }
}
