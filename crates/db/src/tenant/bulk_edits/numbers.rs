//! What the database works out of leads when their status changes: kept by whoever changes it, to be put back when they
//! undo that.

use types::{LeadId, LeadNumbers};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row, Sql},
    tenant::sight::sees_lead,
};

/// What the database worked out of these leads so far, of those that are seen, in no order.
pub async fn list(tx: &mut Tx, scope: &TenantScope, ids: &[LeadId]) -> Result<Vec<(LeadId, LeadNumbers)>> {
    const FIND: Sql = Sql {
        sqlite: concat!(
            "SELECT id, answered_after, was_qualified
               FROM leads
              WHERE tenant_id = $1 AND id IN (SELECT c0 FROM list) AND",
            sees_lead!("leads")
        ),
        postgres: concat!(
            "SELECT id, answered_after, was_qualified
               FROM leads
              WHERE tenant_id = $2 AND id = ANY($1) AND",
            sees_lead!("leads", "$3")
        ),
    };
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<Found> = tx
        .bulk(FIND)
        .column(ids.iter().copied())
        .bind(scope.tenant_id())
        .bind(scope.only())
        .fetch_all()
        .await?;
    Ok(found
        .into_iter()
        .map(|Found(id, numbers)| (id, numbers))
        .collect())
}

/// Puts back what was worked out of leads that their caller put back, and counts who was rung meanwhile.
pub async fn put_back(tx: &mut Tx, scope: &TenantScope, all: &[(LeadId, LeadNumbers)]) -> Result<()> {
    const PUT_BACK: Sql = Sql {
        sqlite: "UPDATE leads
                    SET answered_after = list.c1, was_qualified = list.c2
                   FROM list
                  WHERE leads.tenant_id = $1 AND leads.id = list.c0",
        postgres: "UPDATE leads
                      SET answered_after = list.answered_after, was_qualified = list.was_qualified
                     FROM UNNEST($1, $2, $3) AS list (id, answered_after, was_qualified)
                    WHERE leads.tenant_id = $4 AND leads.id = list.id",
    };
    if all.is_empty() {
        return Ok(());
    }
    tx.bulk(PUT_BACK)
        .column(all.iter().map(|(id, _)| *id))
        .column(all.iter().map(|(_, numbers)| numbers.answered_after))
        .column(all.iter().map(|(_, numbers)| numbers.was_qualified))
        .bind(scope.tenant_id())
        .execute()
        .await?;
    tx.bulk(RUNG)
        .column(all.iter().map(|(id, _)| *id))
        .bind(scope.tenant_id())
        .execute()
        .await?;
    Ok(())
}

/// A call to a contact that names no lead answers their new ones (migration 0060): those, too, that had another status
/// while it was made. A call to the lead itself is a change of it, which keeps it from being put back.
const RUNG: Sql = Sql {
    sqlite:
        "UPDATE leads
            SET answered_after = (unixepoch(SUBSTR(answer.at, 1, 19)) - unixepoch(SUBSTR(leads.created_at, 1, 19))) * 1000000
                                 + SUBSTR(answer.at, 21, 6) - SUBSTR(leads.created_at, 21, 6)
           FROM (SELECT waiting.id, MIN(calls.occurred_at) AS at
                   FROM list
                   JOIN leads AS waiting ON waiting.tenant_id = $1 AND waiting.id = list.c0
                   JOIN activities AS calls
                     ON calls.tenant_id = $1 AND calls.contact_id = waiting.contact_id AND calls.lead_id IS NULL
                    AND calls.actor_id IS NOT NULL
                    AND calls.activity_type IN ('call_logged', 'text_logged', 'email_logged', 'appointment_logged')
                    AND calls.occurred_at >= waiting.created_at
                  WHERE waiting.status = 'new' AND waiting.answered_after IS NULL
                  GROUP BY waiting.id) AS answer
          WHERE leads.tenant_id = $1 AND leads.id = answer.id",
    postgres:
        "UPDATE leads
            SET answered_after = CAST(EXTRACT(EPOCH FROM answer.at - leads.created_at) * 1000000 AS bigint)
           FROM (SELECT waiting.id, MIN(calls.occurred_at) AS at
                   FROM leads AS waiting
                   JOIN activities AS calls
                     ON calls.tenant_id = $2 AND calls.contact_id = waiting.contact_id AND calls.lead_id IS NULL
                    AND calls.actor_id IS NOT NULL
                    AND calls.activity_type IN ('call_logged', 'text_logged', 'email_logged', 'appointment_logged')
                    AND calls.occurred_at >= waiting.created_at
                  WHERE waiting.tenant_id = $2 AND waiting.id = ANY($1)
                    AND waiting.status = 'new' AND waiting.answered_after IS NULL
                  GROUP BY waiting.id) AS answer
          WHERE leads.tenant_id = $2 AND leads.id = answer.id",
};

/// A lead by its id.
struct Found(LeadId, LeadNumbers);

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let numbers = LeadNumbers {
            answered_after: row.get("answered_after")?,
            was_qualified: row.get("was_qualified")?,
        };
        Ok(Self(row.get("id")?, numbers))
    }
}
