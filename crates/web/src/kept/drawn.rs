//! A page that was drawn, cut where tokens go, and sent to each visitor with theirs.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use askama::Template;
use axum::{body::Bytes, response::Response};
use jiff::{SignedDuration, Timestamp};
use server::{Failure, page};

use super::TOKEN;

/// A page as it was at a time.
pub(super) struct Drawn {
    pieces: Vec<Bytes>,
    at: Timestamp,
    /// Whether somebody draws it anew.
    is_drawn_anew: AtomicBool,
}

/// Held by whoever draws a page anew. Who goes away in the middle leaves that to the next.
pub(super) struct Turn(Arc<Drawn>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.is_drawn_anew.store(false, Ordering::Release);
    }
}

impl Drawn {
    pub(super) fn of(page: &impl Template, at: Timestamp) -> Result<Self, Failure> {
        let text = page.render()?;
        let pieces = text
            .split(TOKEN)
            .map(|piece| Bytes::copy_from_slice(piece.as_bytes()));
        Ok(Self {
            pieces: pieces.collect(),
            at,
            is_drawn_anew: AtomicBool::new(false),
        })
    }

    /// The page for one visitor, with their token between its pieces.
    pub(super) fn with(&self, token: impl FnOnce() -> String) -> Response {
        let [first, others @ ..] = &*self.pieces else {
            unreachable!("a text that is cut has a first piece");
        };
        if others.is_empty() {
            return page::open_to_all(first.clone());
        }
        let token = Bytes::from(token());
        let mut pieces = vec![first.clone()];
        pieces.extend(others.iter().flat_map(|piece| [token.clone(), piece.clone()]));
        page::in_pieces(pieces)
    }

    /// A clock that was set back believes nothing that was drawn later.
    pub(super) fn is_younger_than(&self, age: SignedDuration, now: Timestamp) -> bool {
        let passed = now.duration_since(self.at);
        !passed.is_negative() && passed < age
    }

    /// The turn to draw it anew, if nobody has it.
    pub(super) fn turn(self: &Arc<Self>) -> Option<Turn> {
        let is_taken = self.is_drawn_anew.swap(true, Ordering::AcqRel);
        (!is_taken).then(|| Turn(Arc::clone(self)))
    }

    pub(super) fn size(&self) -> usize {
        self.pieces.iter().map(Bytes::len).sum()
    }
}
