//! Leads, activities, and the note that the events have had their effect.

use jiff::Timestamp;
use types::{Activity, Ids, Lead, TenantId};

use super::{super::Rows, corrections};
use crate::{
    Result, Tx,
    backend::Sql,
    tenant::{hands, notices, words},
};

/// Writes leads, what corrects them, activities, notices and the note that the events have had their effect.
pub(in super::super) async fn rows(tx: &mut Tx, rows: &Rows<'_>, now: Timestamp) -> Result<()> {
    insert_leads(tx, rows).await?;
    corrections::update_leads(tx, rows, now).await?;
    insert_activities(tx, &rows.activities).await?;
    let told: Vec<_> = (rows.notices.iter()).map(|told| (&told.0, &told.1)).collect();
    notices::insert_many(tx, &told).await?;
    insert_held(tx, rows, now).await?;
    insert_ingested(tx, rows, now).await
}

/// Hands reminders about those whom the new leads are from to whoever has these, where nobody else sees them any more.
pub(in super::super) async fn reminders_follow(
    tx: &mut Tx,
    rows: &mut Rows<'_>,
    (ids, now): (&dyn Ids, Timestamp),
) -> Result<()> {
    let is_given = |lead: &Lead| lead.assigned_to.is_some() && lead.contact_id.is_some();
    let given: Vec<_> = (rows.leads.iter())
        .filter(|(_, lead)| is_given(lead))
        .map(|(tenant_id, lead)| (*tenant_id, lead.id))
        .collect();
    let followed = hands::follow_many(tx, &given, now).await?;
    let traces: Vec<_> = (followed.iter())
        .map(|followed| (followed.tenant_id.clone(), followed.activity(ids, (None, now))))
        .collect();
    insert_activities(tx, &traces).await?;
    rows.activities.extend(traces);
    Ok(())
}

async fn insert_leads(tx: &mut Tx, rows: &Rows<'_>) -> Result<()> {
    const INSERT: Sql = Sql {
        sqlite: "INSERT INTO leads
                        (tenant_id, id, contact_id, status, lead_type, source, timeframe, notes, listing_id,
                         listing_url, listing_address, property_type, beds, baths, sqft, created_at, updated_at,
                         next_action_at, next_action_note, assigned_to, search_text)
                 SELECT c0, c1, c2, c3, c4, c5, c6,
                        c7, c8, c9, c10, c11, c12,
                        c13, c14, c15, c15, c16, c17, c18, c19
                   FROM list",
        postgres: "INSERT INTO leads
                          (tenant_id, id, contact_id, status, lead_type, source, timeframe, notes, listing_id,
                           listing_url, listing_address, property_type, beds, baths, sqft, created_at, updated_at,
                           next_action_at, next_action_note, assigned_to, search_text)
                   SELECT tenant_id, id, contact_id, status, lead_type, source, timeframe, notes, listing_id,
                          listing_url, listing_address, property_type, beds, baths, sqft, at, at, next_at, next_note,
                          assigned_to, search_text
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                                 $19, $20)
                       AS list (tenant_id, id, contact_id, status, lead_type, source, timeframe, notes, listing_id,
                                listing_url, listing_address, property_type, beds, baths, sqft, at, next_at,
                                next_note, assigned_to, search_text)",
    };
    let leads = &rows.leads;
    if leads.is_empty() {
        return Ok(());
    }
    tx.bulk(INSERT)
        .column(leads.iter().map(|(tenant_id, _)| (*tenant_id).clone()))
        .column(leads.iter().map(|(_, lead)| lead.id))
        .column(leads.iter().map(|(_, lead)| lead.contact_id))
        .column(leads.iter().map(|(_, lead)| lead.status))
        .column(leads.iter().map(|(_, lead)| lead.lead_type))
        .column(leads.iter().map(|(_, lead)| lead.source.clone()))
        .column(leads.iter().map(|(_, lead)| lead.timeframe.clone()))
        .column(leads.iter().map(|(_, lead)| lead.notes.clone()))
        .column(leads.iter().map(|(_, lead)| lead.property.listing_id.clone()))
        .column(leads.iter().map(|(_, lead)| lead.property.listing_url.clone()))
        .column(
            leads
                .iter()
                .map(|(_, lead)| lead.property.listing_address.clone()),
        )
        .column(leads.iter().map(|(_, lead)| lead.property.property_type.clone()))
        .column(leads.iter().map(|(_, lead)| lead.property.beds))
        .column(leads.iter().map(|(_, lead)| lead.property.baths))
        .column(leads.iter().map(|(_, lead)| lead.property.sqft))
        .column(leads.iter().map(|(_, lead)| lead.created_at))
        .column(leads.iter().map(|(_, lead)| lead.next_action_at))
        .column(leads.iter().map(|(_, lead)| lead.next_action_note.clone()))
        .column(leads.iter().map(|(_, lead)| lead.assigned_to))
        .column(leads.iter().map(|(_, lead)| words::of_lead(lead)))
        .execute()
        .await?;
    Ok(())
}

