//! From the secret of an API token to what it may do, and the key of its tenant.

use jiff::Timestamp;
use types::{ApiToken, ApiTokenId, Member, Tenant, TokenHash};

use crate::{
    Db, PlatformScope, Result, TenantScope,
    backend::{FromRow, Only, Row},
    error::or_the_next_time,
};

/// A token that was shown, as of now: what it may do and whether it is good are read with every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The key of its tenant; what is written with it names the token.
    pub scope: TenantScope,
    /// The token, good or not.
    pub token: ApiToken,
    /// The owner who made it.
    pub maker: Member,
    /// The tenant.
    pub tenant: Tenant,
}

/// Finds the token with this secret, of the tenant whose host was asked and which is in service.
pub async fn find(db: &Db, scope: &TenantScope, hash: &TokenHash) -> Result<Option<Shown>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query(
        "SELECT token.id AS token_id, token.name AS token_name, token.prefix, token.scopes, token.made_by,
                maker.name AS maker_name, maker.email,
                CASE WHEN member.role = 'owner' AND member.removed_at IS NULL THEN TRUE ELSE FALSE END AS is_backed,
                token.created_at AS token_since, token.expires_at, token.last_used_at, token.revoked_at,
                member.role, member.is_paused, member.created_at AS member_since,
                tenants.id, tenants.slug, tenants.name, tenants.status, tenants.created_at, tenants.updated_at
           FROM api_tokens AS token
           JOIN people AS maker ON maker.id = token.made_by
           JOIN members AS member ON member.tenant_id = token.tenant_id AND member.person_id = token.made_by
           JOIN tenants ON tenants.id = token.tenant_id
          WHERE token.tenant_id = $1 AND token.token_hash = $2 AND tenants.status = 'active'",
    )
    .bind(scope.tenant_id())
    .bind(hash.as_str())
    .fetch_optional()
    .await
}

/// Whether a token is good still, for a line that stays open.
pub async fn is_good(db: &Db, scope: &TenantScope, id: ApiTokenId, now: Timestamp) -> Result<bool> {
    let mut tx = db.read(scope).await?;
    let Only(is_good) = tx
        .query(
            "SELECT EXISTS (SELECT 1
                              FROM api_tokens AS token
                              JOIN members AS member
                                ON member.tenant_id = token.tenant_id AND member.person_id = token.made_by
                               AND member.role = 'owner' AND member.removed_at IS NULL
                             WHERE token.tenant_id = $1 AND token.id = $2 AND token.revoked_at IS NULL
                               AND (token.expires_at IS NULL OR token.expires_at > $3)) AS value",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(now)
        .fetch_one()
        .await?;
    Ok(is_good)
}

/// Notes that a token was used, if the database has time for that. Callers do so at most once a minute.
pub async fn touch(db: &Db, scope: &TenantScope, id: ApiTokenId, now: Timestamp) -> Result<()> {
    or_the_next_time(note(db, scope, id, now).await)
}

async fn note(db: &Db, scope: &TenantScope, id: ApiTokenId, now: Timestamp) -> Result<()> {
    let mut tx = db.write(scope).await?;
    tx.query("UPDATE api_tokens SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .bind(now)
        .execute()
        .await?;
    tx.commit().await
}

impl FromRow for Shown {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let (token, tenant) = (ApiToken::from_row(row)?, Tenant::from_row(row)?);
        Ok(Self {
            scope: TenantScope::new(tenant.id.clone()).with_token(&token),
            maker: Member {
                person_id: token.made_by,
                email: row.get("email")?,
                name: token.made_by_name.clone(),
                role: row.get("role")?,
                is_paused: row.get("is_paused")?,
                created_at: row.get("member_since")?,
            },
            token,
            tenant,
        })
    }
}
