//! Visitors: whose browser it is, and what waits until somebody says so.
//!
//! Each visitor of a batch has a row, which is locked from the first look to the commit: a worker that notes what a
//! stranger did and one that learns who the stranger is never miss each other.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use types::{Activity, ActivityId, ActivityType, ContactId, Ids, TenantId};

use super::{super::Work, rows::insert_activities};
use crate::{
    Result, Tx,
    backend::{FromRow, Row, Sql},
};

/// A visitor of a tenant.
pub(in super::super) type VisitorKey = (TenantId, String);

/// Who the visitors of a batch are, as far as anybody knows.
pub(in super::super) type Known = BTreeMap<VisitorKey, Option<ContactId>>;

/// The most events that wait for one visitor; the newest stay. Nobody reads more of somebody's past.
const MOST_WAITING: i64 = 200;

/// Meets the visitors of a batch. From here to the commit nobody else does.
pub(in super::super) async fn meet(tx: &mut Tx, batch: &[Work<'_>], now: Timestamp) -> Result<Known> {
    const MEET: Sql = Sql {
        sqlite: "INSERT INTO visitors (tenant_id, visitor_id, seen_at)
                 SELECT c0, c1, $1
                   FROM list
                  WHERE TRUE
                     ON CONFLICT (tenant_id, visitor_id) DO UPDATE SET seen_at = excluded.seen_at
              RETURNING tenant_id, visitor_id, contact_id",
        postgres: "INSERT INTO visitors (tenant_id, visitor_id, seen_at)
                   SELECT tenant_id, visitor_id, $3
                     FROM UNNEST($1, $2) AS list (tenant_id, visitor_id)
                       ON CONFLICT (tenant_id, visitor_id) DO UPDATE SET seen_at = excluded.seen_at
                RETURNING tenant_id, visitor_id, contact_id",
    };
    // Sorted, so that two workers meet them in one order.
    let keys: BTreeSet<VisitorKey> = batch.iter().filter_map(Work::visitor).collect();
    if keys.is_empty() {
        return Ok(Known::new());
    }
    let known: Vec<Visitor> = tx
        .bulk(MEET)
        .column(keys.iter().map(|(tenant_id, _)| tenant_id.clone()))
        .column(keys.iter().map(|(_, visitor_id)| visitor_id.clone()))
        .bind(now)
        .fetch_all()
        .await?;
    Ok(known
        .into_iter()
        .map(|visitor| (visitor.key, visitor.contact_id))
        .collect())
}

/// Keeps what strangers did, for when somebody says who they are.
pub(in super::super) async fn keep_waiting(tx: &mut Tx, waiting: &[Work<'_>]) -> Result<()> {
    const KEEP: Sql = Sql {
        sqlite: "INSERT INTO visitor_events
                        (tenant_id, visitor_id, event_key, activity_type, occurred_at, summary, metadata)
                 SELECT c0, c1, c2, c3, c4, c5, c6
                   FROM list
                  WHERE TRUE
                     ON CONFLICT DO NOTHING",
        postgres: "INSERT INTO visitor_events
                          (tenant_id, visitor_id, event_key, activity_type, occurred_at, summary, metadata)
                   SELECT tenant_id, visitor_id, event_key, activity_type, occurred_at, summary, metadata
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7)
                       AS list (tenant_id, visitor_id, event_key, activity_type, occurred_at, summary, metadata)
                       ON CONFLICT DO NOTHING",
    };
    let acts: Vec<_> = waiting
        .iter()
        .filter_map(|work| Some((work, work.visitor()?, work.effects.behaviour.as_ref()?)))
        .collect();
    if acts.is_empty() {
        return Ok(());
    }
    tx.bulk(KEEP)
        .column(acts.iter().map(|(_, key, _)| key.0.clone()))
        .column(acts.iter().map(|(_, key, _)| key.1.clone()))
        .column(acts.iter().map(|(work, ..)| work.job.event_key.clone()))
        .column(acts.iter().map(|(.., act)| act.activity_type))
        .column(acts.iter().map(|(work, ..)| work.effects.occurred_at))
        .column(acts.iter().map(|(.., act)| act.summary.clone()))
        .column(acts.iter().map(|(.., act)| act.metadata.clone()))
        .execute()
        .await?;
    let visitors: BTreeSet<VisitorKey> = acts.into_iter().map(|(_, key, _)| key).collect();
    let_go_of_the_oldest(tx, &visitors).await
}

async fn let_go_of_the_oldest(tx: &mut Tx, visitors: &BTreeSet<VisitorKey>) -> Result<()> {
    const LET_GO: Sql = Sql {
        sqlite: "DELETE FROM visitor_events
                  WHERE (tenant_id, visitor_id, event_key) IN (
                        SELECT tenant_id, visitor_id, event_key
                          FROM (SELECT event.tenant_id, event.visitor_id, event.event_key,
                                       ROW_NUMBER() OVER (PARTITION BY event.tenant_id, event.visitor_id
                                                              ORDER BY event.occurred_at DESC, event.event_key) AS place
                                  FROM list
                                  JOIN visitor_events AS event
                                    ON event.tenant_id = list.c0 AND event.visitor_id = list.c1) AS ranked
                         WHERE place > $1)",
        postgres: "DELETE FROM visitor_events
                    WHERE (tenant_id, visitor_id, event_key) IN (
                          SELECT tenant_id, visitor_id, event_key
                            FROM (SELECT event.tenant_id, event.visitor_id, event.event_key,
                                         ROW_NUMBER() OVER (PARTITION BY event.tenant_id, event.visitor_id
                                                                ORDER BY event.occurred_at DESC, event.event_key) AS place
                                    FROM UNNEST($1, $2) AS list (tenant_id, visitor_id)
                                    JOIN visitor_events AS event
                                      ON event.tenant_id = list.tenant_id AND event.visitor_id = list.visitor_id) AS ranked
                           WHERE place > $3)",
    };
    tx.bulk(LET_GO)
        .column(visitors.iter().map(|(tenant_id, _)| tenant_id.clone()))
        .column(visitors.iter().map(|(_, visitor_id)| visitor_id.clone()))
        .bind(MOST_WAITING)
        .execute()
        .await?;
    Ok(())
}

/// Remembers who introduced themselves, and puts what they did before on their timelines. Open dashboards are not told
/// of each: they are told of what introduced them.
pub(in super::super) async fn introduce(
    tx: &mut Tx,
    introduced: &BTreeMap<VisitorKey, ContactId>,
    ids: &dyn Ids,
) -> Result<()> {
    if introduced.is_empty() {
        return Ok(());
    }
    bind(tx, introduced).await?;
    let mut waited = take(tx, introduced).await?;
    if waited.is_empty() {
        return Ok(());
    }
    waited.sort_by_key(|event| event.occurred_at);
    note_whose(tx, introduced, &waited).await?;
    let activities = waited.into_iter().map(|event| {
        let contact_id = introduced.get(&event.key).copied();
        (event.key.0.clone(), event.into_activity(contact_id, ids))
    });
    insert_activities(tx, &activities.collect::<Vec<_>>()).await
}

async fn bind(tx: &mut Tx, introduced: &BTreeMap<VisitorKey, ContactId>) -> Result<()> {
    const BIND: Sql = Sql {
        sqlite: "UPDATE visitors AS visitor
                    SET contact_id = list.c2
                   FROM list
                  WHERE visitor.tenant_id = list.c0 AND visitor.visitor_id = list.c1",
        postgres: "UPDATE visitors AS visitor
                      SET contact_id = list.contact_id
                     FROM UNNEST($1, $2, $3) AS list (tenant_id, visitor_id, contact_id)
                    WHERE visitor.tenant_id = list.tenant_id AND visitor.visitor_id = list.visitor_id",
    };
    tx.bulk(BIND)
        .column(introduced.keys().map(|(tenant_id, _)| tenant_id.clone()))
        .column(introduced.keys().map(|(_, visitor_id)| visitor_id.clone()))
        .column(introduced.values().copied())
        .execute()
        .await?;
    Ok(())
}

/// Takes what waited for them: at most [`MOST_WAITING`] for each.
async fn take(tx: &mut Tx, introduced: &BTreeMap<VisitorKey, ContactId>) -> Result<Vec<Waited>> {
    const TAKE: Sql = Sql {
        sqlite: "DELETE FROM visitor_events
                  WHERE (tenant_id, visitor_id) IN (SELECT c0, c1 FROM list)
              RETURNING tenant_id, visitor_id, event_key, activity_type, occurred_at, summary, metadata",
        postgres: "DELETE FROM visitor_events AS event
                    USING UNNEST($1, $2) AS list (tenant_id, visitor_id)
                    WHERE event.tenant_id = list.tenant_id AND event.visitor_id = list.visitor_id
                RETURNING event.tenant_id, event.visitor_id, event.event_key, event.activity_type, event.occurred_at,
                          event.summary, event.metadata",
    };
    tx.bulk(TAKE)
        .column(introduced.keys().map(|(tenant_id, _)| tenant_id.clone()))
        .column(introduced.keys().map(|(_, visitor_id)| visitor_id.clone()))
        .fetch_all()
        .await
}

/// Notes with the events whose they are now: whoever erases the person erases what came with them.
async fn note_whose(
    tx: &mut Tx,
    introduced: &BTreeMap<VisitorKey, ContactId>,
    waited: &[Waited],
) -> Result<()> {
    const NOTE: Sql = Sql {
        sqlite: "UPDATE ingested_events AS event
                    SET contact_id = list.c2
                   FROM list
                  WHERE event.tenant_id = list.c0 AND event.event_key = list.c1",
        postgres: "UPDATE ingested_events AS event
                      SET contact_id = list.contact_id
                     FROM UNNEST($1, $2, $3) AS list (tenant_id, event_key, contact_id)
                    WHERE event.tenant_id = list.tenant_id AND event.event_key = list.event_key",
    };
    tx.bulk(NOTE)
        .column(waited.iter().map(|event| event.key.0.clone()))
        .column(waited.iter().map(|event| event.event_key.clone()))
        .column(waited.iter().map(|event| introduced.get(&event.key).copied()))
        .execute()
        .await?;
    Ok(())
}

/// A visitor, and whose browser it is.
struct Visitor {
    key: VisitorKey,
    contact_id: Option<ContactId>,
}

impl FromRow for Visitor {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            key: (row.get("tenant_id")?, row.get("visitor_id")?),
            contact_id: row.get("contact_id")?,
        })
    }
}

/// Something that waited for its visitor.
struct Waited {
    key: VisitorKey,
    event_key: String,
    activity_type: ActivityType,
    occurred_at: Timestamp,
    summary: String,
    metadata: serde_json::Value,
}

impl Waited {
    fn into_activity(self, contact_id: Option<ContactId>, ids: &dyn Ids) -> Activity {
        Activity {
            id: ActivityId::new(ids),
            contact_id,
            lead_id: None,
            activity_type: self.activity_type,
            occurred_at: self.occurred_at,
            summary: self.summary,
            metadata: self.metadata,
            actor: None,
        }
    }
}

impl FromRow for Waited {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            key: (row.get("tenant_id")?, row.get("visitor_id")?),
            event_key: row.get("event_key")?,
            activity_type: row.get("activity_type")?,
            occurred_at: row.get("occurred_at")?,
            summary: row.get("summary")?,
            metadata: row.get("metadata")?,
        })
    }
}
