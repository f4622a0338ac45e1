//! A tenant's leads, each with the contact whose wish it is.

mod board;
mod claim;
mod delete;
mod list;
mod moments;
mod narrow;
mod order;
pub(super) mod past;

use jiff::{SignedDuration, Timestamp};
use types::{Contact, ContactId, Lead, LeadId, LeadProperty};

pub use board::{BoardTotal, board_place, board_totals};
pub use claim::{CLAIMED, claim, claimed_lately};
pub use delete::delete;
pub use list::{Answered, Holder, LeadFilter, Need, Reached, count, list};
pub use order::LeadSort;

use super::{contacts, sight::sees_lead, words};
use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql, Words},
};

/// A lead, and whose wish it is.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadWithContact {
    /// The lead.
    pub lead: Lead,
    /// Its contact, when it has one.
    pub contact: Option<Contact>,
    /// When a member first reached out or decided something: what stops the first-response clock.
    pub first_response_at: Option<Timestamp>,
}

macro_rules! select_leads {
    ($rest:literal) => {
        $crate::tenant::leads::select_leads!("leads", $rest)
    };
    ($leads:literal, $rest:literal) => {
        concat!(
            "SELECT leads.id, leads.contact_id, leads.status, leads.lead_type, leads.source, leads.timeframe,
                    leads.notes, leads.listing_id, leads.listing_url, leads.listing_address, leads.property_type,
                    leads.beds, leads.baths, leads.sqft, leads.price_min, leads.price_max, leads.assigned_to,
                    leads.next_action_at, leads.next_action_note, leads.last_contact_at, leads.close_reason,
                    leads.tags, leads.version, leads.created_at, leads.updated_at,
                    contact.full_name AS contact_full_name, contact.email AS contact_email,
                    contact.phone AS contact_phone, contact.phone_normalized AS contact_phone_normalized,
                    contact.source AS contact_source, contact.tags AS contact_tags,
                    contact.version AS contact_version,
                    contact.created_at AS contact_created_at, contact.updated_at AS contact_updated_at,
                    leads.answered_after
               FROM ",
            $leads,
            "
               LEFT JOIN contacts AS contact
                 ON contact.tenant_id = leads.tenant_id AND contact.id = leads.contact_id
              WHERE leads.tenant_id = $1 AND",
            $crate::tenant::sight::sees_lead!("leads"),
            $rest
        )
    };
}

macro_rules! plain_leads {
    (($tenant:literal, $who:literal), $rest:literal) => {
        concat!(
            "SELECT id, contact_id, status, lead_type, source, timeframe, notes, listing_id, listing_url,
                    listing_address, property_type, beds, baths, sqft, price_min, price_max, assigned_to,
                    next_action_at, next_action_note, last_contact_at, close_reason, tags, version, created_at,
                    updated_at
               FROM leads
              WHERE tenant_id = ",
            $tenant,
            " AND",
            $crate::tenant::sight::sees_lead!("leads", $who),
            $rest
        )
    };
}

use select_leads;

/// Whether there is such a lead, seen or not: a form that is sent again carries the id of what it made.
pub async fn is_there(tx: &mut Tx, scope: &TenantScope, id: LeadId) -> Result<bool> {
    let found: Option<Only<LeadId>> = tx
        .query("SELECT id AS value FROM leads WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_optional()
        .await?;
    Ok(found.is_some())
}

/// Finds a lead, and whose it is.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: LeadId) -> Result<Option<LeadWithContact>> {
    tx.query(select_leads!("AND leads.id = $3"))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(id)
        .fetch_optional()
        .await
}

/// Finds leads, in no order. PostgreSQL holds them until the commit.
pub async fn find_to_change(tx: &mut Tx, scope: &TenantScope, ids: &[LeadId]) -> Result<Vec<Lead>> {
    const FIND: Sql = Sql {
        sqlite: plain_leads!(("$1", "$2"), "AND id IN (SELECT c0 FROM list)"),
        postgres: plain_leads!(("$2", "$3"), "AND id = ANY($1) ORDER BY id FOR UPDATE"),
    };
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    tx.bulk(FIND)
        .column(ids.iter().copied())
        .bind(scope.tenant_id())
        .bind(scope.only())
        .fetch_all()
        .await
}

/// How many of these leads are there.
pub async fn count_named(tx: &mut Tx, scope: &TenantScope, ids: &[LeadId]) -> Result<i64> {
    const FIND: Sql = Sql {
        sqlite: concat!(
            "SELECT id AS value FROM leads WHERE tenant_id = $1 AND id IN (SELECT c0 FROM list) AND",
            sees_lead!("leads")
        ),
        postgres: concat!(
            "SELECT id AS value FROM leads WHERE tenant_id = $2 AND id = ANY($1) AND",
            sees_lead!("leads", "$3")
        ),
    };
    let found: Vec<Only<LeadId>> = tx
        .bulk(FIND)
        .column(ids.iter().copied())
        .bind(scope.tenant_id())
        .bind(scope.only())
        .fetch_all()
        .await?;
    Ok(found.len() as i64)
}

