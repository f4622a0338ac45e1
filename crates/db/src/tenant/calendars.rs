//! The calendars of a tenant's members: of each, what its secret address is made from.

use jiff::Timestamp;
use types::{PersonId, TokenHash};

use crate::{Result, TenantScope, Tx, backend::Only};

/// What the address of a member's calendar is made from, when they have one.
pub async fn find(tx: &mut Tx, scope: &TenantScope, person_id: PersonId) -> Result<Option<String>> {
    let salt: Option<Only<String>> = tx
        .query("SELECT salt AS value FROM calendar_links WHERE tenant_id = $1 AND person_id = $2")
        .bind(scope.tenant_id())
        .bind(person_id)
        .fetch_optional()
        .await?;
    Ok(salt.map(|Only(salt)| salt))
}

/// Gives a member's calendar an address; the one before leads nowhere.
pub async fn renew(
    tx: &mut Tx,
    scope: &TenantScope,
    person_id: PersonId,
    (salt, hash): (&str, &TokenHash),
    now: Timestamp,
) -> Result<()> {
    tx.query(
        "INSERT INTO calendar_links (tenant_id, person_id, salt, token_hash, created_at)
         VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, person_id)
             DO UPDATE SET salt = excluded.salt, token_hash = excluded.token_hash, created_at = excluded.created_at",
    )
    .bind(scope.tenant_id())
    .bind(person_id)
    .bind(salt)
    .bind(hash.as_str())
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// Takes the address away. Nothing, when there is none.
pub async fn remove(tx: &mut Tx, scope: &TenantScope, person_id: PersonId) -> Result<()> {
    tx.query("DELETE FROM calendar_links WHERE tenant_id = $1 AND person_id = $2")
        .bind(scope.tenant_id())
        .bind(person_id)
        .execute()
        .await?;
    Ok(())
}
