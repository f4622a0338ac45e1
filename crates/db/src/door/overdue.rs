//! Tenants in which somebody is to be told that a reminder is overdue, each with its key.

use jiff::Timestamp;
use types::{Escalation, TenantId};

use crate::{Db, PlatformScope, Result, door::hosts::Site};

/// Lists tenants that want it told and have something to tell, those behind `after` in their order.
pub async fn sites(db: &Db, now: Timestamp, after: Option<&TenantId>, limit: i64) -> Result<Vec<Site>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query(
        "SELECT tenants.id, tenants.slug, tenants.name, tenants.status, tenants.created_at, tenants.updated_at,
                main.hostname, main.hostname AS primary_hostname, settings.time_zone
           FROM tenants
           JOIN tenant_domains AS main ON main.tenant_id = tenants.id AND main.is_primary
           JOIN tenant_settings AS settings ON settings.tenant_id = tenants.id
          WHERE tenants.status = 'active' AND settings.escalates_reminders
            AND EXISTS (
                SELECT 1
                  FROM reminders
                 WHERE reminders.tenant_id = tenants.id AND reminders.completed_at IS NULL
                   AND reminders.owners_told_at IS NULL AND reminders.due_at >= $1 AND reminders.due_at <= $2
                   AND (reminders.told_at IS NULL OR reminders.due_at <= $3))
            AND tenants.id > $4
          ORDER BY tenants.id
          LIMIT $5",
    )
    .bind(now - Escalation::NEVER_AFTER)
    .bind(now - Escalation::AFTER)
    .bind(now - Escalation::TO_OWNERS_AFTER)
    .bind(after.map_or("", TenantId::as_str))
    .bind(limit)
    .fetch_readable()
    .await
}
