//! How many leads stand where, and what they come to: the heads of the pipeline's columns.

use types::{Lead, LeadStatus, PersonId};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row},
    tenant::sight::sees_lead,
};

/// How many leads stand somewhere, and what they come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoardTotal {
    /// Where.
    pub status: LeadStatus,
    /// How many.
    pub count: i64,
    /// What they may spend, in cents, as far as they said.
    pub value_cents: i64,
}

/// How many leads stand where; of one member's, if one is named.
pub async fn board_totals(
    tx: &mut Tx,
    scope: &TenantScope,
    assigned_to: Option<PersonId>,
) -> Result<Vec<BoardTotal>> {
    tx.query(concat!(
        "SELECT status, COUNT(*) AS lead_count,
                    CAST(COALESCE(SUM(COALESCE(price_max, price_min)), 0) AS BIGINT) AS value_cents
               FROM leads
              WHERE tenant_id = $1 AND ($3 IS NULL OR assigned_to = $3) AND",
        sees_lead!("leads"),
        "GROUP BY status"
    ))
    .bind(scope.tenant_id())
    .bind(scope.only())
    .bind(assigned_to)
    .fetch_all()
    .await
}

/// Where a lead stands in its column, which is in the order of the board, and how many stand there; of one member's, if one
/// is named.
pub async fn board_place(
    tx: &mut Tx,
    scope: &TenantScope,
    lead: &Lead,
    assigned_to: Option<PersonId>,
) -> Result<(i64, i64)> {
    tx.query(concat!(
        "SELECT COUNT(*) FILTER (WHERE (created_at, id) >= ($4, $5)) AS place, COUNT(*) AS total
               FROM leads
              WHERE tenant_id = $1 AND status = $3 AND ($6 IS NULL OR assigned_to = $6) AND",
        sees_lead!("leads")
    ))
    .bind(scope.tenant_id())
    .bind(scope.only())
    .bind(lead.status)
    .bind(lead.created_at)
    .bind(lead.id)
    .bind(assigned_to)
    .fetch_one()
    .await
    .map(|Place(place, total)| (place, total))
}

/// A place among so many.
struct Place(i64, i64);

impl FromRow for Place {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get("place")?, row.get("total")?))
    }
}

impl FromRow for BoardTotal {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            status: row.get("status")?,
            count: row.get("lead_count")?,
            value_cents: row.get("value_cents")?,
        })
    }
}