/// Adds a lead.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, lead: &Lead) -> Result<()> {
    let property = &lead.property;
    tx.query(
        "INSERT INTO leads
                (tenant_id, id, contact_id, status, lead_type, source, timeframe, notes, listing_id, listing_url,
                 listing_address, property_type, beds, baths, sqft, price_min, price_max, assigned_to,
                 next_action_at, next_action_note, last_contact_at, close_reason, tags, version, created_at,
                 updated_at, search_text)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                 $22, $23, $24, $25, $26, $27)",
    )
    .bind(scope.tenant_id())
    .bind(lead.id)
    .bind(lead.contact_id)
    .bind(lead.status)
    .bind(lead.lead_type)
    .bind(&lead.source)
    .bind(lead.timeframe.clone())
    .bind(lead.notes.clone())
    .bind(property.listing_id.clone())
    .bind(property.listing_url.clone())
    .bind(property.listing_address.clone())
    .bind(property.property_type.clone())
    .bind(property.beds)
    .bind(property.baths)
    .bind(property.sqft)
    .bind(property.price_min)
    .bind(property.price_max)
    .bind(lead.assigned_to)
    .bind(lead.next_action_at)
    .bind(lead.next_action_note.clone())
    .bind(lead.last_contact_at)
    .bind(lead.close_reason)
    .bind(Words(lead.tags.clone()))
    .bind(lead.version)
    .bind(lead.created_at)
    .bind(lead.updated_at)
    .bind(words::of_lead(lead))
    .execute()
    .await?;
    Ok(())
}

/// Writes a lead back if nobody changed it since it was read: `lead.version` is the one that was read.
///
/// False, and nothing written, when somebody did.
pub async fn update(tx: &mut Tx, scope: &TenantScope, lead: &Lead) -> Result<bool> {
    let property = &lead.property;
    let touched = tx
        .query(
            "UPDATE leads
                SET status = $4, timeframe = $5, notes = $6, listing_address = $7, property_type = $8, beds = $9,
                    baths = $10, sqft = $11, price_min = $12, price_max = $13, assigned_to = $14,
                    next_action_at = $15, next_action_note = $16, last_contact_at = $17, close_reason = $18,
                    tags = $19, updated_at = $20, search_text = $21, version = version + 1
              WHERE tenant_id = $1 AND id = $2 AND version = $3",
        )
        .bind(scope.tenant_id())
        .bind(lead.id)
        .bind(lead.version)
        .bind(lead.status)
        .bind(lead.timeframe.clone())
        .bind(lead.notes.clone())
        .bind(property.listing_address.clone())
        .bind(property.property_type.clone())
        .bind(property.beds)
        .bind(property.baths)
        .bind(property.sqft)
        .bind(property.price_min)
        .bind(property.price_max)
        .bind(lead.assigned_to)
        .bind(lead.next_action_at)
        .bind(lead.next_action_note.clone())
        .bind(lead.last_contact_at)
        .bind(lead.close_reason)
        .bind(Words(lead.tags.clone()))
        .bind(lead.updated_at)
        .bind(words::of_lead(lead))
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Notes that a member reached out to whose lead it is. Nobody's edit is lost: only this column is written.
pub async fn note_contact(tx: &mut Tx, scope: &TenantScope, id: LeadId, at: Timestamp) -> Result<()> {
    tx.query(
        "UPDATE leads
            SET last_contact_at = $3, updated_at = $3, version = version + 1
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .bind(at)
    .execute()
    .await?;
    Ok(())
}

/// Notes that a member reached out to a contact: to all of their open leads that are seen.
pub async fn note_contact_with(
    tx: &mut Tx,
    scope: &TenantScope,
    contact_id: ContactId,
    at: Timestamp,
) -> Result<()> {
    tx.query(concat!(
        "UPDATE leads
            SET last_contact_at = $4, updated_at = $4, version = version + 1
          WHERE tenant_id = $1 AND contact_id = $3 AND status NOT IN ('won', 'lost') AND",
        sees_lead!("leads")
    ))
    .bind(scope.tenant_id())
    .bind(scope.only())
    .bind(contact_id)
    .bind(at)
    .execute()
    .await?;
    Ok(())
}

impl FromRow for LeadWithContact {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let lead = Lead::from_row(row)?;
        let after: Option<i64> = row.get("answered_after")?;
        let after = after.map(SignedDuration::from_micros);
        Ok(Self {
            contact: contacts::joined(row)?,
            first_response_at: after.and_then(|after| lead.created_at.checked_add(after).ok()),
            lead,
        })
    }
}

impl FromRow for Lead {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            contact_id: row.get("contact_id")?,
            status: row.get("status")?,
            lead_type: row.get("lead_type")?,
            source: row.get("source")?,
            timeframe: row.get("timeframe")?,
            notes: row.get("notes")?,
            property: LeadProperty {
                listing_id: row.get("listing_id")?,
                listing_url: row.get("listing_url")?,
                listing_address: row.get("listing_address")?,
                property_type: row.get("property_type")?,
                beds: row.get("beds")?,
                baths: row.get("baths")?,
                sqft: row.get("sqft")?,
                price_min: row.get("price_min")?,
                price_max: row.get("price_max")?,
            },
            assigned_to: row.get("assigned_to")?,
            next_action_at: row.get("next_action_at")?,
            next_action_note: row.get("next_action_note")?,
            last_contact_at: row.get("last_contact_at")?,
            close_reason: row.get("close_reason")?,
            tags: row.get::<Words>("tags")?.0,
            version: row.get("version")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}
