//! Tables whose columns the reader chooses: the same cells on the page and in a file.

pub(crate) mod export;
#[cfg(test)]
mod tests;
mod toolbar;
pub(crate) mod turning;

use server::{Params, page::thousands};
use types::{EditSubject, PageRequest};

pub(crate) use toolbar::{FilterField, Toolbar, caption, is_dense};

use crate::{leads::Badge, zone::When};

/// What a reader may choose to see of a row, besides who it is.
pub(crate) trait Column: Copy + PartialEq + 'static {
    /// Every column, in the order they stand.
    const ALL: &'static [Self];
    /// Those shown to who has not chosen.
    const USUAL: &'static [Self];

    /// The word in the address.
    fn word(self) -> &'static str;
    /// The heading.
    fn label(self) -> &'static str;
}

/// The columns an address names, in their order; the usual ones when it names none.
pub(crate) fn chosen<C: Column>(params: &Params) -> Vec<C> {
    let named = |column: &C| params.all("column").any(|word| word == column.word());
    let chosen: Vec<C> = C::ALL.iter().copied().filter(named).collect();
    if chosen.is_empty() {
        C::USUAL.to_vec()
    } else {
        chosen
    }
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Nothing is known.
    Empty,
    /// A few words.
    Text(String),
    /// Many words, cut on the page and whole in its title.
    Long(String),
    /// A word with a colour.
    Badge(Badge),
    /// The same, about time running.
    Clock(Badge),
    /// The same with its reasons.
    Told(Badge, String),
    /// A time.
    When(When),
}

impl Cell {
    /// Text, if there is any.
    pub(crate) fn text(text: Option<String>) -> Self {
        text.filter(|text| !text.is_empty())
            .map_or(Self::Empty, Self::Text)
    }

    /// The same cell in a file, where times are for machines.
    pub(crate) fn in_file(self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Long(text) => text,
            Self::Badge(badge) | Self::Clock(badge) | Self::Told(badge, _) => badge.text,
            Self::When(when) => when.iso,
        }
    }
}

/// A heading.
pub(crate) struct Head {
    pub(crate) label: &'static str,
    pub(crate) sorting: Option<Sorting>,
}

impl Head {
    /// Of a column that the list is not sorted by.
    pub(crate) const fn plain(label: &'static str) -> Self {
        Self { label, sorting: None }
    }
}

/// How a column says that the list is sorted by it, and the way to the other order.
pub(crate) struct Sorting {
    /// For `aria-sort`.
    pub(crate) aria: &'static str,
    pub(crate) arrow: &'static str,
    pub(crate) href: String,
}

impl Sorting {
    /// Of a column with these two orders, each with its word for `aria-sort`; the first is what one gets first.
    pub(crate) fn of<S: Copy + PartialEq>(
        [first, other]: [(S, &'static str); 2],
        now: S,
        to: impl Fn(S) -> String,
    ) -> Self {
        let (aria, next) = match now {
            sort if sort == first.0 => (first.1, other.0),
            sort if sort == other.0 => (other.1, first.0),
            _ => ("none", first.0),
        };
        let arrow = match aria {
            "descending" => "↓",
            "ascending" => "↑",
            _ => "",
        };
        Self {
            aria,
            arrow,
            href: to(next),
        }
    }
}

/// A row.
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) href: String,
    pub(crate) name: String,
    /// Their address, where that is not the name.
    pub(crate) sub: Option<String>,
    /// What they did lately that says to ring them now.
    pub(crate) signs: Vec<Badge>,
    /// Each with its heading, for narrow screens.
    pub(crate) cells: Vec<(&'static str, Cell)>,
}

/// A table as the page draws it.
pub(crate) struct Table {
    pub(crate) caption: String,
    /// The first column, who it is.
    pub(crate) first: Head,
    pub(crate) heads: Vec<Head>,
    pub(crate) lines: Vec<Line>,
    pub(crate) is_dense: bool,
    /// What is done with rows that are ticked, if they can be.
    pub(crate) bulk: Option<Bulk>,
    /// How many rows a page may have, where there are enough to choose.
    pub(crate) sizes: Vec<Size>,
}

/// A number of rows on a page, and the list with so many.
pub(crate) struct Size {
    pub(crate) rows: u32,
    pub(crate) href: String,
    pub(crate) is_chosen: bool,
}

/// Rows on a page to choose from; an address may say any other number up to the last.
const SIZES: [u32; 4] = [25, PageRequest::DEFAULT_LIMIT, 100, PageRequest::MAX_LIMIT];

/// The sizes of a list that knows these parameters: none where all its rows are on the smallest page.
pub(crate) fn sizes(path: &str, (known, params): (&[&str], &Params), total: i64) -> Vec<Size> {
    if total <= SIZES[0].into() {
        return Vec::new();
    }
    let kept = params.only(|name| known.contains(&name));
    let chosen = params.page().limit();
    let size = |rows: u32| Size {
        rows,
        href: format!("{path}?{}", kept.query_with("limit", Some(&rows.to_string()))),
        is_chosen: rows == chosen,
    };
    SIZES.map(size).into()
}

impl Table {
    /// Every heading, that of the first column first.
    pub(crate) fn all_heads(&self) -> impl Iterator<Item = &Head> {
        std::iter::once(&self.first).chain(&self.heads)
    }
}

/// The form that ticked rows go along with.
pub(crate) struct Bulk {
    pub(crate) subject: EditSubject,
    /// What the form carries along, so that it can mean all of the list.
    pub(crate) narrowing: Vec<(String, String)>,
    /// How many all are.
    pub(crate) total: String,
}

impl Bulk {
    /// The form of a list that knows these parameters.
    pub(crate) fn of(subject: EditSubject, (known, params): (&[&str], &Params), total: i64) -> Self {
        let narrows = |name: &str| known.contains(&name) && !matches!(name, "density" | "limit");
        let narrowing = params.only(narrows);
        let pairs = narrowing.pairs().filter(|(_, value)| !value.is_empty());
        Self {
            subject,
            narrowing: pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            total: thousands(total),
        }
    }
}
