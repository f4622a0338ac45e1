//! Smaller answers for callers that can read them; never a stream, never what is small.

use std::convert::Infallible;

use axum::{
    body::{Body, HttpBody},
    http::{HeaderMap, HeaderValue, Request, header},
    response::Response,
};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::compression::CompressionLayer;

use crate::pieces::Pieces;

/// Under this a compressed answer is hardly shorter, and the caller waits for nothing.
const WORTHWHILE: u64 = 1024;

/// The answer, compressed if the caller asked for it and it pays.
pub(super) async fn fitting(accepted: Option<HeaderValue>, mut response: Response) -> Response {
    let Some(accepted) = accepted else {
        return response;
    };
    if !pays(&response) {
        return response;
    }
    if let Some(pieces) = response.extensions_mut().remove::<Pieces>() {
        // One after the other they take twice as long.
        *response.body_mut() = pieces.joined();
    }
    let mut asking = Request::new(Body::empty());
    asking.headers_mut().insert(header::ACCEPT_ENCODING, accepted);
    let mut response = Some(response);
    let answered = service_fn(move |_| {
        let response = response.take().expect("asked once");
        std::future::ready(Ok::<_, Infallible>(response))
    });
    // Built for this one answer: a layer round everything would box every small body twice.
    let Ok(compressed) = CompressionLayer::new().layer(answered).oneshot(asking).await;
    compressed.map(Body::new)
}

fn pays(response: &Response) -> bool {
    let headers = response.headers();
    let long = response
        .body()
        .size_hint()
        .exact()
        .is_some_and(|length| length >= WORTHWHILE);
    long && !headers.contains_key(header::CONTENT_ENCODING) && is_text(headers)
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("");
    // An event stream is text too, but it has no exact length and never gets here.
    kind.starts_with("text/") || kind.contains("json") || kind.contains("xml") || kind.contains("javascript")
}
