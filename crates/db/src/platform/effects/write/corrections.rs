//! Requests that correct an earlier one: the lead that one opened gets their facts, and there is no second.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use types::{ContactId, LeadId, TenantId, effects::Wish};

use super::super::{Rows, Work};
use crate::{
    Result, Tx,
    backend::{FromRow, Row, Sql},
    tenant::words,
};

/// An event of a tenant, by its key.
pub(in super::super) type EventOf = (TenantId, String);

/// A lead that an earlier event opened, which is still there.
#[derive(Debug, Clone)]
pub(in super::super) struct Earlier {
    pub(in super::super) contact_id: ContactId,
    pub(in super::super) lead_id: LeadId,
    /// What members wrote there, which it stays found by.
    notes: Option<String>,
}

/// A lead and the facts it gets.
#[derive(Debug, Clone)]
pub(in super::super) struct Correction<'a> {
    pub(in super::super) earlier: Earlier,
    wish: &'a Wish,
}

impl<'a> Correction<'a> {
    pub(in super::super) const fn of(earlier: Earlier, wish: &'a Wish) -> Self {
        Self { earlier, wish }
    }
}

/// The leads of the events that a batch corrects, as far as those went through before it.
pub(in super::super) async fn earlier(tx: &mut Tx, batch: &[Work<'_>]) -> Result<BTreeMap<EventOf, Earlier>> {
    const EARLIER: Sql = Sql {
        sqlite: "SELECT event.tenant_id, event.event_key, lead.contact_id, lead.id, lead.notes
                   FROM list
                   JOIN ingested_events AS event
                     ON event.tenant_id = list.c0 AND event.event_key = list.c1
                   JOIN leads AS lead ON lead.tenant_id = event.tenant_id AND lead.id = event.lead_id
                  WHERE lead.contact_id IS NOT NULL",
        postgres: "SELECT event.tenant_id, event.event_key, lead.contact_id, lead.id, lead.notes
                     FROM UNNEST($1, $2) AS list (tenant_id, event_key)
                     JOIN ingested_events AS event
                       ON event.tenant_id = list.tenant_id AND event.event_key = list.event_key
                     JOIN leads AS lead ON lead.tenant_id = event.tenant_id AND lead.id = event.lead_id
                    WHERE lead.contact_id IS NOT NULL",
    };
    let keys: BTreeSet<EventOf> = batch.iter().filter_map(Work::corrects).collect();
    if keys.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found: Vec<Found> = tx
        .bulk(EARLIER)
        .column(keys.iter().map(|(tenant_id, _)| tenant_id.clone()))
        .column(keys.iter().map(|(_, key)| key.clone()))
        .fetch_all()
        .await?;
    Ok(found
        .into_iter()
        .map(|Found(event, earlier)| (event, earlier))
        .collect())
}

/// The lead of an event that went through.
struct Found(EventOf, Earlier);

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let earlier = Earlier {
            contact_id: row.get("contact_id")?,
            lead_id: row.get("id")?,
            notes: row.get("notes")?,
        };
        Ok(Self((row.get("tenant_id")?, row.get("event_key")?), earlier))
    }
}

/// Gives the leads the newer facts. What members wrote themselves stays, and so does where the lead stands.
pub(super) async fn update_leads(tx: &mut Tx, rows: &Rows<'_>, now: Timestamp) -> Result<()> {
    const UPDATE: Sql = Sql {
        sqlite: "UPDATE leads AS lead
                    SET timeframe = COALESCE(list.c2, lead.timeframe), listing_address = list.c3,
                        property_type = list.c4, beds = list.c5, baths = list.c6, sqft = list.c7,
                        search_text = list.c8, updated_at = $1, version = version + 1
                   FROM list
                  WHERE lead.tenant_id = list.c0 AND lead.id = list.c1",
        postgres: "UPDATE leads AS lead
                      SET timeframe = COALESCE(list.timeframe, lead.timeframe),
                          listing_address = list.listing_address, property_type = list.property_type,
                          beds = list.beds, baths = list.baths, sqft = list.sqft,
                          search_text = list.search_text, updated_at = $10, version = version + 1
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8, $9)
                       AS list (tenant_id, id, timeframe, listing_address, property_type, beds, baths, sqft,
                                search_text)
                    WHERE lead.tenant_id = list.tenant_id AND lead.id = list.id",
    };
    let corrected = &rows.corrected;
    if corrected.is_empty() {
        return Ok(());
    }
    let of_home = || corrected.values().map(|correction| &correction.wish.property);
    let found_by = corrected.values().map(|Correction { earlier, wish }| {
        words::of_wish(wish.property.listing_address.as_deref(), earlier.notes.as_deref())
    });
    tx.bulk(UPDATE)
        .column(corrected.keys().map(|(tenant_id, _)| tenant_id.clone()))
        .column(corrected.keys().map(|(_, lead_id)| *lead_id))
        .column(
            corrected
                .values()
                .map(|correction| correction.wish.timeframe.clone()),
        )
        .column(of_home().map(|home| home.listing_address.clone()))
        .column(of_home().map(|home| home.property_type.clone()))
        .column(of_home().map(|home| home.beds))
        .column(of_home().map(|home| home.baths))
        .column(of_home().map(|home| home.sqft))
        .column(found_by)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}
