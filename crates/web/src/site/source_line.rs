//! Where a number on a page comes from, as its footnote says it.

use jiff::{Timestamp, civil::Date};
use types::{ModuleKey, facts::Source};

/// A source, the day it was true, and how long ago we asked when that is longer than it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceLine {
    pub(crate) name: String,
    pub(crate) url: Option<String>,
    /// `2026-10-01`, for programs.
    pub(crate) as_of: Date,
    /// `asked for 120 days ago`, when it is overdue.
    pub(crate) age: Option<String>,
}

impl SourceLine {
    pub(crate) fn of(source: &Source, (module, fetched_at): (ModuleKey, Timestamp), now: Timestamp) -> Self {
        let days = now.duration_since(fetched_at).as_hours() / 24;
        Self {
            name: source.name.clone(),
            url: source.url.clone().filter(|url| url.starts_with("https://")),
            as_of: source.as_of,
            age: (days > module.fresh_for_days()).then(|| format!("asked for {days} days ago")),
        }
    }

    /// `October 1, 2026`.
    pub(crate) fn day(&self) -> String {
        day(self.as_of)
    }
}

/// A day as people write it.
pub(crate) fn day(date: Date) -> String {
    date.strftime("%B %-d, %Y").to_string()
}
