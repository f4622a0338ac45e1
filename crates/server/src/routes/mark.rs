//! What a route is marked with, and the one layer that applies it.

use std::{
    convert::Infallible,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    extract::{DefaultBodyLimit, Request},
    http::header,
    response::{IntoResponse, Response},
};
use futures::{FutureExt, StreamExt as _, future::BoxFuture};
use tower::{Layer, Service};

use crate::{Failure, limits::Quota};

/// JSON bodies are small; what is not says so.
const CAP: usize = 256 * 1024;
/// Bytes of a body that are waited for although it is refused. Who sends more is cut off.
const MOST_HEARD: u64 = 32 * 1024 * 1024;
/// Until the answer begins. A stream may then go on for as long as it likes.
const DEADLINE: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) path: &'static str,
    pub(super) cap: usize,
    pub(super) deadline: Duration,
    pub(super) quota: Option<Quota>,
}

impl Mark {
    pub(super) fn new(path: &'static str) -> Self {
        Self {
            path,
            cap: CAP,
            deadline: DEADLINE,
            quota: None,
        }
    }
}

/// The pattern of the route that answered (`/leads/{id}`), for the log and the metrics: unlike
/// the path itself it names nobody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RoutePath(pub(crate) &'static str);

#[derive(Debug, Clone, Copy)]
pub(super) struct MarkLayer(pub(super) Mark);

impl<S> Layer<S> for MarkLayer {
    type Service = Marked<S>;

    fn layer(&self, inner: S) -> Marked<S> {
        Marked { inner, mark: self.0 }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Marked<S> {
    inner: S,
    mark: Mark,
}

impl<S> Service<Request> for Marked<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let mark = self.mark;
        if let Some(length) = announced(&request).filter(|length| *length > mark.cap as u64) {
            return async move {
                if length <= MOST_HEARD {
                    hear_out(request, mark.deadline).await;
                }
                Ok(with_path(Failure::TooLarge.into_response(), mark.path))
            }
            .boxed();
        }
        DefaultBodyLimit::max(mark.cap).apply(&mut request);
        if let Some(quota) = mark.quota {
            request.extensions_mut().insert(quota);
        }
        let answer = self.inner.call(request);
        async move {
            let response = match tokio::time::timeout(mark.deadline, answer).await {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(_) => Failure::unavailable().into_response(),
            };
            Ok(with_path(response, mark.path))
        }
        .boxed()
    }
}

fn with_path(mut response: Response, path: &'static str) -> Response {
    response.extensions_mut().insert(RoutePath(path));
    response
}

/// How long the body says it is.
fn announced(request: &Request) -> Option<u64> {
    let length = request.headers().get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

/// Lets a body that is refused for its length come to its end, and forgets it: whoever is still writing when the
/// connection closes never sees the answer. One that waits for leave to send needs no such patience.
async fn hear_out(request: Request, deadline: Duration) {
    if request.headers().contains_key(header::EXPECT) {
        return;
    }
    let mut pieces = request.into_body().into_data_stream();
    let hearing = async { while let Some(Ok(_)) = pieces.next().await {} };
    // Who takes longer is answered all the same.
    let _ = tokio::time::timeout(deadline, hearing).await;
}
