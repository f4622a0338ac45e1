//! A tenant's API tokens: of each its name, what it may do, and a hash of its secret.

use jiff::Timestamp;
use types::{ApiToken, ApiTokenId, Page, PageRequest, TokenHash};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Words},
    tenant::before,
};

macro_rules! select_tokens {
    ($rest:literal) => {
        concat!(
            "SELECT token.id AS token_id, token.name AS token_name, token.prefix, token.scopes, token.made_by,
                    maker.name AS maker_name,
                    CASE WHEN member.role = 'owner' AND member.removed_at IS NULL THEN TRUE ELSE FALSE END AS is_backed,
                    token.created_at AS token_since, token.expires_at, token.last_used_at, token.revoked_at
               FROM api_tokens AS token
               JOIN people AS maker ON maker.id = token.made_by
               JOIN members AS member ON member.tenant_id = token.tenant_id AND member.person_id = token.made_by
              WHERE token.tenant_id = $1 ",
            $rest
        )
    };
}

/// Lists the tokens, the newest first, those that were revoked too.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    after: Option<(Timestamp, ApiTokenId)>,
    page: PageRequest,
) -> Result<Page<ApiToken>> {
    let (at, id) = before(after);
    let rows = tx
        .query(select_tokens!(
            "AND (token.created_at, token.id) < ($2, $3)
             ORDER BY token.created_at DESC, token.id DESC
             LIMIT $4 OFFSET $5"
        ))
        .bind(scope.tenant_id())
        .bind(at)
        .bind(id)
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Counts the tokens that a list shows on all its pages.
pub async fn count_all(tx: &mut Tx, scope: &TenantScope) -> Result<i64> {
    let Only(count) = tx
        .query("SELECT COUNT(*) AS value FROM api_tokens WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .fetch_one()
        .await?;
    Ok(count)
}

/// Finds a token.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: ApiTokenId) -> Result<Option<ApiToken>> {
    tx.query(select_tokens!("AND token.id = $2"))
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_optional()
        .await
}

/// Counts the tokens that were not revoked.
pub async fn count(tx: &mut Tx, scope: &TenantScope) -> Result<i64> {
    let Only(count) = tx
        .query("SELECT COUNT(*) AS value FROM api_tokens WHERE tenant_id = $1 AND revoked_at IS NULL")
        .bind(scope.tenant_id())
        .fetch_one()
        .await?;
    Ok(count)
}

/// Adds a token, with what is kept of its secret.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, token: &ApiToken, hash: &TokenHash) -> Result<()> {
    let scopes = token.scopes.iter().map(ToString::to_string).collect();
    tx.query(
        "INSERT INTO api_tokens
                (tenant_id, id, name, prefix, token_hash, scopes, made_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(scope.tenant_id())
    .bind(token.id)
    .bind(&token.name)
    .bind(&token.prefix)
    .bind(hash.as_str())
    .bind(Words(scopes))
    .bind(token.made_by)
    .bind(token.created_at)
    .bind(token.expires_at)
    .execute()
    .await?;
    Ok(())
}

/// Takes a token back. False when it is not there, or was taken back before.
pub async fn revoke(tx: &mut Tx, scope: &TenantScope, id: ApiTokenId, now: Timestamp) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE api_tokens
                SET revoked_at = $3
              WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

impl FromRow for ApiToken {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let words = row.get::<Words>("scopes")?.0;
        Ok(Self {
            id: row.get("token_id")?,
            name: row.get("token_name")?,
            prefix: row.get("prefix")?,
            // A word of a newer version allows nothing here.
            scopes: words.iter().filter_map(|word| word.parse().ok()).collect(),
            made_by: row.get("made_by")?,
            made_by_name: row.get("maker_name")?,
            is_backed: row.get("is_backed")?,
            created_at: row.get("token_since")?,
            expires_at: row.get("expires_at")?,
            last_used_at: row.get("last_used_at")?,
            revoked_at: row.get("revoked_at")?,
        })
    }
}
