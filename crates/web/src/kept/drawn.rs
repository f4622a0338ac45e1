//! A page that was drawn, cut where tokens go, and sent to each visitor with theirs.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    vec,
};

use askama::Template;
use axum::{
    body::{Body, Bytes, HttpBody},
    response::{Html, IntoResponse as _, Response},
};
use http_body::{Frame, SizeHint};
use jiff::{SignedDuration, Timestamp};
use server::{Failure, page};

use super::TOKEN;

/// A page as it was at a time.
pub(super) struct Drawn {
    pieces: Vec<Bytes>,
    at: Timestamp,
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
        })
    }

    /// The page for one visitor. What has a token is not copied.
    pub(super) fn with(&self, token: impl FnOnce() -> String) -> Response {
        let Some((last, rest @ [_, ..])) = self.pieces.split_last() else {
            return page::open_to_all(self.pieces.concat());
        };
        let token = Bytes::from(token());
        let length = self.size() + rest.len() * token.len();
        let pieces = rest.iter().flat_map(|piece| [piece.clone(), token.clone()]);
        let pieces: Vec<Bytes> = pieces.chain([last.clone()]).collect();
        Html(Body::new(Pieces {
            pieces: pieces.into_iter(),
            length: length as u64,
        }))
        .into_response()
    }

    /// A clock that was set back believes nothing that was drawn later.
    pub(super) fn is_younger_than(&self, age: SignedDuration, now: Timestamp) -> bool {
        let passed = now.duration_since(self.at);
        !passed.is_negative() && passed < age
    }

    pub(super) fn size(&self) -> usize {
        self.pieces.iter().map(Bytes::len).sum()
    }
}

/// A body of pieces that lie elsewhere, too. Its length is known, so that it is compressed like any other.
struct Pieces {
    pieces: vec::IntoIter<Bytes>,
    /// Of what is left.
    length: u64,
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.pieces.next();
        self.length -= piece.as_ref().map_or(0, |piece| piece.len() as u64);
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.length == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
