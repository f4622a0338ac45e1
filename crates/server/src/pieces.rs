//! A page that is sent as the pieces it lies in memory in: nothing of it is copied for one visitor.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};

/// The pieces of an answer, beside its body, for whoever needs them in one.
#[derive(Debug, Clone)]
pub(crate) struct Pieces(Arc<[Bytes]>);

impl Pieces {
    pub(crate) fn new(pieces: Vec<Bytes>) -> Self {
        Self(pieces.into())
    }

    /// A body that sends them one after the other, and says before how long they are together.
    pub(crate) fn body(&self) -> Body {
        Body::new(Sent {
            pieces: Arc::clone(&self.0),
            sent: 0,
        })
    }

    /// A body that has them in one.
    pub(crate) fn joined(&self) -> Body {
        self.0.concat().into()
    }
}

/// Pieces on their way.
struct Sent {
    pieces: Arc<[Bytes]>,
    /// How many of them have left.
    sent: usize,
}

impl hyper::body::Body for Sent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.pieces.get(self.sent).cloned();
        self.sent += 1;
        Poll::Ready(next.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.sent >= self.pieces.len()
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.pieces.iter().skip(self.sent);
        SizeHint::with_exact(left.map(|piece| piece.len() as u64).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pieces_say_how_long_they_are_and_are_the_same_in_one() {
        let pieces = Pieces::new(["one ", "two", ""].map(Bytes::from).to_vec());

        let length = hyper::body::Body::size_hint(&pieces.body()).exact();
        let sent = axum::body::to_bytes(pieces.body(), 100).await.unwrap();
        let joined = axum::body::to_bytes(pieces.joined(), 100).await.unwrap();

        assert_eq!(length, Some(7));
        assert_eq!([&sent[..], &joined[..]], [b"one two"; 2]);
    }
}
