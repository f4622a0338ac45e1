//! Services that a tenant's homes for sale are asked from: how far each was heard out, and what it sent that is none.

use jiff::Timestamp;

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql},
};

/// A service, and how it goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingFeed {
    /// Where it is asked.
    pub address: String,
    /// Everything that changed before this has been heard.
    pub heard_until: Option<Timestamp>,
    /// When it last answered to its end.
    pub answered_at: Option<Timestamp>,
    /// Since then: when it did not, and why.
    pub failure: Option<(Timestamp, String)>,
    /// Rows of it that could not be read, or not all of them.
    pub rejected: i64,
    /// Of one that is asked by itself: how often, in minutes, and when next.
    pub rhythm: Option<(i64, Timestamp)>,
}

/// How a service is asked by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// How often, in minutes: once a day at least.
    pub every_minutes: i64,
    /// When next.
    pub next_poll_at: Timestamp,
    /// The file that holds its token.
    pub token_file: Option<String>,
    /// What it wants said beside every home.
    pub disclaimer: String,
}

/// A row that could not be read, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedListing {
    /// What it is called, or a word made for it.
    pub listing_key: String,
    /// Why, as the end of "this row …".
    pub reason: String,
    /// The row as it came.
    pub content: String,
    /// When it came last.
    pub rejected_at: Timestamp,
}

/// Lists the services.
pub async fn list(tx: &mut Tx, scope: &TenantScope) -> Result<Vec<ListingFeed>> {
    tx.query(
        "SELECT address, heard_until, answered_at, failed_at, failure, every_minutes, next_poll_at,
                (SELECT COUNT(*)
                   FROM rejected_listings AS rejected
                  WHERE rejected.tenant_id = $1 AND rejected.address = feed.address) AS rejected
           FROM listing_feeds AS feed
          WHERE feed.tenant_id = $1
          ORDER BY address
          LIMIT 100",
    )
    .bind(scope.tenant_id())
    .fetch_all()
    .await
}

/// How far a service was heard out. None when it never was.
pub async fn heard_until(tx: &mut Tx, scope: &TenantScope, address: &str) -> Result<Option<Timestamp>> {
    let found: Option<Only<Option<Timestamp>>> = tx
        .query("SELECT heard_until AS value FROM listing_feeds WHERE tenant_id = $1 AND address = $2")
        .bind(scope.tenant_id())
        .bind(address)
        .fetch_optional()
        .await?;
    Ok(found.and_then(|Only(until)| until))
}

/// Notes that a service was heard until then. Goes back only from behind the horizon, where nobody can have heard
/// anything yet: two who ask at once both say what they heard.
pub async fn hear(
    tx: &mut Tx,
    scope: &TenantScope,
    address: &str,
    (until, horizon): (Option<Timestamp>, Timestamp),
) -> Result<()> {
    tx.query(
        "INSERT INTO listing_feeds (tenant_id, address, heard_until)
         VALUES ($1, $2, $3)
             ON CONFLICT (tenant_id, address) DO UPDATE
            SET heard_until = CASE
                    WHEN listing_feeds.heard_until > $4 THEN excluded.heard_until
                    WHEN excluded.heard_until IS NULL THEN listing_feeds.heard_until
                    WHEN listing_feeds.heard_until > excluded.heard_until THEN listing_feeds.heard_until
                    ELSE excluded.heard_until
                END",
    )
    .bind(scope.tenant_id())
    .bind(address)
    .bind(until)
    .bind(horizon)
    .execute()
    .await?;
    Ok(())
}

/// Forgets how far a service was heard.
pub async fn forget(tx: &mut Tx, scope: &TenantScope, address: &str) -> Result<()> {
    tx.query("UPDATE listing_feeds SET heard_until = NULL WHERE tenant_id = $1 AND address = $2")
        .bind(scope.tenant_id())
        .bind(address)
        .execute()
        .await?;
    Ok(())
}

/// Notes that a service answered to its end.
pub async fn note_answer(tx: &mut Tx, scope: &TenantScope, address: &str, now: Timestamp) -> Result<()> {
    tx.query(
        "INSERT INTO listing_feeds (tenant_id, address, answered_at)
         VALUES ($1, $2, $3)
             ON CONFLICT (tenant_id, address) DO UPDATE
            SET answered_at = excluded.answered_at, failed_at = NULL, failure = NULL",
    )
    .bind(scope.tenant_id())
    .bind(address)
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// Notes that a service did not answer, and why.
pub async fn note_failure(
    tx: &mut Tx,
    scope: &TenantScope,
    address: &str,
    (now, failure): (Timestamp, &str),
) -> Result<()> {
    tx.query(
        "INSERT INTO listing_feeds (tenant_id, address, failed_at, failure)
         VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, address) DO UPDATE
            SET failed_at = excluded.failed_at, failure = excluded.failure",
    )
    .bind(scope.tenant_id())
    .bind(address)
    .bind(now)
    .bind(failure)
    .execute()
    .await?;
    Ok(())
}

