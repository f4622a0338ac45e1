//! What folds out on a page: every form that does has an address, `?open=` and its word, that shows it open.

use server::Submitted;

/// The parameter that says what is open.
pub(crate) const OPEN: &str = "open";

/// A form that folds out where one is, and is there already when its address is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dialog {
    pub(crate) is_open: bool,
    /// The page with it open.
    pub(crate) opened: String,
    /// The page without it: where one was.
    pub(crate) closed: String,
}

impl Dialog {
    /// The dialog of this word, on the page at `path` that was asked for with `params`.
    pub(crate) fn of(word: &str, path: &str, params: &Submitted) -> Self {
        let address = |open| match params.query_with(OPEN, open) {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        };
        Self {
            is_open: params.filled(OPEN) == Some(word),
            opened: address(Some(word)),
            closed: address(None),
        }
    }
}
