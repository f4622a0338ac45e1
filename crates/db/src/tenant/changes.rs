//! A tenant's feed: what open dashboards are told, in order and without gaps.

use jiff::Timestamp;
use types::{ActivityId, Change, ChangeKind, ContactId, LeadId};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql},
    tenant::sight::sees_about,
};

/// A change to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewChange {
    /// What happened.
    pub kind: ChangeKind,
    /// To which lead.
    pub lead_id: Option<LeadId>,
    /// To which contact.
    pub contact_id: Option<ContactId>,
    /// As which activity.
    pub activity_id: Option<ActivityId>,
}

/// Adds to the feed; whoever listens hears of it after the commit.
///
/// Call it last: until the commit, other writers of the same tenant's feed wait here, which is what keeps the
/// numbers in the order they become visible.
pub async fn append(tx: &mut Tx, scope: &TenantScope, change: &NewChange, now: Timestamp) -> Result<i64> {
    let Only(seq) = tx
        .query(
            "INSERT INTO change_feeds (tenant_id, last_seq)
             VALUES ($1, 1)
                 ON CONFLICT (tenant_id) DO UPDATE SET last_seq = change_feeds.last_seq + 1
          RETURNING last_seq AS value",
        )
        .bind(scope.tenant_id())
        .fetch_one::<Only<i64>>()
        .await?;
    tx.query(
        "INSERT INTO changes (tenant_id, seq, kind, lead_id, contact_id, activity_id, occurred_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(scope.tenant_id())
    .bind(seq)
    .bind(change.kind)
    .bind(change.lead_id)
    .bind(change.contact_id)
    .bind(change.activity_id)
    .bind(now)
    .execute()
    .await?;
    tx.says_changed(scope.tenant_id());
    Ok(seq)
}

/// Adds many to the feed, in this order. Call it last, as [`append`].
pub async fn append_many(
    tx: &mut Tx,
    scope: &TenantScope,
    changes: &[NewChange],
    now: Timestamp,
) -> Result<()> {
    const APPEND: Sql = Sql {
        sqlite: "INSERT INTO changes (tenant_id, seq, kind, lead_id, contact_id, activity_id, occurred_at)
                 SELECT $1, c0, c1, c2, c3, c4, $2
                   FROM list",
        postgres: "INSERT INTO changes (tenant_id, seq, kind, lead_id, contact_id, activity_id, occurred_at)
                   SELECT $6, seq, kind, lead_id, contact_id, activity_id, $7
                     FROM UNNEST($1, $2, $3, $4, $5) AS list (seq, kind, lead_id, contact_id, activity_id)",
    };
    if changes.is_empty() {
        return Ok(());
    }
    let count = changes.len() as i64;
    let Only(last) = tx
        .query(
            "INSERT INTO change_feeds (tenant_id, last_seq)
             VALUES ($1, $2)
                 ON CONFLICT (tenant_id) DO UPDATE SET last_seq = change_feeds.last_seq + excluded.last_seq
          RETURNING last_seq AS value",
        )
        .bind(scope.tenant_id())
        .bind(count)
        .fetch_one::<Only<i64>>()
        .await?;
    tx.bulk(APPEND)
        .column((last - count + 1..).take(changes.len()))
        .column(changes.iter().map(|change| change.kind))
        .column(changes.iter().map(|change| change.lead_id))
        .column(changes.iter().map(|change| change.contact_id))
        .column(changes.iter().map(|change| change.activity_id))
        .bind(scope.tenant_id())
        .bind(now)
        .execute()
        .await?;
    tx.says_changed(scope.tenant_id());
    Ok(())
}

/// The most changes one look brings.
const LOOK: i64 = 200;

/// Lists what came after `seq`, oldest first, at most 200. Of what the holder of the key does not see, only that a lead
/// changed is told: a page that showed it until now draws itself anew without it.
pub async fn list_after(tx: &mut Tx, scope: &TenantScope, seq: i64) -> Result<Vec<Change>> {
    tx.query(concat!(
        "SELECT seq, kind, lead_id, contact_id, activity_id, occurred_at,",
        sees_about!("changes"),
        "AS is_seen
               FROM changes
              WHERE tenant_id = $1 AND seq > $3
              ORDER BY seq
              LIMIT $4"
    ))
    .bind(scope.tenant_id())
    .bind(scope.only())
    .bind(seq)
    .bind(LOOK)
    .fetch_all()
    .await
}

/// The number of the newest change; 0 when there was none.
pub async fn last_seq(tx: &mut Tx, scope: &TenantScope) -> Result<i64> {
    let last: Option<Only<i64>> = tx
        .query("SELECT last_seq AS value FROM change_feeds WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .fetch_optional()
        .await?;
    Ok(last.map_or(0, |Only(seq)| seq))
}

impl FromRow for Change {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        if !row.get::<bool>("is_seen")? {
            return Ok(Self {
                seq: row.get("seq")?,
                kind: ChangeKind::LeadUpdated,
                lead_id: None,
                contact_id: None,
                activity_id: None,
                occurred_at: row.get("occurred_at")?,
            });
        }
        Ok(Self {
            seq: row.get("seq")?,
            kind: row.get("kind")?,
            lead_id: row.get("lead_id")?,
            contact_id: row.get("contact_id")?,
            activity_id: row.get("activity_id")?,
            occurred_at: row.get("occurred_at")?,
        })
    }
}
