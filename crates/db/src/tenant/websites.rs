//! What a tenant's site says about itself, and which modules it shows.

use jiff::Timestamp;
use serde_json::Value;
use types::{Website, WebsiteModule};

use crate::{
    Error, Result, TenantScope, Tx,
    backend::{FromRow, Only, Row},
};

/// Finds what the site says.
pub async fn find(tx: &mut Tx, scope: &TenantScope) -> Result<Option<Website>> {
    tx.query("SELECT content FROM tenant_websites WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .fetch_optional()
        .await
}

/// When what the site says was last changed.
pub async fn changed_at(tx: &mut Tx, scope: &TenantScope) -> Result<Option<Timestamp>> {
    let found: Option<Only<Timestamp>> = tx
        .query("SELECT updated_at AS value FROM tenant_websites WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .fetch_optional()
        .await?;
    Ok(found.map(|Only(at)| at))
}

/// Writes what the site says, whether or not it said anything before.
pub async fn upsert(tx: &mut Tx, scope: &TenantScope, website: &Website, now: Timestamp) -> Result<()> {
    let content = serde_json::to_value(website).expect("a website is strings and lists of them");
    tx.query(
        "INSERT INTO tenant_websites (tenant_id, content, updated_at)
         VALUES ($1, $2, $3)
             ON CONFLICT (tenant_id) DO UPDATE SET content = excluded.content, updated_at = excluded.updated_at",
    )
    .bind(scope.tenant_id())
    .bind(content)
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// Lists the modules in the tenant's order.
pub async fn modules(tx: &mut Tx, scope: &TenantScope) -> Result<Vec<WebsiteModule>> {
    tx.query(
        "SELECT key, enabled, sort_order FROM tenant_modules WHERE tenant_id = $1 ORDER BY sort_order, key",
    )
    .bind(scope.tenant_id())
    .fetch_all()
    .await
}

/// Writes one module's place and switch.
pub async fn upsert_module(tx: &mut Tx, scope: &TenantScope, module: &WebsiteModule) -> Result<()> {
    tx.query(
        "INSERT INTO tenant_modules (tenant_id, key, enabled, sort_order)
         VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, key)
             DO UPDATE SET enabled = excluded.enabled, sort_order = excluded.sort_order",
    )
    .bind(scope.tenant_id())
    .bind(module.key)
    .bind(module.enabled)
    .bind(module.sort_order)
    .execute()
    .await?;
    Ok(())
}

impl FromRow for Website {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let content: Value = row.get("content")?;
        serde_json::from_value(content).map_err(|source| Error::Corrupt {
            column: "content",
            source: source.into(),
        })
    }
}

impl FromRow for WebsiteModule {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            key: row.get("key")?,
            enabled: row.get("enabled")?,
            sort_order: row.get("sort_order")?,
        })
    }
}
