//! The audit trail: written with the change it tells of, never changed.

use types::{Actor, AuditAction, AuditEvent, Page, PageRequest, TenantId};

use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Only, Row},
};

/// Writes a line, in the transaction of what it tells of.
pub async fn record(tx: &mut Tx, _platform: &PlatformScope, event: &AuditEvent) -> Result<()> {
    tx.query(
        "INSERT INTO admin_audit_events
                (id, occurred_at, actor_id, actor_role, action, status, tenant_id, details, request_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(event.id)
    .bind(event.occurred_at)
    .bind(&event.actor.id)
    .bind(&event.actor.role)
    .bind(event.action)
    .bind(event.status)
    .bind(event.tenant_id.clone())
    .bind(&event.details)
    .bind(event.request_id.clone())
    .execute()
    .await?;
    Ok(())
}

/// Lists the trail, newest first; of one tenant, or of everything.
pub async fn list(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: Option<&TenantId>,
    page: PageRequest,
) -> Result<Page<AuditEvent>> {
    let rows = tx
        .query(
            "SELECT id, occurred_at, actor_id, actor_role, action, status, tenant_id, details, request_id
               FROM admin_audit_events
              WHERE ($1 IS NULL OR tenant_id = $1)
              ORDER BY occurred_at DESC, id DESC
              LIMIT $2 OFFSET $3",
        )
        .bind(tenant_id.cloned())
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Whether this was ever done to the tenant.
pub async fn was_done(
    tx: &mut Tx,
    _platform: &PlatformScope,
    action: AuditAction,
    tenant_id: &TenantId,
) -> Result<bool> {
    let Only(was_done) = tx
        .query(
            "SELECT EXISTS (SELECT 1
                              FROM admin_audit_events
                             WHERE tenant_id = $1 AND action = $2 AND status = 'succeeded') AS value",
        )
        .bind(tenant_id)
        .bind(action)
        .fetch_one()
        .await?;
    Ok(was_done)
}

impl FromRow for AuditEvent {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            occurred_at: row.get("occurred_at")?,
            actor: Actor {
                id: row.get("actor_id")?,
                role: row.get("actor_role")?,
            },
            action: row.get("action")?,
            status: row.get("status")?,
            tenant_id: row.get("tenant_id")?,
            details: row.get("details")?,
            request_id: row.get("request_id")?,
        })
    }
}
