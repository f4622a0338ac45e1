//! What a request leaves in the log and the metrics: nothing that names a person.

use std::time::Duration;

use axum::{
    http::{Method, StatusCode},
    response::Response,
};

use tracing::Span;

use super::{Asked, RequestId};
use crate::{Failure, routes::RoutePath};

/// Of what is said while a request is answered. At the level of errors: a filter that hides the span takes the id from
/// the lines that it lets through.
pub(super) fn span(asked: &Asked) -> Span {
    tracing::error_span!("request", request_id = asked.request_id.as_str())
}

/// One line and one measurement for each request.
pub(super) fn request(app: &'static str, asked: &Asked, response: &Response, took: Duration) {
    let route = response.extensions().get::<RoutePath>();
    let route = route.map_or("none", |route| route.0);
    let status = response.status();
    let tenant = response
        .headers()
        .get("x-tenant-slug")
        .and_then(|slug| slug.to_str().ok());
    measure(app, &asked.method, route, status, took);
    tracing::info!(
        target: "access",
        app,
        method = %asked.method,
        route,
        status = status.as_u16(),
        duration_ms = took.as_secs_f64() * 1000.0,
        request_id = asked.request_id.as_str(),
        tenant,
        "{} {route} {}", asked.method, status.as_u16(),
    );
}

fn measure(app: &'static str, method: &Method, route: &'static str, status: StatusCode, took: Duration) {
    metrics::histogram!(
        "http_request_duration_seconds",
        "app" => app,
        "method" => method_label(method),
        "route" => route,
        "status" => status_label(status),
    )
    .record(took);
}

/// Made-up methods share a label, so that nobody can fill our memory with names.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn status_label(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

/// The cause of what went wrong on our side; what callers do wrong is in the access line.
pub(super) fn failure(failure: &Failure, request_id: &RequestId) {
    if let Failure::Internal(cause) = failure {
        let request_id = request_id.as_str();
        tracing::error!(request_id, "request {request_id} failed: {cause:#}");
    }
}
