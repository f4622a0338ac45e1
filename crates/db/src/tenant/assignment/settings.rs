//! What an owner says for the whole tenant: the zone its hours are in, which leads agents see, and who hears of what is
//! overdue.

use jiff::Timestamp;
use types::AgentsSee;

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row},
};

/// What holds for the whole tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignmentSettings {
    /// The name of the zone that the hours of rules are in: `America/New_York`.
    pub zone: String,
    /// Which leads agents see.
    pub agents_see: AgentsSee,
    /// Whether members and owners are told of overdue reminders.
    pub escalates_reminders: bool,
}

/// Reads them. Every tenant has them.
pub async fn settings(tx: &mut Tx, scope: &TenantScope) -> Result<AssignmentSettings> {
    tx.query("SELECT time_zone, agents_see, escalates_reminders FROM tenant_settings WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .fetch_one()
        .await
}

/// Says in which zone the hours of rules are.
pub async fn set_zone(tx: &mut Tx, scope: &TenantScope, zone: &str, now: Timestamp) -> Result<()> {
    tx.query("UPDATE tenant_settings SET time_zone = $2, updated_at = $3 WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .bind(zone)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

/// Says which leads agents see, from their next request on.
pub async fn set_agents_see(
    tx: &mut Tx,
    scope: &TenantScope,
    agents_see: AgentsSee,
    now: Timestamp,
) -> Result<()> {
    tx.query("UPDATE tenant_settings SET agents_see = $2, updated_at = $3 WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .bind(agents_see)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

/// Says whether members and owners are told of overdue reminders.
pub async fn set_escalates_reminders(
    tx: &mut Tx,
    scope: &TenantScope,
    escalates: bool,
    now: Timestamp,
) -> Result<()> {
    tx.query("UPDATE tenant_settings SET escalates_reminders = $2, updated_at = $3 WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .bind(escalates)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

impl FromRow for AssignmentSettings {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            zone: row.get("time_zone")?,
            agents_see: row.get("agents_see")?,
            escalates_reminders: row.get("escalates_reminders")?,
        })
    }
}