pub(super) async fn insert_activities(tx: &mut Tx, activities: &[(TenantId, Activity)]) -> Result<()> {
    const INSERT: Sql = Sql {
        sqlite: "INSERT INTO activities
                        (tenant_id, id, contact_id, lead_id, activity_type, occurred_at, summary, metadata)
                 SELECT c0, c1, c2, c3, c4, c5, c6,
                        c7
                   FROM list",
        postgres: "INSERT INTO activities
                          (tenant_id, id, contact_id, lead_id, activity_type, occurred_at, summary, metadata)
                   SELECT tenant_id, id, contact_id, lead_id, activity_type, occurred_at, summary, metadata
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8)
                       AS list (tenant_id, id, contact_id, lead_id, activity_type, occurred_at, summary, metadata)",
    };
    if activities.is_empty() {
        return Ok(());
    }
    tx.bulk(INSERT)
        .column(activities.iter().map(|(tenant_id, _)| tenant_id.clone()))
        .column(activities.iter().map(|(_, activity)| activity.id))
        .column(activities.iter().map(|(_, activity)| activity.contact_id))
        .column(activities.iter().map(|(_, activity)| activity.lead_id))
        .column(activities.iter().map(|(_, activity)| activity.activity_type))
        .column(activities.iter().map(|(_, activity)| activity.occurred_at))
        .column(activities.iter().map(|(_, activity)| activity.summary.clone()))
        .column(activities.iter().map(|(_, activity)| activity.metadata.clone()))
        .execute()
        .await?;
    Ok(())
}

/// Writes the events that wait until somebody has looked: nothing else is left of them.
async fn insert_held(tx: &mut Tx, rows: &Rows<'_>, now: Timestamp) -> Result<()> {
    const INSERT: Sql = Sql {
        sqlite: "INSERT INTO held_leads (tenant_id, id, payload, score, occurred_at, held_at)
                 SELECT c0, c1, c2, c3, c4, $1
                   FROM list",
        postgres: "INSERT INTO held_leads (tenant_id, id, payload, score, occurred_at, held_at)
                   SELECT tenant_id, id, payload, score, occurred_at, $6
                     FROM UNNEST($1, $2, $3, $4, $5) AS list (tenant_id, id, payload, score, occurred_at)",
    };
    let held = rows
        .ingested
        .iter()
        .filter_map(|event| Some((event.work, event.work.effects.held?)));
    let held: Vec<_> = held.collect();
    if held.is_empty() {
        return Ok(());
    }
    tx.bulk(INSERT)
        .column(held.iter().map(|(work, _)| work.job.scope.tenant_id().clone()))
        .column(held.iter().map(|(work, _)| work.job.id))
        .column(held.iter().map(|(work, _)| work.job.payload.clone()))
        .column(held.iter().map(|(_, score)| i64::from(*score)))
        .column(held.iter().map(|(work, _)| work.effects.occurred_at))
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

async fn insert_ingested(tx: &mut Tx, rows: &Rows<'_>, now: Timestamp) -> Result<()> {
    const INSERT: Sql = Sql {
        sqlite: "INSERT INTO ingested_events
                        (tenant_id, event_key, event_type, job_id, contact_id, lead_id, occurred_at, processed_at)
                 SELECT c0, c1, c2, c3, c4, c5, c6, $1
                   FROM list",
        postgres: "INSERT INTO ingested_events
                          (tenant_id, event_key, event_type, job_id, contact_id, lead_id, occurred_at, processed_at)
                   SELECT tenant_id, event_key, event_type, job_id, contact_id, lead_id, occurred_at, $8
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7)
                       AS list (tenant_id, event_key, event_type, job_id, contact_id, lead_id, occurred_at)",
    };
    let ingested = &rows.ingested;
    if ingested.is_empty() {
        return Ok(());
    }
    tx.bulk(INSERT)
        .column(
            ingested
                .iter()
                .map(|event| event.work.job.scope.tenant_id().clone()),
        )
        .column(ingested.iter().map(|event| event.work.job.event_key.clone()))
        .column(ingested.iter().map(|event| event.work.job.event_type.clone()))
        .column(ingested.iter().map(|event| event.work.job.id))
        .column(ingested.iter().map(|event| event.contact_id))
        .column(ingested.iter().map(|event| event.lead_id))
        .column(ingested.iter().map(|event| event.work.effects.occurred_at))
        .bind(now)
        .execute()
        .await?;
    Ok(())
}
