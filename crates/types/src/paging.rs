//! Lists in pages: the request, clamped, and the answer.

use std::num::{IntErrorKind, ParseIntError};

use jiff::Timestamp;
use serde::Serialize;

/// By what a row stands where it does in its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// By a time.
    At(Timestamp),
    /// By a number.
    Number(i64),
    /// By a word.
    Word(String),
    /// By nothing: what the list goes by is not known of it, so it stands behind all others, by when it came.
    Unknown(Timestamp),
}

impl Mark {
    /// A mark of something that may not be known of a row that came then.
    pub fn of<T>(known: Option<T>, mark: impl Fn(T) -> Self, came_at: Timestamp) -> Self {
        known.map_or(Self::Unknown(came_at), mark)
    }
}

/// Which rows of a list are wanted. The clamp lives here and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    limit: u32,
    offset: u32,
}

impl PageRequest {
    /// Rows in a page when nobody says otherwise.
    pub const DEFAULT_LIMIT: u32 = 50;
    /// The most rows one page may have.
    pub const MAX_LIMIT: u32 = 200;

    /// A request from numbers; the limit is clamped to 1–200.
    pub const fn new(limit: i64, offset: i64) -> Self {
        let limit = if limit < 1 {
            1
        } else if limit > Self::MAX_LIMIT as i64 {
            Self::MAX_LIMIT
        } else {
            limit as u32
        };
        let offset = if offset < 0 {
            0
        } else if offset > u32::MAX as i64 {
            u32::MAX
        } else {
            offset as u32
        };
        Self { limit, offset }
    }

    /// A request from what stood in a query string. What is not a number counts as not said.
    pub fn parse(limit: Option<&str>, offset: Option<&str>) -> Self {
        Self::new(
            limit.and_then(whole_number).unwrap_or(Self::DEFAULT_LIMIT.into()),
            offset.and_then(whole_number).unwrap_or(0),
        )
    }

    /// How many rows the page may have.
    pub const fn limit(self) -> u32 {
        self.limit
    }

    /// How many rows come before the page.
    pub const fn offset(self) -> u32 {
        self.offset
    }

    /// How many rows to fetch: one more than shown, which tells whether a next page exists.
    pub const fn fetch(self) -> i64 {
        self.limit as i64 + 1
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::new(Self::DEFAULT_LIMIT.into(), 0)
    }
}

/// The whole number in a text. One with more digits than we count in is as large, or as small, as they come.
pub fn whole_number(text: &str) -> Option<i64> {
    let number = text.trim().parse();
    match number.as_ref().map_err(ParseIntError::kind) {
        Err(IntErrorKind::PosOverflow) => Some(i64::MAX),
        Err(IntErrorKind::NegOverflow) => Some(i64::MIN),
        _ => number.ok(),
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, at most `request.limit()` of them.
    pub items: Vec<T>,
    /// What was asked for.
    pub request: PageRequest,
    /// Whether rows follow.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// A page from the rows that [`PageRequest::fetch`] brought.
    pub fn from_fetched(mut rows: Vec<T>, request: PageRequest) -> Self {
        let limit = request.limit() as usize;
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        Self {
            items: rows,
            request,
            has_more,
        }
    }

    /// The same page with each row turned into something else.
    pub fn map<U>(self, to: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(to).collect(),
            request: self.request,
            has_more: self.has_more,
        }
    }

    /// Whether the list, which goes on behind no cursor, has no other rows than these.
    pub const fn is_all(&self) -> bool {
        self.request.offset == 0 && !self.has_more
    }

    /// The offset of the next page; nothing on the last one.
    pub const fn next_offset(&self) -> Option<u32> {
        if self.has_more {
            self.request.offset.checked_add(self.request.limit)
        } else {
            None
        }
    }
}

/// The `pagination` object of a list's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// How many rows the page may have.
    pub limit: u32,
    /// How many rows came before it.
    pub offset: u32,
    /// Where the next page starts; null on the last page exactly.
    pub next_offset: Option<u32>,
    /// The same as an opaque cursor, for lists that have one.
    pub next_cursor: Option<String>,
    /// How many rows there are in all, when it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}

impl Pagination {
    /// The object for `page`.
    pub fn of<T>(page: &Page<T>) -> Self {
        Self {
            limit: page.request.limit,
            offset: page.request.offset,
            next_offset: page.next_offset(),
            next_cursor: None,
            total: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_clamped_and_nonsense_is_the_default() {
        let limit = |text| PageRequest::parse(Some(text), None).limit();
        assert_eq!(
            [limit("0"), limit("-3"), limit("201"), limit("7"), limit("many")],
            [1, 1, 200, 7, 50]
        );
        assert_eq!(PageRequest::parse(None, Some("-1")).offset(), 0);
    }

    #[test]
    fn a_number_of_any_length_is_one() {
        let large = "99999999999999999999";
        let page = PageRequest::parse(Some(large), Some(large));
        assert_eq!((page.limit(), page.offset()), (200, u32::MAX));
        let small = PageRequest::parse(Some("-99999999999999999999"), Some("-99999999999999999999"));
        assert_eq!((small.limit(), small.offset()), (1, 0));
        assert_eq!(
            PageRequest::parse(None, Some("9223372036854775807")).offset(),
            u32::MAX
        );
    }

    #[test]
    fn only_the_last_page_has_no_next() {
        let request = PageRequest::new(2, 4);
        assert_eq!(Page::from_fetched(vec![1, 2, 3], request).next_offset(), Some(6));
        assert_eq!(Page::from_fetched(vec![1, 2], request).next_offset(), None);
    }
}
