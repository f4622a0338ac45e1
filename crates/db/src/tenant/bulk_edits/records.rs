//! The leads or contacts of a bulk edit: many written back at once, and what became of each.

use types::{Activity, BulkEditId, Contact, EditOutcome, EditedRecord, Lead, PersonId};
use uuid::Uuid;

use super::{read, stored};
use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql, Words},
};

/// Notes what became of records: for the first time, or anew.
pub async fn note(tx: &mut Tx, scope: &TenantScope, id: BulkEditId, records: &[EditedRecord]) -> Result<()> {
    const NOTE: Sql = Sql {
        sqlite: "INSERT INTO bulk_edit_records
                        (tenant_id, bulk_edit_id, number, record_id, outcome, reason, before, record_version)
                 SELECT $1, $2, c0, c1, c2, c3, c4, c5
                   FROM list
                  WHERE TRUE
                     ON CONFLICT (tenant_id, bulk_edit_id, number) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason",
        postgres:
            "INSERT INTO bulk_edit_records
                          (tenant_id, bulk_edit_id, number, record_id, outcome, reason, before, record_version)
                   SELECT $7, $8, number, record_id, outcome, reason, before, version
                     FROM UNNEST($1, $2, $3, $4, $5, $6)
                       AS list (number, record_id, outcome, reason, before, version)
                       ON CONFLICT (tenant_id, bulk_edit_id, number) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason",
    };
    if records.is_empty() {
        return Ok(());
    }
    tx.bulk(NOTE)
        .column(records.iter().map(|record| record.number))
        .column(records.iter().map(|record| record.record_id))
        .column(records.iter().map(|record| record.outcome))
        .column(records.iter().map(|record| record.reason.clone()))
        .column(records.iter().map(|record| record.before.as_ref().map(stored)))
        .column(records.iter().map(|record| record.version))
        .bind(scope.tenant_id())
        .bind(id)
        .execute()
        .await?;
    Ok(())
}

macro_rules! list_records {
    ($narrowed:literal) => {
        concat!(
            "SELECT number, record_id, outcome, reason, before, record_version
               FROM bulk_edit_records
              WHERE tenant_id = $1 AND bulk_edit_id = $2 AND number > $3 ",
            $narrowed,
            " ORDER BY number
              LIMIT $4"
        )
    };
}

/// The records after number `after`, in their order: at most `limit`.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    id: BulkEditId,
    (after, limit): (i64, i64),
) -> Result<Vec<EditedRecord>> {
    fetch(tx, scope, id, (list_records!(""), after, limit)).await
}

/// The first records that were left alone, or not put back, for a reason: at most `limit`.
pub async fn skipped(
    tx: &mut Tx,
    scope: &TenantScope,
    id: BulkEditId,
    limit: i64,
) -> Result<Vec<EditedRecord>> {
    fetch(tx, scope, id, (list_records!("AND reason IS NOT NULL"), 0, limit)).await
}

async fn fetch(
    tx: &mut Tx,
    scope: &TenantScope,
    id: BulkEditId,
    (sql, after, limit): (&'static str, i64, i64),
) -> Result<Vec<EditedRecord>> {
    tx.query(sql)
        .bind(scope.tenant_id())
        .bind(id)
        .bind(after)
        .bind(limit)
        .fetch_all()
        .await
}

/// Writes leads back that nobody changed since they were read: says which. Only what an edit may change is written.
pub async fn update_leads(tx: &mut Tx, scope: &TenantScope, leads: &[Lead]) -> Result<Vec<Uuid>> {
    const UPDATE: Sql = Sql {
        sqlite: "UPDATE leads
                    SET status = list.c2, close_reason = list.c3, assigned_to = list.c4, tags = list.c5,
                        updated_at = list.c6, version = version + 1
                   FROM list
                  WHERE leads.tenant_id = $1 AND leads.id = list.c0 AND leads.version = list.c1
              RETURNING leads.id AS value",
        postgres: "UPDATE leads
                      SET status = list.status, close_reason = list.close_reason, assigned_to = list.assigned_to,
                          tags = list.tags, updated_at = list.at, version = leads.version + 1
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7)
                       AS list (id, version, status, close_reason, assigned_to, tags, at)
                    WHERE leads.tenant_id = $8 AND leads.id = list.id AND leads.version = list.version
                RETURNING leads.id AS value",
    };
    if leads.is_empty() {
        return Ok(Vec::new());
    }
    let written: Vec<Only<Uuid>> = tx
        .bulk(UPDATE)
        .column(leads.iter().map(|lead| lead.id))
        .column(leads.iter().map(|lead| lead.version))
        .column(leads.iter().map(|lead| lead.status))
        .column(leads.iter().map(|lead| lead.close_reason))
        .column(leads.iter().map(|lead| lead.assigned_to))
        .column(leads.iter().map(|lead| Words(lead.tags.clone())))
        .column(leads.iter().map(|lead| lead.updated_at))
        .bind(scope.tenant_id())
        .fetch_all()
        .await?;
    Ok(written.into_iter().map(|Only(id)| id).collect())
}

