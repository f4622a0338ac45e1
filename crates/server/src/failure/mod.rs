//! What can go wrong for a caller, in the words a handler uses.
//!
//! A handler returns `Result<_, Failure>` and never names a status. The failure travels in the
//! response's extensions to the edge, which gives it its face there: problem+json for the API,
//! a page for people ([`crate::problem`]). What does not live here: any rendering.

mod fields;
mod from;

use std::{borrow::Cow, sync::Arc, time::Duration};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};

pub use fields::{FieldError, FieldErrors};

/// Why a request was not answered as asked.
#[derive(Debug)]
pub enum Failure {
    /// 401: nobody is signed in, or the session is over.
    SignedOut,
    /// 401: nobody we know has this address with this password. Which of the two was wrong is not told.
    WrongCredentials,
    /// 401: the password is right, and a code of an authenticator app is wanted beside it.
    CodeWanted,
    /// 403: signed in, but not allowed. The sentence says what would be needed.
    Forbidden(Cow<'static, str>),
    /// 403: the plan has only so many of it.
    PlanLimit(PlanLimit),
    /// 404: absent, or another tenant's. The caller cannot tell which.
    NotFound,
    /// 410: it was there, and was taken away for good.
    Gone,
    /// 405. axum adds the `Allow` header.
    MethodNotAllowed,
    /// 409: right in itself, but it collides with what is already there.
    Conflict(Conflict),
    /// 412: someone changed it since the caller read it.
    Stale,
    /// 413.
    TooLarge,
    /// 415: the body is not of the type this route reads, which is named.
    UnsupportedMediaType(&'static str),
    /// 400: not readable at all. The sentence says where it broke.
    Malformed(Cow<'static, str>),
    /// 422: readable, but these fields are wrong.
    Invalid(FieldErrors),
    /// 428: the change needs an `If-Match`.
    Unconditional,
    /// 429.
    TooMany { retry_after: Duration },
    /// 503: it would work later; nothing was done.
    Unavailable { retry_after: Duration },
    /// 500: our mistake. The cause is logged once and never shown.
    Internal(anyhow::Error),
}

/// What a 409 collided with.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// For machines: `slug_taken`, `contact_exists`.
    pub code: &'static str,
    /// For people: what collides, and what to do.
    pub detail: String,
    /// Further members of the problem, such as the id of what is already there.
    pub members: Map<String, Value>,
}

/// A limit that was reached.
#[derive(Debug, Clone)]
pub struct PlanLimit {
    /// For people: how many of what, and what makes room.
    pub detail: String,
    /// How many there are.
    pub used: i64,
    /// How many there may be.
    pub limit: i64,
}

impl Failure {
    pub fn forbidden(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::Forbidden(sentence.into())
    }

    pub fn malformed(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::Malformed(sentence.into())
    }

    /// One wrong field, where there is no form to collect several.
    pub fn invalid(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(pointer, code, detail);
        Self::Invalid(errors)
    }

    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict(Conflict {
            code,
            detail: detail.into(),
            members: Map::new(),
        })
    }

    /// Away for a moment: the answer of a database that is not reachable.
    pub fn unavailable() -> Self {
        Self::Unavailable {
            retry_after: Duration::from_secs(5),
        }
    }

    /// Adds a member to the problem of a conflict; any other failure stays as it is.
    pub fn with_member(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let Self::Conflict(conflict) = &mut self {
            conflict.members.insert(name.to_owned(), value.into());
        }
        self
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::SignedOut | Self::WrongCredentials | Self::CodeWanted => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::PlanLimit(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone => StatusCode::GONE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unconditional => StatusCode::PRECONDITION_REQUIRED,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The word a program can branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignedOut => "not_signed_in",
            Self::WrongCredentials => "wrong_credentials",
            Self::CodeWanted => "second_factor_required",
            Self::Forbidden(_) => "forbidden",
            Self::PlanLimit(_) => "plan_limit",
            Self::NotFound => "not_found",
            Self::Gone => "gone",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Conflict(conflict) => conflict.code,
            Self::Stale => "stale",
            Self::TooLarge => "too_large",
            Self::UnsupportedMediaType(_) => "unsupported_media_type",
            Self::Malformed(_) => "malformed",
            Self::Invalid(_) => "invalid",
            Self::Unconditional => "precondition_required",
            Self::TooMany { .. } => "too_many_requests",
            Self::Unavailable { .. } => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// The sentence the caller reads. Never a cause, a statement or a path.
    pub fn detail(&self) -> Cow<'_, str> {
        match self {
            Self::SignedOut => "Sign in first.".into(),
            Self::WrongCredentials => {
                "That e-mail and password do not match. Check both and try again.".into()
            }
            Self::CodeWanted => "Send the code of your authenticator app as well, as code.".into(),
            Self::Forbidden(sentence) | Self::Malformed(sentence) => Cow::Borrowed(sentence),
            Self::PlanLimit(reached) => Cow::Borrowed(&reached.detail),
            Self::NotFound => "There is nothing at this address.".into(),
            Self::Gone => "What was at this address is not there any more.".into(),
            Self::MethodNotAllowed => "This address does not answer that method.".into(),
            Self::Conflict(conflict) => Cow::Borrowed(&conflict.detail),
            Self::Stale => "It was changed since you read it. Load it again and repeat the change.".into(),
            Self::TooLarge => "The request is larger than this address accepts.".into(),
            Self::UnsupportedMediaType(wanted) => format!("Send the body as {wanted}.").into(),
            Self::Invalid(errors) => errors.summary(),
            Self::Unconditional => "Send If-Match with the version you read.".into(),
            Self::TooMany { .. } => "Too many requests. Wait a moment and try again.".into(),
            Self::Unavailable { .. } => {
                "This is not available right now. Nothing was changed; try again in a moment.".into()
            }
            Self::Internal(_) => "Something went wrong on our side. It has been noted.".into(),
        }
    }

    /// How long the caller should wait, where waiting helps.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooMany { retry_after } | Self::Unavailable { retry_after } => Some(*retry_after),
            _ => None,
        }
    }
}

/// A failure on its way to the edge. Responses must be cloneable in their extensions, causes
/// are not, hence the `Arc`.
#[derive(Clone)]
pub(crate) struct Carried(pub(crate) Arc<Failure>);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Carried(Arc::new(self)));
        response
    }
}
