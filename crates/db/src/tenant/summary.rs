//! A tenant's numbers for the dashboard, exact.

use jiff::Timestamp;

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row},
};

/// How much of everything there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Contacts.
    pub contact_count: i64,
    /// Leads.
    pub lead_count: i64,
    /// Activities.
    pub activity_count: i64,
    /// Leads nobody answered yet.
    pub new_lead_count: i64,
    /// Leads that are not over.
    pub open_lead_count: i64,
    /// Leads won.
    pub won_lead_count: i64,
    /// Leads that came since the time asked for.
    pub recent_lead_count: i64,
}

/// Counts everything; `since` bounds the recent leads.
pub async fn find(tx: &mut Tx, scope: &TenantScope, since: Timestamp) -> Result<Summary> {
    tx.query(
        "SELECT (SELECT COUNT(*) FROM contacts WHERE tenant_id = $1) AS contact_count,
                (SELECT COUNT(*) FROM activities WHERE tenant_id = $1) AS activity_count,
                COUNT(*) AS lead_count,
                COUNT(*) FILTER (WHERE status = 'new') AS new_lead_count,
                COUNT(*) FILTER (WHERE status IN ('new', 'qualified', 'nurturing')) AS open_lead_count,
                COUNT(*) FILTER (WHERE status = 'won') AS won_lead_count,
                COUNT(*) FILTER (WHERE created_at >= $2) AS recent_lead_count
           FROM leads
          WHERE tenant_id = $1",
    )
    .bind(scope.tenant_id())
    .bind(since)
    .fetch_one()
    .await
}

impl FromRow for Summary {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            contact_count: row.get("contact_count")?,
            lead_count: row.get("lead_count")?,
            activity_count: row.get("activity_count")?,
            new_lead_count: row.get("new_lead_count")?,
            open_lead_count: row.get("open_lead_count")?,
            won_lead_count: row.get("won_lead_count")?,
            recent_lead_count: row.get("recent_lead_count")?,
        })
    }
}
