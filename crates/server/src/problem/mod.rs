//! The face of a failure: problem+json for programs, a page for people.
//!
//! One place decides which ([`Face::of`]) and one place writes it, so that a 404 of the router,
//! a rejection of an extractor and a failure of a handler look the same from outside.

#[cfg(test)]
mod tests;

use axum::{
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    Facts, FieldErrors,
    failure::{Failure, PlanLimit},
};

/// Who is asking: a program or a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    Api,
    Page,
}

impl Face {
    /// The API by its paths, or a caller that wants JSON and could not show a page.
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        let accept = request
            .headers()
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        let json_only = accept.contains("json") && !accept.contains("text/html");
        if request.uri().path().starts_with("/api/") || json_only {
            Self::Api
        } else {
            Self::Page
        }
    }
}

/// Everything a caller may know about a failure.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    ok: bool,
    #[serde(rename = "type")]
    kind: &'static str,
    pub title: &'static str,
    #[serde(serialize_with = "as_number")]
    pub status: StatusCode,
    pub detail: String,
    pub instance: String,
    pub code: &'static str,
    pub request_id: String,
    /// Empty when no field is to blame.
    pub errors: FieldErrors,
    /// The same sentence once more: older clients read it here.
    error: String,
    #[serde(flatten)]
    members: Map<String, Value>,
}

fn as_number<S: serde::Serializer>(status: &StatusCode, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u16(status.as_u16())
}

impl Problem {
    pub(crate) fn of(failure: &Failure, path: &str, request_id: &str) -> Self {
        let status = failure.status();
        let detail = failure.detail().into_owned();
        Self {
            ok: false,
            // RFC 9457: no more than the status says, but for the one that has members of its own; else `code` differs.
            kind: match failure {
                Failure::PlanLimit(_) => "/problems/plan-limit",
                _ => "about:blank",
            },
            title: status.canonical_reason().unwrap_or("Error"),
            status,
            error: detail.clone(),
            detail,
            instance: path.to_owned(),
            code: failure.code(),
            request_id: request_id.to_owned(),
            errors: match failure {
                Failure::Invalid(errors) => errors.clone(),
                _ => FieldErrors::default(),
            },
            members: match failure {
                Failure::Conflict(conflict) => conflict.members.clone(),
                Failure::PlanLimit(reached) => members_of(reached),
                _ => Map::new(),
            },
        }
    }

    /// The heading of a page: what happened, in words for people.
    pub fn headline(&self) -> &'static str {
        match self.status {
            StatusCode::NOT_FOUND => "There is nothing here",
            StatusCode::GONE => "It is not here any more",
            StatusCode::FORBIDDEN => "You are not allowed to do that",
            StatusCode::UNAUTHORIZED => "You are not signed in",
            StatusCode::TOO_MANY_REQUESTS => "That was a little too fast",
            StatusCode::SERVICE_UNAVAILABLE => "We will be right back",
            status if status.is_client_error() => "That did not work",
            _ => "Something went wrong",
        }
    }

    pub(crate) fn into_json(self) -> Response {
        let body = serde_json::to_vec(&self).expect("a problem is always JSON");
        let json = HeaderValue::from_static("application/problem+json");
        (self.status, [(header::CONTENT_TYPE, json)], body).into_response()
    }

    pub(crate) fn into_page(self, html: Option<String>) -> Response {
        (self.status, Html(html.unwrap_or_else(|| plain(&self)))).into_response()
    }
}

fn members_of(reached: &PlanLimit) -> Map<String, Value> {
    let members = [("used", reached.used), ("limit", reached.limit)];
    let members = members.map(|(name, number)| (name.to_owned(), number.into()));
    members.into_iter().collect()
}

/// How an app shows a failure in its own layout.
///
/// It may look things up (the tenant's theme), so it is asynchronous; `None` falls back to a
/// page without any layout, which is also what a panic inside a layout deserves.
pub trait FailurePages: Send + Sync + 'static {
    fn page<'a>(&'a self, problem: &'a Problem, facts: &'a Facts) -> BoxFuture<'a, Option<String>>;
}

/// The page of last resort. Everything in it is escaped or ours.
fn plain(problem: &Problem) -> String {
    let (status, title) = (problem.status.as_u16(), problem.title);
    let detail = askama::filters::escape(&problem.detail, askama::filters::Html)
        .map(|safe| safe.to_string())
        .unwrap_or_default();
    let id = &problem.request_id;
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <main>\n<h1>{status} {title}</h1>\n<p>{detail}</p>\n<p><small>Request {id}</small></p>\n\
         </main>\n</html>\n"
    )
}

/// What a bare status means, for the answers axum writes by itself: no route, wrong method, a
/// rejected path or query.
pub(crate) fn of_bare_status(response: &Response) -> Option<Failure> {
    let status = response.status();
    let ours = status.is_client_error() || status.is_server_error();
    if !ours || !is_plain(response.headers()) {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => Failure::NotFound,
        StatusCode::GONE => Failure::Gone,
        StatusCode::METHOD_NOT_ALLOWED => Failure::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        StatusCode::UNAUTHORIZED => Failure::SignedOut,
        StatusCode::FORBIDDEN => Failure::forbidden("You are not allowed to do that."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Failure::UnsupportedMediaType("application/json"),
        StatusCode::UNPROCESSABLE_ENTITY => {
            Failure::invalid("", "invalid", "The request does not have the expected shape.")
        }
        StatusCode::SERVICE_UNAVAILABLE => Failure::unavailable(),
        status if status.is_client_error() => Failure::malformed("The request is not readable."),
        status => Failure::Internal(anyhow::anyhow!("a handler answered a bare {status}")),
    })
}

/// Answers of our own have a type of their own; only axum's are plain text or nothing.
fn is_plain(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|value| value.as_bytes().starts_with(b"text/plain"))
}
