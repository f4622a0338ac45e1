//! A panic costs one answer, never the process or the connection's neighbours.

use std::{any::Any, convert::Infallible, panic::AssertUnwindSafe};

use axum::response::{IntoResponse, Response};
use futures::FutureExt;

use crate::Failure;

/// The answer, or the failure a panic is for the caller.
pub(super) async fn caught(answering: impl Future<Output = Result<Response, Infallible>>) -> Response {
    // Unwind safe: what the request borrowed is dropped with it, the rest is behind locks.
    match AssertUnwindSafe(answering).catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(panic) => {
            Failure::Internal(anyhow::anyhow!("a handler panicked: {}", message(&*panic))).into_response()
        }
    }
}

/// The page, or none if drawing it panicked: the plain page then has to do.
pub(super) async fn caught_page(drawing: impl Future<Output = Option<String>>) -> Option<String> {
    AssertUnwindSafe(drawing).catch_unwind().await.ok().flatten()
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
