//! What an operator who looks in may do, and its two lines in the audit trail: before it is done, and what came of it.

use axum::{
    extract::{FromRequestParts as _, MatchedPath, Request, State},
    http::{Method, request::Parts},
    middleware::Next,
    response::Response,
};
use db::door::support as door;
use serde_json::json;
use server::{Facts, Failure};
use types::{AuditAction, AuditEvent, AuditStatus};

use super::Support;
use crate::{app::App, member::Member};

/// Lets members through, and watches operators who look in. A change that cannot be written down is not made.
pub(crate) async fn watch(State(app): State<App>, request: Request, next: Next) -> Result<Response, Failure> {
    let (mut parts, body) = request.into_parts();
    let Some(route) = changing(&parts) else {
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let member = Option::<Member>::from_request_parts(&mut parts, &app).await?;
    let request_id = Facts::of(&parts).request_id.as_str().to_owned();
    let request = Request::from_parts(parts, body);
    let Some(support) = member.and_then(|member| member.support) else {
        return Ok(next.run(request).await);
    };
    let line = |status| {
        let change = (AuditAction::SupportSessionWrite, status);
        support.line((&app, Some(&request_id)), change, json!({ "route": route }))
    };
    if !support.session.may_write {
        door::note(&app.db, &line(AuditStatus::Denied)).await?;
        return Err(Failure::forbidden(
            "This support session only looks. An admin of the platform can widen it on the tenant's page.",
        ));
    }
    let allowed = line(AuditStatus::Allowed);
    door::note(&app.db, &allowed).await?;
    let response = next.run(request).await;
    let outcome = if response.status().as_u16() < 400 {
        AuditStatus::Succeeded
    } else {
        AuditStatus::Failed
    };
    note_outcome(&app, (&support, &allowed), line(outcome)).await?;
    Ok(response)
}

/// Writes what came of it. When that fails the console's keeper of the trail closes the attempt later.
async fn note_outcome(
    app: &App,
    (support, allowed): (&Support, &AuditEvent),
    outcome: AuditEvent,
) -> Result<(), Failure> {
    let outcome = AuditEvent {
        attempt_id: Some(allowed.id),
        ..outcome
    };
    match outcome.status {
        AuditStatus::Succeeded => door::note_change(&app.db, support.session.id, &outcome).await?,
        _ => door::note(&app.db, &outcome).await?,
    }
    Ok(())
}

/// The route, when it changes something or takes data out. Coming and leaving is no change of the tenant's.
fn changing(parts: &Parts) -> Option<String> {
    let path = parts.extensions.get::<MatchedPath>()?.as_str();
    let comes_or_leaves = ["/sign-in", "/sign-in/support", "/sign-out", "/api/session"].contains(&path);
    let takes_out = [".csv", ".vcf", "/export", "/vcard", "/file"]
        .iter()
        .any(|end| path.ends_with(end));
    let changes = !matches!(parts.method, Method::GET | Method::HEAD);
    (!comes_or_leaves && (changes || takes_out)).then(|| format!("{} {path}", parts.method))
}
