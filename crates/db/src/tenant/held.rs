//! Leads that look as if a machine had sent them: each waits as the event it came with, and is nowhere else, until a
//! member has looked.

use jiff::Timestamp;
use types::{JobId, Page, PageRequest};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row},
    tenant::like_literal,
};

/// An event that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLead {
    /// The job that brought it.
    pub id: JobId,
    /// The whole event, as JSON.
    pub payload: String,
    /// How suspicious it was when it came, from 0 to 100.
    pub score: i64,
    /// When it was sent.
    pub occurred_at: Timestamp,
    /// When it came.
    pub held_at: Timestamp,
    /// When somebody said that it is spam.
    pub discarded_at: Option<Timestamp>,
}

macro_rules! select_held {
    ($rest:literal) => {
        concat!(
            "SELECT id, payload, score, occurred_at, held_at, discarded_at
               FROM held_leads
              WHERE tenant_id = $1 ",
            $rest
        )
    };
}

/// Which of them a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// Those nobody has looked at.
    NotYet,
    /// Those somebody found to be spam.
    Discarded,
}

/// Lists them, the last that came or was discarded first.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    looked: Looked,
    page: PageRequest,
) -> Result<Page<HeldLead>> {
    let sql = match looked {
        Looked::NotYet => {
            select_held!("AND discarded_at IS NULL ORDER BY held_at DESC, id DESC LIMIT $2 OFFSET $3")
        }
        Looked::Discarded => {
            select_held!(
                "AND discarded_at IS NOT NULL ORDER BY discarded_at DESC, id DESC LIMIT $2 OFFSET $3"
            )
        }
    };
    let rows = tx
        .query(sql)
        .bind(scope.tenant_id())
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Counts those nobody has looked at.
pub async fn count(tx: &mut Tx, scope: &TenantScope) -> Result<i64> {
    let Only(count) = tx
        .query("SELECT COUNT(*) AS value FROM held_leads WHERE tenant_id = $1 AND discarded_at IS NULL")
        .bind(scope.tenant_id())
        .fetch_one()
        .await?;
    Ok(count)
}

/// Finds one.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: JobId) -> Result<Option<HeldLead>> {
    tx.query(select_held!("AND id = $2"))
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_optional()
        .await
}

/// Lists those in which a text stands, an address above all, the last that came first: at most `limit`.
pub async fn naming(tx: &mut Tx, scope: &TenantScope, text: &str, limit: usize) -> Result<Vec<HeldLead>> {
    tx.query(select_held!(
        "AND LOWER(payload) LIKE $2 ESCAPE '\\' ORDER BY held_at DESC, id DESC LIMIT $3"
    ))
    .bind(scope.tenant_id())
    .bind(format!("%{}%", like_literal(&text.to_lowercase())))
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all()
    .await
}

/// Says that it is spam. False when somebody said so before, or let it through.
pub async fn discard(tx: &mut Tx, scope: &TenantScope, id: JobId, now: Timestamp) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE held_leads
                SET discarded_at = $3
              WHERE tenant_id = $1 AND id = $2 AND discarded_at IS NULL",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Holds it no longer. False when somebody else let it through in the meantime.
pub async fn delete(tx: &mut Tx, scope: &TenantScope, id: JobId) -> Result<bool> {
    let touched = tx
        .query("DELETE FROM held_leads WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Forgets what was discarded until then.
pub async fn prune(tx: &mut Tx, scope: &TenantScope, until: Timestamp) -> Result<u64> {
    tx.query("DELETE FROM held_leads WHERE tenant_id = $1 AND discarded_at < $2")
        .bind(scope.tenant_id())
        .bind(until)
        .execute()
        .await
}

impl FromRow for HeldLead {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            payload: row.get("payload")?,
            score: row.get("score")?,
            occurred_at: row.get("occurred_at")?,
            held_at: row.get("held_at")?,
            discarded_at: row.get("discarded_at")?,
        })
    }
}
