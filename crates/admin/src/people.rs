//! People who may come in: members of a tenant's CRM, operators of the console.

use db::platform::{members, operators, tenants as rows};
use serde_json::json;
use server::password::{self, NewPassword};
use types::{AuditAction, Email, Member, Operator, OperatorId, OperatorRole, PersonId, Role, TenantId};

use crate::{Acting, Refusal, tenants::taken};

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
    let mut tx = acting.db.read(acting.platform).await?;
    let tenant = rows::find(&mut tx, acting.platform, id_or_slug)
        .await?
        .ok_or_else(|| Refusal::no_tenant(id_or_slug))?;
    drop(tx);
    let adding = add_member_at_once(acting, &tenant.id, newcomer);
    acting
        .noting(AuditAction::TenantMemberAdd, Some(&tenant.id), adding)
        .await
}

async fn add_member_at_once(
    acting: &Acting<'_>,
    tenant_id: &TenantId,
    newcomer: Newcomer<Role>,
) -> Result<(Member, Acquaintance), Refusal> {
    // Before the transaction: hashing takes long enough that other writers would wait for it.
    let password_hash = password::hash(newcomer.password)
        .await
        .map_err(Refusal::Unexpected)?;
    let mut tx = acting.db.write(acting.platform).await?;
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
    members::insert(&mut tx, acting.platform, tenant_id, membership, acting.now)
        .await
        .map_err(|error| {
            taken(
                error,
                "already_member",
                "They are a member of this tenant already.",
            )
        })?;
    let scope = db::door::tenants::enter(&mut tx, acting.platform, tenant_id)
        .await?
        .ok_or_else(|| Refusal::no_tenant(tenant_id.as_str()))?;
    let member = db::tenant::members::find(&mut tx, &scope, person_id)
        .await?
        .ok_or_else(|| Refusal::NotFound("The member is gone again.".to_owned()))?;
    let details = json!({ "personId": person_id, "role": newcomer.role });
    acting
        .succeeded(&mut tx, AuditAction::TenantMemberAdd, Some(tenant_id), details)
        .await?;
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
    let adding = add_operator_at_once(acting, newcomer);
    acting.noting(AuditAction::OperatorAdd, None, adding).await
}

async fn add_operator_at_once(
    acting: &Acting<'_>,
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
    operators::insert(&mut tx, acting.platform, &operator, &password_hash)
        .await
        .map_err(|error| taken(error, "operator_exists", "An operator has this address already."))?;
    let details = json!({ "operatorId": operator.id, "role": operator.role });
    acting
        .succeeded(&mut tx, AuditAction::OperatorAdd, None, details)
        .await?;
    tx.commit().await?;
    Ok(operator)
}
