//! A tenant's numbers for the dashboard, exact.

use jiff::Timestamp;
use types::LeadStatus;

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
    /// Leads that are new.
    pub new_lead_count: i64,
    /// Leads worth the time.
    pub qualified_lead_count: i64,
    /// Leads that are not ready yet.
    pub nurturing_lead_count: i64,
    /// Leads won.
    pub won_lead_count: i64,
    /// Leads lost.
    pub lost_lead_count: i64,
    /// New leads that no member has answered.
    pub waiting_lead_count: i64,
    /// Leads that came since the time asked for.
    pub recent_lead_count: i64,
}

impl Summary {
    /// Leads that stand here.
    pub const fn of(&self, status: LeadStatus) -> i64 {
        match status {
            LeadStatus::New => self.new_lead_count,
            LeadStatus::Qualified => self.qualified_lead_count,
            LeadStatus::Nurturing => self.nurturing_lead_count,
            LeadStatus::Won => self.won_lead_count,
            LeadStatus::Lost => self.lost_lead_count,
        }
    }
}

/// Counts everything; `since` bounds the recent leads.
pub async fn find(tx: &mut Tx, scope: &TenantScope, since: Timestamp) -> Result<Summary> {
    tx.query(
        "SELECT (SELECT COUNT(*) FROM contacts WHERE tenant_id = $1) AS contact_count,
                (SELECT COUNT(*) FROM activities WHERE tenant_id = $1) AS activity_count,
                COUNT(*) AS lead_count,
                COUNT(*) FILTER (WHERE status = 'new') AS new_lead_count,
                COUNT(*) FILTER (WHERE status = 'qualified') AS qualified_lead_count,
                COUNT(*) FILTER (WHERE status = 'nurturing') AS nurturing_lead_count,
                COUNT(*) FILTER (WHERE status = 'won') AS won_lead_count,
                COUNT(*) FILTER (WHERE status = 'lost') AS lost_lead_count,
                COUNT(*) FILTER (WHERE status = 'new' AND NOT EXISTS (
                    SELECT 1
                      FROM activities
                     WHERE activities.tenant_id = $1 AND activities.lead_id = leads.id
                       AND activities.actor_id IS NOT NULL
                       AND activities.activity_type IN
                           ('call_logged', 'text_logged', 'email_logged', 'lead_status_changed')
                )) AS waiting_lead_count,
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
            qualified_lead_count: row.get("qualified_lead_count")?,
            nurturing_lead_count: row.get("nurturing_lead_count")?,
            won_lead_count: row.get("won_lead_count")?,
            lost_lead_count: row.get("lost_lead_count")?,
            waiting_lead_count: row.get("waiting_lead_count")?,
            recent_lead_count: row.get("recent_lead_count")?,
        })
    }
}
