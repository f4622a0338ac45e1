//! `/api/tenants/{id}/support-sessions`: start one, widen it, end it, and see who looked in.

use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};
use server::{Failure, Fields, Path, json as answer};
use types::{PersonId, SupportSession, SupportSessionId, Text};

use super::Request;
use crate::{operator::Operator, tenants};

/// Lists who looked in, the newest first.
pub(crate) async fn list(operator: Operator, Path(id): Path<String>) -> Result<Response, Failure> {
    let acting = operator.acting();
    let sessions = super::list(&acting, &id).await?;
    let sessions: Vec<Value> = sessions.iter().map(|session| told(session, &operator)).collect();
    Ok(answer::ok(json!({ "sessions": sessions })))
}

/// Starts a session. The code that this answer alone tells opens it in the tenant's CRM.
pub(crate) async fn create(
    operator: Operator,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    tenants::look_up(&acting, &id).await?;
    let reason = fields.required::<Text<500>>("reason");
    let ticket = fields.optional::<Text<100>>("ticket");
    let minutes = fields.optional::<i64>("minutes").unwrap_or(Request::MINUTES);
    let person_id = fields.optional::<PersonId>("personId");
    fields.finish()?;
    let request = Request {
        reason: reason.expect("a required field that is missing was refused"),
        ticket,
        minutes,
        person_id,
    };
    let (session, code) = super::start(&acting, &id, (operator.profile(), &request)).await?;
    let body = json!({
        "session": told(&session, &operator),
        "code": code.exposed(),
        "codeExpiresAt": session.started_at + SupportSession::CODE_LIFE,
    });
    Ok(answer::ok_with(StatusCode::CREATED, body))
}

/// Lets a session change things.
pub(crate) async fn widen(
    operator: Operator,
    Path((id, session)): Path<(String, SupportSessionId)>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let may_write = fields.required::<bool>("mayWrite");
    let reason = fields.required::<Text<500>>("reason");
    if may_write == Some(false) {
        fields.refuse(
            "mayWrite",
            "unknown",
            "A session is widened, or ended; it is not narrowed.",
        );
    }
    fields.finish()?;
    let reason = reason.expect("a required field that is missing was refused");
    let session = super::widen(&acting, (&id, session), &reason).await?;
    Ok(answer::ok(json!({ "session": told(&session, &operator) })))
}

/// Ends a session before its time.
pub(crate) async fn end(
    operator: Operator,
    Path((id, session)): Path<(String, SupportSessionId)>,
) -> Result<Response, Failure> {
    let session = super::end(&operator.acting(), (&id, session)).await?;
    Ok(answer::ok(json!({ "session": told(&session, &operator) })))
}

fn told(session: &SupportSession, operator: &Operator) -> Value {
    let mut told = json!(session);
    told["isOpen"] = json!(session.is_open(operator.acting().now));
    told
}
