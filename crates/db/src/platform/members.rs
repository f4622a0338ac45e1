//! People and their memberships, as the platform gives them.

use jiff::Timestamp;
use types::{Email, PersonId, Role, TenantId};

use crate::{PlatformScope, Result, Tx, backend::Only};

/// A person to be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// Names the person.
    pub id: PersonId,
    /// The address they sign in with.
    pub email: Email,
    /// What to call them.
    pub name: String,
    /// The argon2 hash of their password, in PHC form.
    pub password_hash: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// Finds a person by their address.
pub async fn find_person(tx: &mut Tx, _platform: &PlatformScope, email: &Email) -> Result<Option<PersonId>> {
    let found: Option<Only<PersonId>> = tx
        .query("SELECT id AS value FROM people WHERE email = $1")
        .bind(email)
        .fetch_optional()
        .await?;
    Ok(found.map(|Only(id)| id))
}

/// Makes a person known. A conflict on `email` says that they are.
pub async fn insert_person(tx: &mut Tx, _platform: &PlatformScope, person: &NewPerson) -> Result<()> {
    tx.query("INSERT INTO people (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(person.id)
        .bind(&person.email)
        .bind(&person.name)
        .bind(&person.password_hash)
        .bind(person.created_at)
        .execute()
        .await?;
    Ok(())
}

/// Makes a person a member of a tenant, again if they were one. False when they are one.
pub async fn insert(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: &TenantId,
    (person_id, role): (PersonId, Role),
    now: Timestamp,
) -> Result<bool> {
    let touched = tx
        .query(
            "INSERT INTO members (tenant_id, person_id, role, created_at)
             VALUES ($1, $2, $3, $4)
                 ON CONFLICT (tenant_id, person_id)
                 DO UPDATE SET role = excluded.role, created_at = excluded.created_at, removed_at = NULL
                     WHERE members.removed_at IS NOT NULL",
        )
        .bind(tenant_id)
        .bind(person_id)
        .bind(role)
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Gives a member another role.
pub async fn set_role(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: &TenantId,
    (person_id, role): (PersonId, Role),
) -> Result<()> {
    tx.query("UPDATE members SET role = $3 WHERE tenant_id = $1 AND person_id = $2")
        .bind(tenant_id)
        .bind(person_id)
        .bind(role)
        .execute()
        .await?;
    Ok(())
}

/// Signs a member out everywhere. Says how many sessions that were.
pub async fn end_sessions(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: &TenantId,
    person_id: PersonId,
) -> Result<u64> {
    tx.query("DELETE FROM member_sessions WHERE tenant_id = $1 AND person_id = $2")
        .bind(tenant_id)
        .bind(person_id)
        .execute()
        .await
}

/// Whether somebody with this address runs the platform.
pub async fn is_operator(tx: &mut Tx, _platform: &PlatformScope, email: &Email) -> Result<bool> {
    let Only(is_operator) = tx
        .query("SELECT EXISTS (SELECT 1 FROM operators WHERE email = $1 AND removed_at IS NULL) AS value")
        .bind(email)
        .fetch_one()
        .await?;
    Ok(is_operator)
}
