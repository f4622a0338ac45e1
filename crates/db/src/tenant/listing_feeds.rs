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
    /// Rows of it that could not be read.
    pub rejected: i64,
}

/// A row that could not be read.
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
        "SELECT address, heard_until, answered_at, failed_at, failure,
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

/// Notes that a service was heard until then. Never goes back: two who ask at once both say what they heard.
pub async fn hear(tx: &mut Tx, scope: &TenantScope, address: &str, until: Option<Timestamp>) -> Result<()> {
    tx.query(
        "INSERT INTO listing_feeds (tenant_id, address, heard_until)
         VALUES ($1, $2, $3)
             ON CONFLICT (tenant_id, address) DO UPDATE
            SET heard_until = CASE
                    WHEN excluded.heard_until IS NULL THEN listing_feeds.heard_until
                    WHEN listing_feeds.heard_until > excluded.heard_until THEN listing_feeds.heard_until
                    ELSE excluded.heard_until
                END",
    )
    .bind(scope.tenant_id())
    .bind(address)
    .bind(until)
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
