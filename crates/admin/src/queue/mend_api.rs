//! `/api/queue/jobs/{job}/event` and `/abandon`: a dead letter's event mended, and a job that is tried no more.

use axum::response::Response;
use serde_json::{Value, json};
use server::{Failure, Fields, Path, json as answer};
use types::{JobId, Text};

use super::mend;
use crate::operator::Operator;

/// Replaces the event of a dead letter and tries it again.
pub(crate) async fn replace(
    operator: Operator,
    Path(id): Path<JobId>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let payload = fields.required::<Value>("payload");
    let reason = fields.required::<Text<500>>("reason");
    fields.finish()?;
    let payload = payload.expect("a required field that is missing was refused");
    let reason = reason.expect("a required field that is missing was refused");
    mend::mend(&operator.acting(), id, (&payload.to_string(), &reason)).await?;
    Ok(answer::ok(json!({ "jobId": id, "requeued": true })))
}

/// Makes a dead letter of a job that failed and waits.
pub(crate) async fn abandon(
    operator: Operator,
    Path(id): Path<JobId>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let reason = fields.required::<Text<500>>("reason");
    fields.finish()?;
    let reason = reason.expect("a required field that is missing was refused");
    mend::abandon(&operator.acting(), id, &reason).await?;
    Ok(answer::ok(json!({ "jobId": id, "abandoned": true })))
}
