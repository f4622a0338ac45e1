//! What an owner says for the whole tenant: the zone its hours are in, which leads agents see, and who hears of what is
//! overdue.

use jiff::Timestamp;
use types::{AgentsSee, OfficeHours, assignment::TimeWindow};

use super::Window;
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
    /// When the office answers, in its zone; none is around the clock.
    pub office: Option<TimeWindow>,
}

impl AssignmentSettings {
    /// When the office answers.
    pub fn office_hours(&self) -> OfficeHours {
        OfficeHours::of(self.office.clone(), &self.zone)
    }
}

/// Reads them. Every tenant has them.
pub async fn settings(tx: &mut Tx, scope: &TenantScope) -> Result<AssignmentSettings> {
    tx.query(
        "SELECT time_zone, agents_see, escalates_reminders, office_days AS days, office_from AS from_minute,
                office_until AS until_minute
           FROM tenant_settings
          WHERE tenant_id = $1",
    )
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

/// Says when the office answers; none is around the clock.
pub async fn set_office_hours(
    tx: &mut Tx,
    scope: &TenantScope,
    office: Option<&TimeWindow>,
    now: Timestamp,
) -> Result<()> {
    let window = Window::of(office);
    tx.query(
        "UPDATE tenant_settings
            SET office_days = $2, office_from = $3, office_until = $4, updated_at = $5
          WHERE tenant_id = $1",
    )
    .bind(scope.tenant_id())
    .bind(window.days)
    .bind(window.from)
    .bind(window.until)
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// Reads when the office answers from a row that has `time_zone`, `days`, `from_minute` and `until_minute`.
pub(crate) fn office_hours(row: &Row<'_>) -> Result<OfficeHours> {
    let zone: String = row.get("time_zone")?;
    Ok(OfficeHours::of(Window::read(row)?, &zone))
}

impl FromRow for AssignmentSettings {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            zone: row.get("time_zone")?,
            agents_see: row.get("agents_see")?,
            escalates_reminders: row.get("escalates_reminders")?,
            office: Window::read(row)?,
        })
    }
}
