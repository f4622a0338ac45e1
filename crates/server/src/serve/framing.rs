//! Sees what hyper tidies away: a request with both `Content-Length` and `Transfer-Encoding`.
//!
//! hyper follows the RFC and drops the length, so by the time we see the request there is
//! nothing left to refuse. A proxy in front may have read it by its length, though, and then
//! the rest of the body is the next visitor's request. So the heads are read once more here, as
//! they come from the socket. This stays simple because a connection that ever sent a
//! `Transfer-Encoding` is closed after that request ([`ends_connection`]): chunks need no parsing.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use axum::http::{HeaderMap, header};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// More than the longest line we must understand: `transfer-encoding:`, or a length of 20 digits.
const LINE: usize = 64;

/// Put on a request whose end two readers may see in two places.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ambiguous;

/// Whether this request must be the last one of its connection.
pub(super) fn ends_connection(headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING)
}

/// A socket whose incoming heads are watched.
pub(super) struct Watched<S> {
    socket: S,
    heads: Heads,
}

impl<S> Watched<S> {
    pub(super) fn new(socket: S) -> (Self, Arc<AtomicBool>) {
        let heads = Heads::default();
        let ambiguous = heads.ambiguous.clone();
        (Self { socket, heads }, ambiguous)
    }
}

/// Where in the stream of requests we are.
#[derive(Default)]
struct Heads {
    at: At,
    line: Vec<u8>,
    has_begun: bool,
    is_encoded: bool,
    length: Option<u64>,
    ambiguous: Arc<AtomicBool>,
}

#[derive(Default)]
enum At {
    #[default]
    Head,
    Body(u64),
    /// After an encoded body nothing follows that anybody will answer.
    End,
}

impl Heads {
    fn see(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            match &mut self.at {
                At::End => return,
                At::Body(left) => {
                    let here = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    bytes = &bytes[here..];
                    *left -= here as u64;
                    if *left == 0 {
                        self.at = At::Head;
                    }
                }
                At::Head => bytes = self.see_line(bytes),
            }
        }
    }

    /// Takes up to the end of the line; gives back what follows it.
    fn see_line<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let part = &bytes[..end.unwrap_or(bytes.len())];
        let room = LINE - self.line.len().min(LINE);
        self.line.extend_from_slice(&part[..part.len().min(room)]);
        let Some(end) = end else {
            return &[];
        };
        self.end_line();
        &bytes[end + 1..]
    }

    fn end_line(&mut self) {
        let kept = std::mem::take(&mut self.line);
        let line = kept.trim_ascii_end();
        if line.is_empty() {
            // Empty lines before a request are allowed and mean nothing.
            if self.has_begun {
                self.end_head();
            }
        } else if !self.has_begun {
            self.has_begun = true;
        } else if starts_with(line, b"transfer-encoding:") {
            self.is_encoded = true;
        } else if starts_with(line, b"content-length:") {
            let length = line[b"content-length:".len()..].trim_ascii();
            let length = std::str::from_utf8(length)
                .ok()
                .and_then(|text| text.parse().ok());
            // An unreadable length is hyper's to refuse, and it closes.
            self.length = Some(length.unwrap_or(u64::MAX));
        }
        self.line = kept;
        self.line.clear();
    }

    fn end_head(&mut self) {
        let length = self.length.take();
        if self.is_encoded && length.is_some() {
            self.ambiguous.store(true, Ordering::Relaxed);
        }
        self.has_begun = false;
        self.at = match (self.is_encoded, length) {
            (true, _) => At::End,
            (false, Some(length @ 1..)) => At::Body(length),
            (false, _) => At::Head,
        };
    }
}

fn starts_with(line: &[u8], name: &[u8]) -> bool {
    line.get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name))
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.socket).poll_read(context, buffer);
        self.heads.see(&buffer.filled()[before..]);
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ambiguous(requests: &str) -> bool {
        // Whole, and byte by byte: a head may arrive in any pieces.
        let judged = [requests.len(), 1].map(|size| {
            let mut heads = Heads::default();
            requests
                .as_bytes()
                .chunks(size)
                .for_each(|piece| heads.see(piece));
            heads.ambiguous.load(Ordering::Relaxed)
        });
        assert_eq!(judged[0], judged[1], "{requests:?}");
        judged[0]
    }

    #[test]
    fn both_at_once_are_seen_in_either_order_and_any_case() {
        for head in [
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "transfer-encoding: chunked\r\ncontent-length:5\r\n",
            "TRANSFER-ENCODING:chunked\nHost: a\nContent-LENGTH: 5\n",
            "Transfer-Encoding: identity\r\nContent-Length: x\r\n",
        ] {
            assert!(is_ambiguous(&format!("POST / HTTP/1.1\r\n{head}\r\n")), "{head}");
        }
    }

    #[test]
    fn a_second_request_is_watched_like_the_first() {
        let both = "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n";
        for before in [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
            "\r\n\r\n",
        ] {
            assert!(is_ambiguous(&format!("{before}{both}")), "{before}");
        }
    }

    #[test]
    fn either_alone_is_clear_and_a_body_is_no_head() {
        let long = "x".repeat(300);
        for clear in [
            "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n".to_owned(),
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
            "POST / HTTP/1.1\r\nContent-Length: 60\r\n\r\nGET / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\n\r\n".to_owned(),
            format!("GET /{long} HTTP/1.1\r\nX: {long}\r\nContent-Length: 5\r\n\r\n"),
            "GET / HTTP/1.1\r\nX-Content-Length: 5\r\nTransfer-Encoding: x\r\n\r\n".to_owned(),
        ] {
            assert!(!is_ambiguous(&clear), "{clear}");
        }
    }
}