/// Writes contacts back that nobody changed since they were read: says which. Only their tags are written.
pub async fn update_contacts(tx: &mut Tx, scope: &TenantScope, contacts: &[Contact]) -> Result<Vec<Uuid>> {
    const UPDATE: Sql = Sql {
        sqlite: "UPDATE contacts
                    SET tags = list.c2, updated_at = list.c3, version = version + 1
                   FROM list
                  WHERE contacts.tenant_id = $1 AND contacts.id = list.c0 AND contacts.version = list.c1
              RETURNING contacts.id AS value",
        postgres: "UPDATE contacts
                      SET tags = list.tags, updated_at = list.at, version = contacts.version + 1
                     FROM UNNEST($1, $2, $3, $4)
                       AS list (id, version, tags, at)
                    WHERE contacts.tenant_id = $5 AND contacts.id = list.id AND contacts.version = list.version
                RETURNING contacts.id AS value",
    };
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    let written: Vec<Only<Uuid>> = tx
        .bulk(UPDATE)
        .column(contacts.iter().map(|contact| contact.id))
        .column(contacts.iter().map(|contact| contact.version))
        .column(contacts.iter().map(|contact| Words(contact.tags.clone())))
        .column(contacts.iter().map(|contact| contact.updated_at))
        .bind(scope.tenant_id())
        .fetch_all()
        .await?;
    Ok(written.into_iter().map(|Only(id)| id).collect())
}

/// Writes what happened into the timeline.
pub async fn trace(tx: &mut Tx, scope: &TenantScope, activities: &[Activity]) -> Result<()> {
    const INSERT: Sql = Sql {
        sqlite: "INSERT INTO activities
                        (tenant_id, id, contact_id, lead_id, activity_type, occurred_at, summary, metadata, actor_id,
                         support_session_id)
                 SELECT $1, c0, c1, c2, c3, c4, c5, c6, c7, $2
                   FROM list",
        postgres: "INSERT INTO activities
                          (tenant_id, id, contact_id, lead_id, activity_type, occurred_at, summary, metadata, actor_id,
                           support_session_id)
                   SELECT $9, id, contact_id, lead_id, activity_type, occurred_at, summary, metadata, actor_id, $10
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8)
                       AS list (id, contact_id, lead_id, activity_type, occurred_at, summary, metadata, actor_id)",
    };
    if activities.is_empty() {
        return Ok(());
    }
    tx.bulk(INSERT)
        .column(activities.iter().map(|activity| activity.id))
        .column(activities.iter().map(|activity| activity.contact_id))
        .column(activities.iter().map(|activity| activity.lead_id))
        .column(activities.iter().map(|activity| activity.activity_type))
        .column(activities.iter().map(|activity| activity.occurred_at))
        .column(activities.iter().map(|activity| activity.summary.clone()))
        .column(activities.iter().map(|activity| activity.metadata.clone()))
        .column(activities.iter().map(|activity| activity.actor))
        .bind(scope.tenant_id())
        .bind(scope.support())
        .execute()
        .await?;
    Ok(())
}

/// Whose the leads of an edit were before it, and how many of each: those with this outcome.
pub async fn holders_before(
    tx: &mut Tx,
    scope: &TenantScope,
    id: BulkEditId,
    outcome: EditOutcome,
) -> Result<Vec<(PersonId, i64)>> {
    const FIND: Sql = Sql {
        sqlite: "SELECT json_extract(before, '$.assignedTo') AS person_id, COUNT(*) AS lead_count
                   FROM bulk_edit_records
                  WHERE tenant_id = $1 AND bulk_edit_id = $2 AND outcome = $3
                    AND json_extract(before, '$.assignedTo') IS NOT NULL
                  GROUP BY 1
                  ORDER BY 1",
        postgres:
            "SELECT CAST(CAST(before AS jsonb) ->> 'assignedTo' AS uuid) AS person_id, COUNT(*) AS lead_count
                     FROM bulk_edit_records
                    WHERE tenant_id = $1 AND bulk_edit_id = $2 AND outcome = $3
                      AND CAST(before AS jsonb) ->> 'assignedTo' IS NOT NULL
                    GROUP BY 1
                    ORDER BY 1",
    };
    let found: Vec<Holder> = tx
        .query(FIND)
        .bind(scope.tenant_id())
        .bind(id)
        .bind(outcome)
        .fetch_all()
        .await?;
    Ok(found.into_iter().map(|Holder(who, count)| (who, count)).collect())
}

/// Somebody, and how many leads were theirs.
struct Holder(PersonId, i64);

impl FromRow for Holder {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get("person_id")?, row.get("lead_count")?))
    }
}

impl FromRow for EditedRecord {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let before: Option<serde_json::Value> = row.get("before")?;
        Ok(Self {
            number: row.get("number")?,
            record_id: row.get("record_id")?,
            outcome: row.get("outcome")?,
            reason: row.get("reason")?,
            before: before.map(read).transpose()?,
            version: row.get("record_version")?,
        })
    }
}