/// Has a service asked by itself.
pub async fn schedule(tx: &mut Tx, scope: &TenantScope, address: &str, schedule: &Schedule) -> Result<()> {
    tx.query(
        "INSERT INTO listing_feeds (tenant_id, address, every_minutes, next_poll_at, token_file, disclaimer)
         VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant_id, address) DO UPDATE
            SET every_minutes = excluded.every_minutes, next_poll_at = excluded.next_poll_at,
                token_file = excluded.token_file, disclaimer = excluded.disclaimer",
    )
    .bind(scope.tenant_id())
    .bind(address)
    .bind(schedule.every_minutes)
    .bind(schedule.next_poll_at)
    .bind(schedule.token_file.clone())
    .bind(&schedule.disclaimer)
    .execute()
    .await?;
    Ok(())
}

/// Has a service asked by itself no more. False when it was not.
pub async fn unschedule(tx: &mut Tx, scope: &TenantScope, address: &str) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE listing_feeds
                SET every_minutes = NULL, next_poll_at = NULL, token_file = NULL, disclaimer = NULL
              WHERE tenant_id = $1 AND address = $2 AND next_poll_at IS NOT NULL",
        )
        .bind(scope.tenant_id())
        .bind(address)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// When the service that has been silent longest last answered. None when no service is asked, or none ever answered.
pub async fn silent_since(tx: &mut Tx, scope: &TenantScope) -> Result<Option<Timestamp>> {
    let Only(since) = tx
        .query("SELECT MIN(answered_at) AS value FROM listing_feeds WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .fetch_one()
        .await?;
    Ok(since)
}

/// Keeps rows that could not be read, each in the place of what it was before.
pub async fn reject(
    tx: &mut Tx,
    scope: &TenantScope,
    address: &str,
    rejected: &[RejectedListing],
) -> Result<()> {
    for row in rejected {
        tx.query(
            "INSERT INTO rejected_listings (tenant_id, address, listing_key, reason, content, rejected_at)
             VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (tenant_id, address, listing_key) DO UPDATE
                SET reason = excluded.reason, content = excluded.content, rejected_at = excluded.rejected_at",
        )
        .bind(scope.tenant_id())
        .bind(address)
        .bind(&row.listing_key)
        .bind(&row.reason)
        .bind(&row.content)
        .bind(row.rejected_at)
        .execute()
        .await?;
    }
    Ok(())
}

/// Forgets rejected rows that came right.
pub async fn accept(tx: &mut Tx, scope: &TenantScope, address: &str, keys: &[String]) -> Result<()> {
    tx.bulk(Sql {
        sqlite: "DELETE FROM rejected_listings
                  WHERE tenant_id = $1 AND address = $2 AND listing_key IN (SELECT c0 FROM list)",
        postgres: "DELETE FROM rejected_listings WHERE tenant_id = $2 AND address = $3 AND listing_key = ANY ($1)",
    })
    .column(keys.iter().cloned())
    .bind(scope.tenant_id())
    .bind(address)
    .execute()
    .await?;
    Ok(())
}

/// Lists the rows of all services that could not be read, the last to come first.
pub async fn rejected(tx: &mut Tx, scope: &TenantScope, limit: i64) -> Result<Vec<RejectedListing>> {
    tx.query(
        "SELECT listing_key, reason, content, rejected_at
           FROM rejected_listings
          WHERE tenant_id = $1
          ORDER BY rejected_at DESC, address, listing_key
          LIMIT $2",
    )
    .bind(scope.tenant_id())
    .bind(limit)
    .fetch_all()
    .await
}

impl FromRow for ListingFeed {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let (failed_at, failure) = (row.get("failed_at")?, row.get("failure")?);
        Ok(Self {
            address: row.get("address")?,
            heard_until: row.get("heard_until")?,
            answered_at: row.get("answered_at")?,
            failure: Option::zip(failed_at, failure),
            rejected: row.get("rejected")?,
            rhythm: Option::zip(row.get("every_minutes")?, row.get("next_poll_at")?),
        })
    }
}

impl FromRow for RejectedListing {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            listing_key: row.get("listing_key")?,
            reason: row.get("reason")?,
            content: row.get("content")?,
            rejected_at: row.get("rejected_at")?,
        })
    }
}
