//! Taking a lead that is nobody's: one of however many want it has it.

use jiff::Timestamp;
use serde_json::Value;
use types::{LeadId, PersonId};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row},
};

/// Gives a lead that is nobody's to a member. False, and nothing written, when somebody has it by now.
pub async fn claim(
    tx: &mut Tx,
    scope: &TenantScope,
    (lead_id, person_id): (LeadId, PersonId),
    now: Timestamp,
) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE leads
                SET assigned_to = $3, updated_at = $4, version = version + 1
              WHERE tenant_id = $1 AND id = $2 AND assigned_to IS NULL",
        )
        .bind(scope.tenant_id())
        .bind(lead_id)
        .bind(person_id)
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// What the timeline keeps of a claim for programs: by it a claim is told from a lead that a rule gave away.
pub const CLAIMED: &str = "claimed";

/// Whoever claimed a lead since `since` and still has it: their id and their name. Whether or not the lead is seen by
/// now, since until then everybody saw it, and whoever was slower is told who was not.
pub async fn claimed_lately(
    tx: &mut Tx,
    scope: &TenantScope,
    lead_id: LeadId,
    since: Timestamp,
) -> Result<Option<(PersonId, String)>> {
    let newest: Option<Given> = tx
        .query(
            "SELECT activities.metadata, people.id, people.name
               FROM activities
               JOIN leads ON leads.tenant_id = activities.tenant_id AND leads.id = activities.lead_id
                         AND leads.assigned_to = activities.actor_id
               JOIN people ON people.id = activities.actor_id
              WHERE activities.tenant_id = $1 AND activities.lead_id = $2
                AND activities.activity_type = 'lead_assigned' AND activities.occurred_at >= $3
              ORDER BY activities.occurred_at DESC, activities.id DESC
              LIMIT 1",
        )
        .bind(scope.tenant_id())
        .bind(lead_id)
        .bind(since)
        .fetch_optional()
        .await?;
    Ok(newest
        .filter(|given| given.metadata["why"] == CLAIMED)
        .map(|given| (given.person_id, given.name)))
}

/// That a member took a lead, as the timeline has it.
struct Given {
    metadata: Value,
    person_id: PersonId,
    name: String,
}

impl FromRow for Given {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            metadata: row.get("metadata")?,
            person_id: row.get("id")?,
            name: row.get("name")?,
        })
    }
}
