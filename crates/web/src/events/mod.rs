//! `POST /api/website-events`: what visitors look at, search and mark.

#[cfg(test)]
mod tests;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use server::{Failure, Json, idempotency, json};
use types::{EventType, events::Payload, misfit::IS_MISSING};

use crate::{
    app::App,
    queue::{self, Sameness},
    visitor::{Followed, Visitor},
};

/// An event as the site's scripts send it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventIn {
    event_type: String,
    payload: Box<RawValue>,
    submission_id: Option<String>,
}

#[derive(Serialize)]
struct Accepted {
    duplicate: bool,
}

/// Takes an event in. What a program did that says it is one, or a browser that wants no follower, is nobody's to keep:
/// they hear what everybody hears.
pub(crate) async fn create(
    visitor: Visitor,
    State(app): State<App>,
    headers: HeaderMap,
    Json(event): Json<EventIn>,
) -> Result<Response, Failure> {
    let mut payload = payload(&event)?;
    let is_named = event.submission_id.is_some()
        || payload.actor_mut().is_some()
        || idempotency::key(&headers)?.is_some();
    let is_kept = match visitor.followed {
        Followed::Yes => true,
        Followed::OnPurpose => is_named,
        Followed::No => false,
    };
    if !is_kept {
        return Ok(json::ok_with(StatusCode::ACCEPTED, Accepted { duplicate: false }));
    }
    let sameness = Sameness::named(&headers, event.submission_id)?.unwrap_or(Sameness::Never);
    let enqueued = queue::enqueue(&app, visitor, sameness, payload).await?;
    let answer = Accepted {
        duplicate: enqueued.is_duplicate(),
    };
    let response = json::ok_with(StatusCode::ACCEPTED, answer);
    Ok(queue::answered(&headers, enqueued, response))
}

/// Leads and valuations have routes of their own, with an answer of their own.
fn payload(event: &EventIn) -> Result<Payload, Failure> {
    let known = event
        .event_type
        .parse()
        .ok()
        .filter(|known: &EventType| known.is_behaviour());
    let Some(event_type) = known else {
        let behaviours = EventType::ALL.iter().filter(|known| known.is_behaviour());
        let words: Vec<_> = behaviours.map(|known| known.as_str()).collect();
        let sentence = format!("The event's type must be one of {}.", words.join(", "));
        return Err(Failure::invalid("/eventType", "invalid", sentence));
    };
    Payload::parse(event_type, event.payload.get()).map_err(|invalid| {
        let code = match &*invalid.problem {
            IS_MISSING => "required",
            _ => "invalid",
        };
        let field = invalid.path.rsplit('.').next().unwrap_or_default();
        let sentence = format!("{field} {}.", invalid.problem);
        Failure::invalid(format!("/{}", invalid.path.replace('.', "/")), code, sentence)
    })
}
