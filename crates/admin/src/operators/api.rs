//! `/api/operators`: who runs the platform.

use axum::{http::StatusCode, response::Response};
use db::platform::operators::OperatorOverview;
use serde_json::{Value, json};
use server::{Failure, Fields, Path, json as answer, password::NewPassword};
use types::{Email, Operator as Profile, OperatorId, OperatorRole, Text};

use super::{OperatorChange, SignIns};
use crate::{
    domains::api::nothing_to_change,
    operator::Operator,
    people::{self, Newcomer},
};

/// Lists the operators by name.
pub(crate) async fn list(operator: Operator) -> Result<Response, Failure> {
    let all = super::list(&operator.acting()).await?;
    let all: Vec<Value> = all.iter().map(overview).collect();
    Ok(answer::ok(json!({ "operators": all })))
}

fn overview(found: &OperatorOverview) -> Value {
    let mut told = told(&found.operator);
    told["hasSecondFactor"] = json!(found.has_second_factor);
    told["sessionCount"] = json!(found.session_count);
    told["lastSeenAt"] = json!(found.last_seen_at);
    told
}

fn told(operator: &Profile) -> Value {
    json!({
        "operatorId": operator.id,
        "email": operator.email,
        "name": operator.name,
        "role": operator.role,
        "createdAt": operator.created_at,
    })
}

/// Makes somebody an operator. Their first password is told by this answer alone.
pub(crate) async fn create(operator: Operator, mut fields: Fields) -> Result<Response, Failure> {
    let email = fields.required::<Email>("email");
    let role = fields.required::<OperatorRole>("role");
    let name = fields.optional::<Text<200>>("name");
    fields.finish()?;
    let told_missing = "a required field that is missing was refused";
    let (text, password) = NewPassword::random();
    let newcomer = Newcomer::new(
        email.expect(told_missing),
        name,
        role.expect(told_missing),
        password,
    );
    let made = people::add_operator(&operator.acting(), newcomer).await?;
    let body = json!({ "operator": told(&made), "initialPassword": text });
    Ok(answer::ok_with(StatusCode::CREATED, body))
}

/// Gives an operator another role, signs them out everywhere, or forgets their authenticator app.
pub(crate) async fn update(
    operator: Operator,
    Path(id): Path<OperatorId>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let role = fields.optional("role");
    let revoke = fields.optional("revokeSessions").unwrap_or(false);
    let reset = fields.optional("resetSecondFactor").unwrap_or(false);
    fields.finish()?;
    let sign_ins = match (reset, revoke) {
        (true, _) => SignIns::Reset,
        (false, true) => SignIns::End,
        (false, false) => SignIns::Keep,
    };
    let change = OperatorChange { role, sign_ins };
    if change == OperatorChange::default() {
        return Err(nothing_to_change());
    }
    let changed = super::change(&operator.acting(), id, change).await?;
    Ok(answer::ok(json!({ "operator": told(&changed) })))
}

/// Makes somebody an operator no more.
pub(crate) async fn delete(operator: Operator, Path(id): Path<OperatorId>) -> Result<Response, Failure> {
    super::remove(&operator.acting(), id).await?;
    Ok(answer::ok(json!({ "operatorId": id })))
}
