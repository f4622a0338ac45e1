//! `/api/tenants/{id}/members`: who may come in to a tenant's CRM.

use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};
use server::{
    Failure, Fields, Path,
    etag::{IfMatch, Version},
    json as answer,
    password::NewPassword,
};
use types::{Email, Member, PersonId, Role, Text};

use super::{Acquaintance, MemberChange, Newcomer, Sessions};
use crate::{Acting, domains::api::nothing_to_change, operator::Operator, tenants};

/// Lists a tenant's members by name.
pub(crate) async fn list(operator: Operator, Path(id): Path<String>) -> Result<Response, Failure> {
    let acting = operator.acting();
    let members = super::list_members(&acting, &id).await?;
    let members: Vec<Value> = members.iter().map(told).collect();
    versioned(&acting, &id, (StatusCode::OK, json!({ "members": members }))).await
}

/// Shows one member.
pub(crate) async fn show(
    operator: Operator,
    Path((id, member)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let all = super::list_members(&acting, &id).await?;
    let found = all.iter().find(|known| known.person_id == member);
    let member = told(found.ok_or(Failure::NotFound)?);
    versioned(&acting, &id, (StatusCode::OK, json!({ "member": member }))).await
}

/// Makes somebody a member. Without a password they get one, which this answer alone tells.
pub(crate) async fn create(
    operator: Operator,
    Path(id): Path<String>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    tenants::look_up(&acting, &id).await?;
    let email = fields.required::<Email>("email");
    let role = fields.required::<Role>("role");
    let name = fields.optional::<Text<200>>("name");
    let given = fields.optional::<String>("password");
    let given = given.map(|text| NewPassword::parse(&text));
    if let Some(Err(error)) = &given {
        fields.refuse("password", "invalid", error.to_string());
    }
    fields.finish()?;
    let told_missing = "a required field that is missing was refused";
    let (email, role) = (email.expect(told_missing), role.expect(told_missing));
    let (initial, password) = match given.and_then(Result::ok) {
        Some(password) => (None, password),
        None => {
            let (text, password) = NewPassword::random();
            (Some(text), password)
        }
    };
    let newcomer = Newcomer::new(email, name, role, password);
    let (member, acquaintance) = super::add_member(&acting, &id, newcomer).await?;
    // Somebody who was known keeps the password they have.
    let initial = initial.filter(|_| acquaintance == Acquaintance::New);
    let body = json!({
        "member": told(&member), "initialPassword": initial, "wasKnown": acquaintance == Acquaintance::Known,
    });
    versioned(&acting, &id, (StatusCode::CREATED, body)).await
}

/// Gives a member another role, or signs them out everywhere.
pub(crate) async fn update(
    operator: Operator,
    Path((id, member)): Path<(String, PersonId)>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let change = MemberChange {
        role: fields.optional("role"),
        sessions: match fields.optional("revokeSessions") {
            Some(true) => Sessions::End,
            _ => Sessions::Keep,
        },
    };
    fields.finish()?;
    if change == MemberChange::default() {
        return Err(nothing_to_change());
    }
    let member = super::change_member(&acting, (&id, member), change, &seen).await?;
    versioned(&acting, &id, (StatusCode::OK, json!({ "member": told(&member) }))).await
}

/// Ends a membership.
pub(crate) async fn delete(
    operator: Operator,
    Path((id, member)): Path<(String, PersonId)>,
    seen: IfMatch,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    super::remove_member(&acting, (&id, member), &seen).await?;
    versioned(&acting, &id, (StatusCode::OK, json!({ "memberId": member }))).await
}

async fn versioned(
    acting: &Acting<'_>,
    id: &str,
    (status, mut body): (StatusCode, Value),
) -> Result<Response, Failure> {
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, id).await?;
    body["tenantId"] = json!(overview.tenant.id);
    Ok(Version::of(overview.version).on(answer::ok_with(status, body)))
}

fn told(member: &Member) -> Value {
    json!({
        "memberId": member.person_id,
        "personId": member.person_id,
        "email": member.email,
        "name": member.name,
        "role": member.role,
        "createdAt": member.created_at,
    })
}
