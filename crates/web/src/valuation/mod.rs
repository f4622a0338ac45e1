//! What a home is worth: `POST /api/valuation` for programs, `/home-value` for people.

mod address;
mod pages;
mod reading;
mod shown;
#[cfg(test)]
mod tests;
mod town;

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::Serialize;
use serde_json::{Map, Value};
use server::{Failure, Json, json};
use types::{JobId, events::Payload, valuation::Valuation};

pub(crate) use pages::{page, submit};

use crate::{
    app::App,
    queue::{self, Sameness},
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
    let request = Payload::ValuationRequested(Box::new(request));
    let enqueued = queue::enqueue(&app, visitor, sameness, request).await?;
    let answer = Valued {
        valuation,
        job_id: enqueued.job_id(),
    };
    Ok(queue::answered(&headers, enqueued, json::ok(answer)))
}
