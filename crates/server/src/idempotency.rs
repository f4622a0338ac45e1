//! A POST that names itself has its effect once, however often it is sent.
//!
//! `Idempotency-Key` is the name a caller gives a request. The first one is worked on and its success kept for a day;
//! the same again gets that answer with `Idempotency-Replayed: true`, and another request under the name is refused.
//! What fails leaves the name free: nothing was changed, and the caller will correct it.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use db::{
    Db, Scope,
    answers::{self, Claim, KeptAnswer, Named},
};
use jiff::{SignedDuration, Timestamp};

use crate::{Facts, Failure, json, secrets::Purpose};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What a repeated answer says again besides its body.
const REPEATED: [HeaderName; 3] = [header::CONTENT_TYPE, header::ETAG, header::LOCATION];

/// No request takes so long: who still waits for its answer waits in vain.
const WORKED_ON: SignedDuration = SignedDuration::from_mins(2);

/// Whose requests these are: the same key of two callers names two requests.
#[derive(Debug, Clone)]
pub struct Caller<S> {
    pub scope: S,
    pub name: String,
}

/// Whether a request names itself, so that asking who sent it is worth it.
pub fn is_named(request: &Request) -> bool {
    request.headers().contains_key(IDEMPOTENCY_KEY)
}

/// The name a request gives itself, if it gives one.
///
/// # Errors
///
/// Invalid for one that says nothing: whoever sent it believes that sending it again is safe.
pub fn key(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let key = key.to_str().ok().map(str::trim);
    let key = key.filter(|key| (1..=255).contains(&key.len()));
    key.map(Some).ok_or_else(|| {
        Failure::invalid(
            "",
            "idempotency_key_invalid",
            "Idempotency-Key must be 1 to 255 visible ASCII characters.",
        )
    })
}

/// Says of an answer that it was given before.
pub fn replayed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    response
}

/// The answer to a name that names another request already.
pub fn another() -> Failure {
    Failure::invalid(
        "",
        "idempotency_key_reused",
        "This Idempotency-Key was used for another request: send this one with a key of its own.",
    )
}

/// Answers a request that names itself: by working on it, or with the answer it got before.
pub async fn once<S>(db: Db, caller: Caller<S>, now: Timestamp, request: Request, next: Next) -> Response
where
    S: Scope + Send + Sync + 'static,
{
    let key = match key(request.headers()) {
        Ok(Some(key)) => key.to_owned(),
        Ok(None) => return next.run(request).await,
        Err(failure) => return failure.into_response(),
    };
    let (named, request) = match read(&caller.name, &key, request).await {
        Ok(read) => read,
        Err(failure) => return failure.into_response(),
    };
    match answers::claim(&db, &caller.scope, &named, now).await {
        Ok(Claim::Ours) => {}
        Ok(Claim::Answered(kept)) => return kept_answer(kept),
        Ok(Claim::Begun(at)) => return begun(now.duration_since(at)).into_response(),
        Ok(Claim::Another) => return another().into_response(),
        Err(error) => return Failure::from(error).into_response(),
    }
    // A caller who hangs up is the one who will ask again: the work goes on without them.
    let working = tokio::spawn(async move { work(&db, &caller.scope, &named, next.run(request)).await });
    match working.await {
        Ok(response) => response,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

async fn read(caller: &str, key: &str, request: Request) -> Result<(Named, Request), Failure> {
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let body = json::read(whole, &()).await?;
    let tag = |parts_of: &[&[u8]]| tag(&parts, parts_of);
    let named = Named {
        caller: caller.to_owned(),
        key_tag: tag(&[key.as_bytes()]),
        request_tag: tag(&[
            parts.method.as_str().as_bytes(),
            parts.uri.path().as_bytes(),
            &body,
        ]),
    };
    Ok((named, Request::from_parts(parts, Body::from(body))))
}

fn tag(parts: &Parts, of: &[&[u8]]) -> String {
    hex::encode(Facts::of(parts).secrets().key(Purpose::Idempotency).tag(of))
}

/// Works on it, and keeps a success. A success that cannot be kept is still one: asked again, nobody will know.
async fn work(
    db: &Db,
    scope: &impl Scope,
    named: &Named,
    answering: impl Future<Output = Response>,
) -> Response {
    let response = answering.await;
    let kept = if response.status().is_success() {
        keep(db, scope, named, response).await
    } else {
        answers::release(db, scope, named)
            .await
            .map(|()| response)
            .map_err(Failure::from)
    };
    kept.unwrap_or_else(|failure| {
        tracing::warn!(
            reason = failure.code(),
            "an answer was not kept: {}",
            failure.code()
        );
        failure.into_response()
    })
}

async fn keep(db: &Db, scope: &impl Scope, named: &Named, response: Response) -> Result<Response, Failure> {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(anyhow::Error::from)?;
    let text = String::from_utf8_lossy(&body).into_owned();
    let headers = REPEATED.iter().filter_map(|name| {
        let value = parts.headers.get(name)?.to_str().ok()?;
        Some((name.as_str().to_owned(), serde_json::Value::from(value)))
    });
    let kept = KeptAnswer {
        status: parts.status.as_u16().into(),
        headers: serde_json::Value::Object(headers.collect()),
        body: text,
    };
    if let Err(error) = answers::keep(db, scope, named, kept).await {
        tracing::warn!("an answer was not kept: {error}");
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn kept_answer(kept: KeptAnswer) -> Response {
    let status = u16::try_from(kept.status).ok();
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let mut response = (status.unwrap_or(StatusCode::OK), kept.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for name in REPEATED {
        let value = kept.headers.get(name.as_str()).and_then(|value| value.as_str());
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    replayed(response)
}

fn begun(ago: SignedDuration) -> Failure {
    if ago < WORKED_ON {
        return Failure::conflict(
            "idempotency_in_progress",
            "The request of this Idempotency-Key is still being worked on. Ask again in a moment.",
        );
    }
    Failure::conflict(
        "idempotency_unknown",
        "The request of this Idempotency-Key was never answered, so nobody knows whether it had its effect. \
         Look, then send it with another key.",
    )
}
