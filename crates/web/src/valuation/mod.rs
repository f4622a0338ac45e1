//! What a home is worth: `POST /api/valuation` for programs, `/home-value` for people.

mod address;
mod pages;
mod reading;
mod shown;
#[cfg(test)]
mod tests;
mod town;
mod typed;

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::Serialize;
use serde_json::{Map, Value};
use server::{Failure, Json, json};
use types::{
    JobId, Suspicion,
    events::{Payload, ValuationRequested},
    valuation::Valuation,
};

pub(crate) use pages::{page, submit};
pub(crate) use shown::range;

use crate::{
    app::App,
    queue::{self, Sameness},
    site::form::{self, TRAP},
    visitor::Visitor,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Valued {
    #[serde(flatten)]
    valuation: Valuation,
    job_id: JobId,
}

pub(crate) async fn create(
    visitor: Visitor,
    State(app): State<App>,
    headers: HeaderMap,
    Json(object): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let (request, submission_id) = reading::read(&object).map_err(Failure::Invalid)?;
    let valuation = town::value(&app, &visitor.site.scope, &request).await;
    let sameness = Sameness::named(&headers, submission_id)?.unwrap_or(Sameness::Content);
    let suspicion = suspicion(&object, &request);
    let request = Payload::ValuationRequested(Box::new(request)).suspected(suspicion);
    let enqueued = queue::enqueue(&app, visitor, sameness, request).await?;
    let answer = Valued {
        valuation,
        job_id: enqueued.job_id(),
    };
    Ok(queue::answered(&headers, enqueued, json::ok(answer)))
}

fn suspicion(sent: &Map<String, Value>, request: &ValuationRequested) -> Option<Suspicion> {
    let contact = request.contact.as_ref();
    let name = contact.and_then(|contact| Some(contact.name.as_ref()?.as_str()));
    let texts = [Some(request.address.as_str()), name];
    let trap = sent.get(TRAP).and_then(Value::as_str);
    form::suspicion_of_json(trap, texts.into_iter().flatten())
}
