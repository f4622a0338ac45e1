//! JSON in and out, in the contract's shape.
//!
//! In: the content type is demanded, the size capped, and what does not fit is a 422 that points
//! at the field. Out: `{"ok": true, …}`.

#[cfg(test)]
mod tests;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};

use types::{
    json_text,
    misfit::{IS_MISSING, Misfit},
};

use crate::Failure;

const APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A JSON body.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<S, T> FromRequest<S> for Json<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            return Err(Failure::UnsupportedMediaType("application/json"));
        }
        let body = read(request, state).await?;
        parse(&body).map(Self)
    }
}

/// The whole body, within the route's cap.
pub(crate) async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Failure> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        let too_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
        match rejection {
            BytesRejection::FailedToBufferBody(_) if too_large => Failure::TooLarge,
            _ => Failure::malformed("The body ended before it was complete."),
        }
    })
}

/// Reads JSON text: not JSON is malformed, the wrong shape is invalid at the field it names.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let text = str::from_utf8(body).map_err(|_| Failure::malformed("The body is not UTF-8."))?;
    let text = json_text::well_formed(text);
    // Serde reads a struct from an array too, field by field.
    let is_object = text.trim_start().starts_with('{');
    if let (true, Ok(value)) = (is_object, serde_json::from_str(&text)) {
        return Ok(value);
    }
    // A wrong shape may be found before the place where the text stops being JSON.
    serde_json::from_str::<IgnoredAny>(&text).map_err(|error| malformed(&error))?;
    let misfit = Misfit::of_text::<T>(&text).filter(|_| is_object);
    let misfit = misfit.unwrap_or_else(|| Misfit {
        pointer: String::new(),
        rule: "must be an object".to_owned(),
    });
    let code = match &*misfit.rule {
        IS_MISSING => "required",
        _ => "shape",
    };
    let sentence = misfit.sentence("The body");
    Err(Failure::invalid(misfit.pointer, code, sentence))
}

fn malformed(error: &serde_json::Error) -> Failure {
    let (line, column) = (error.line(), error.column());
    Failure::malformed(format!(
        "The body is not JSON: it breaks at line {line}, column {column}."
    ))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("");
    let essence = kind.split(';').next().unwrap_or("").trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// The parameters of a query, where a wrong one is our 422.
///
/// What the contract forgives (a limit that is no number) is for the type to forgive.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<S, T> FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        axum_extra::extract::Query::try_from_uri(&parts.uri)
            .map(|axum_extra::extract::Query(value)| Self(value))
            .map_err(|_| Failure::invalid("", "query", "A parameter of the address is not readable."))
    }
}

#[derive(Serialize)]
struct Enveloped<T> {
    ok: bool,
    #[serde(flatten)]
    value: T,
}

/// `200 {"ok": true, …}` with the members of the value beside it.
pub fn ok(value: impl Serialize) -> Response {
    ok_with(StatusCode::OK, value)
}

/// The same with another status: 201, 202.
pub fn ok_with(status: StatusCode, value: impl Serialize) -> Response {
    plain(status, &Enveloped { ok: true, value })
}

/// JSON without the envelope, for documents whose shape is somebody else's (OpenAPI).
pub fn plain(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => (status, [(header::CONTENT_TYPE, APPLICATION_JSON)], body).into_response(),
        Err(error) => {
            let error = anyhow::Error::new(error).context("writing an answer as JSON");
            Failure::Internal(error).into_response()
        }
    }
}
