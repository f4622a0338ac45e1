//! `/api/events/stream`: what an open page is told, as it happens, without gaps.

mod follow;
mod live;
mod message;
#[cfg(test)]
mod tests;

use std::convert::Infallible;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use db::tenant::changes;
use futures::StreamExt;
use server::{Failure, Params};

pub(crate) use live::Live;

use crate::{app::App, member::Member};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Tells everything that comes after what the caller saw last; of somebody who says nothing, after now.
pub(crate) async fn stream(
    member: Member,
    State(app): State<App>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Failure> {
    // Before anything is read: what is committed from now on is heard.
    let listener = app.db.signals().subscribe();
    let mut tx = app.db.read(&member.scope).await?;
    let newest = changes::last_seq(&mut tx, &member.scope).await?;
    drop(tx);
    // A number beyond the newest is of a feed that was restored from a backup: what comes is new again.
    let after = seen(&headers, &params)?.map_or(newest, |seen| seen.min(newest));
    let stop = app.stop.signal();
    let told = follow::changes(app, member, listener, (after, newest)).take_until(stop);
    let mut response = Sse::new(told.map(Ok::<Event, Infallible>)).into_response();
    // A proxy that gathers the answer before it passes it on would tell everything too late.
    let unbuffered = HeaderValue::from_static("no");
    response.headers_mut().insert(X_ACCEL_BUFFERING, unbuffered);
    let uncached = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(axum::http::header::CACHE_CONTROL, uncached);
    Ok(response)
}

/// The last message the caller saw. A browser that reconnects sends the header, which is newer than its address.
fn seen(headers: &HeaderMap, params: &Params) -> Result<Option<i64>, Failure> {
    let header = headers
        .get(LAST_EVENT_ID)
        .map(|id| id.to_str().unwrap_or("unreadable"));
    let Some(id) = header
        .filter(|id| !id.is_empty())
        .or_else(|| params.filled("lastEventId"))
    else {
        return Ok(None);
    };
    match id.parse::<i64>() {
        Ok(seq) if seq >= 0 => Ok(Some(seq)),
        _ => Err(Failure::malformed(
            "Last-Event-ID is not the id of a message of this stream.",
        )),
    }
}
