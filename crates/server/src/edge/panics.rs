//! A panic costs one answer, never the process or the connection's neighbours.

use std::{convert::Infallible, panic::AssertUnwindSafe};

use axum::response::{IntoResponse, Response};
use futures::FutureExt;

use crate::Failure;

/// The answer, or the failure a panic is for the caller.
pub(super) async fn caught(answering: impl Future<Output = Result<Response, Infallible>>) -> Response {
    // Unwind safe: what the request borrowed is dropped with it, the rest is behind locks.
    match AssertUnwindSafe(answering).catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        // What it said stays unsaid, as in the line the panic itself left in the log: it may quote a person.
        Err(_) => Failure::Internal(anyhow::anyhow!("a handler panicked")).into_response(),
    }
}

/// The page, or none if drawing it panicked: the plain page then has to do.
pub(super) async fn caught_page(drawing: impl Future<Output = Option<String>>) -> Option<String> {
    AssertUnwindSafe(drawing).catch_unwind().await.ok().flatten()
}
