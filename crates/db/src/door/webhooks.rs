//! From the crm to endpoints that something is to be told: with the key of their tenant.

use types::EndpointId;
use uuid::Uuid;

use crate::{
    Db, PlatformScope, Result, TenantScope,
    backend::{FromRow, Row},
};

/// An endpoint of a tenant that is in service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The key of its tenant.
    pub scope: TenantScope,
    /// The endpoint.
    pub id: EndpointId,
    /// How far in the feed it is.
    pub last_seq: i64,
}

/// Lists endpoints whose feed went further than they were told, those behind `after` in their order.
pub async fn behind(db: &Db, after: Option<&Waiting>, limit: i64) -> Result<Vec<Waiting>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query(
        "SELECT endpoint.tenant_id, endpoint.id, endpoint.last_seq
           FROM webhook_endpoints AS endpoint
           JOIN change_feeds AS feed ON feed.tenant_id = endpoint.tenant_id AND feed.last_seq > endpoint.last_seq
           JOIN tenants ON tenants.id = endpoint.tenant_id AND tenants.status = 'active'
          WHERE endpoint.off_at IS NULL
            AND (endpoint.tenant_id > $1 OR (endpoint.tenant_id = $1 AND endpoint.id > $2))
          ORDER BY endpoint.tenant_id, endpoint.id
          LIMIT $3",
    )
    .bind(after.map_or("", |after| after.scope.tenant_id().as_str()))
    .bind(after.map_or(Uuid::nil(), |after| after.id.uuid()))
    .bind(limit)
    .fetch_all()
    .await
}

/// Lists endpoints that something is to be delivered to and that nobody serves, the one served longest ago first.
pub async fn due(db: &Db, limit: i64) -> Result<Vec<Waiting>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    let now = tx.time().await?;
    tx.query(
        "SELECT endpoint.tenant_id, endpoint.id, endpoint.last_seq
           FROM webhook_endpoints AS endpoint
           JOIN tenants ON tenants.id = endpoint.tenant_id AND tenants.status = 'active'
          WHERE endpoint.off_at IS NULL AND endpoint.leased_until <= $1
            AND EXISTS (SELECT 1
                          FROM webhook_deliveries AS delivery
                         WHERE delivery.tenant_id = endpoint.tenant_id AND delivery.endpoint_id = endpoint.id
                           AND delivery.next_attempt_at <= $1)
          ORDER BY endpoint.leased_until, endpoint.tenant_id, endpoint.id
          LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all()
    .await
}

impl FromRow for Waiting {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            scope: TenantScope::new(row.get("tenant_id")?),
            id: row.get("id")?,
            last_seq: row.get("last_seq")?,
        })
    }
}
