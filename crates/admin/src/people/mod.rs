//! People who may come in: members of a tenant's CRM, operators of the console.

pub(crate) mod api;
mod membership;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use db::platform::{members, operators};
use serde_json::json;
use server::{
    etag::IfMatch,
    password::{self, NewPassword},
};
use types::{
    AuditAction, Email, Limit, Member, Operator, OperatorId, OperatorRole, PersonId, Role, TenantId, Text,
};

pub(crate) use membership::{MemberChange, Sessions, change_member, list_members, remove_member};

use crate::{Acting, Refusal, acting::Attempt, settings::overrides, tenants::look_up};

/// Somebody to be let in.
#[derive(Debug, Clone)]
pub struct Newcomer<R> {
    /// The address they sign in with.
    pub email: Email,
    /// What to call them.
    pub name: String,
    /// What they may do.
    pub role: R,
    /// What they sign in with.
    pub password: NewPassword,
}

impl<R> Newcomer<R> {
    /// Somebody who may have told no name: then it is their address up to its @.
    pub(crate) fn new(email: Email, name: Option<Text<200>>, role: R, password: NewPassword) -> Self {
        let mailbox = email.as_str().split('@').next().unwrap_or_default();
        let name = name.map_or_else(|| mailbox.to_owned(), Text::into_string);
        Self {
            email,
            name,
            role,
            password,
        }
    }
}

/// Whether the platform knew somebody before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acquaintance {
    /// It did: they keep the name and the password they have.
    Known,
    /// It did not.
    New,
}

/// Makes somebody a member of a tenant. One person may be a member of several, with one password.
pub async fn add_member(
    acting: &Acting<'_>,
    id_or_slug: &str,
    newcomer: Newcomer<Role>,
) -> Result<(Member, Acquaintance), Refusal> {
    let tenant = look_up(acting, id_or_slug).await?;
    let attempt = acting
        .attempt(AuditAction::TenantMemberAdd, Some(&tenant.id))
        .await?;
    attempt
        .end(add_member_at_once(&attempt, &tenant.id, newcomer))
        .await
}

async fn add_member_at_once(
    acting: &Attempt<'_>,
    tenant_id: &TenantId,
    newcomer: Newcomer<Role>,
) -> Result<(Member, Acquaintance), Refusal> {
    // Before the transaction: hashing takes long enough that other writers would wait for it.
    let password_hash = password::hash(newcomer.password)
        .await
        .map_err(Refusal::Unexpected)?;
    let mut tx = acting.db.write(acting.platform).await?;
    acting.touch(&mut tx, &IfMatch::default()).await?;
    let known = members::find_person(&mut tx, acting.platform, &newcomer.email).await?;
    let person_id = known.unwrap_or_else(|| PersonId::new(acting.ids));
    if known.is_none() {
        let person = members::NewPerson {
            id: person_id,
            email: newcomer.email.clone(),
            name: newcomer.name,
            password_hash,
            created_at: acting.now,
        };
        members::insert_person(&mut tx, acting.platform, &person).await?;
    }
    let membership = (person_id, newcomer.role);
    if !members::insert(&mut tx, acting.platform, tenant_id, membership, acting.now).await? {
        let detail = "They are a member of this tenant already.";
        return Err(Refusal::conflict("already_member", detail));
    }
    // Counted with the newcomer, so that whoever is a member already hears that first.
    let others = overrides::members(&mut tx, acting, tenant_id).await? - 1;
    overrides::room_for(&mut tx, acting, tenant_id, (Limit::Members, others)).await?;
    let scope = db::door::tenants::enter(&mut tx, acting.platform, tenant_id)
        .await?
        .ok_or_else(|| Refusal::no_tenant(tenant_id.as_str()))?;
    let member = db::tenant::members::find(&mut tx, &scope, person_id)
        .await?
        .ok_or_else(|| Refusal::NotFound("The member is gone again.".to_owned()))?;
    let details = json!({ "personId": person_id, "before": null, "after": { "role": newcomer.role } });
    acting.succeeded(&mut tx, details).await?;
    tx.commit().await?;
    let acquaintance = if known.is_some() {
        Acquaintance::Known
    } else {
        Acquaintance::New
    };
    Ok((member, acquaintance))
}

/// Makes somebody an operator of the platform.
pub async fn add_operator(
    acting: &Acting<'_>,
    newcomer: Newcomer<OperatorRole>,
) -> Result<Operator, Refusal> {
    let attempt = acting.attempt(AuditAction::OperatorAdd, None).await?;
    attempt.end(add_operator_at_once(&attempt, newcomer)).await
}

async fn add_operator_at_once(
    acting: &Attempt<'_>,
    newcomer: Newcomer<OperatorRole>,
) -> Result<Operator, Refusal> {
    let password_hash = password::hash(newcomer.password)
        .await
        .map_err(Refusal::Unexpected)?;
    let operator = Operator {
        id: OperatorId::new(acting.ids),
        email: newcomer.email,
        name: newcomer.name,
        role: newcomer.role,
        created_at: acting.now,
    };
    let mut tx = acting.db.write(acting.platform).await?;
    if !operators::insert(&mut tx, acting.platform, &operator, &password_hash).await? {
        let detail = "An operator has this address already.";
        return Err(Refusal::conflict("operator_exists", detail));
    }
    // Somebody who was one before keeps the id they had.
    let operator = operators::find_by_email(&mut tx, acting.platform, &operator.email)
        .await?
        .unwrap_or(operator);
    let details = json!({ "operatorId": operator.id, "before": null, "after": { "role": operator.role } });
    acting.succeeded(&mut tx, details).await?;
    tx.commit().await?;
    Ok(operator)
}
