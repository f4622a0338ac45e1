//! The homes that search engines may show: those that are still to be had.

use jiff::Timestamp;
use types::listings::{ListingId, ListingIdError};

use crate::{
    Error, Result, TenantScope, Tx,
    backend::{FromRow, Row},
};

/// A home as a sitemap names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedHome {
    /// Which.
    pub id: ListingId,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// How many there are, and when the last of them changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishedHomes {
    /// How many.
    pub count: i64,
    /// None without any.
    pub newest: Option<Timestamp>,
}

/// Counts them. An index holds all that is asked.
pub async fn count_published(tx: &mut Tx, scope: &TenantScope) -> Result<PublishedHomes> {
    tx.query(
        "SELECT COUNT(*) AS count, MAX(updated_at) AS newest
           FROM listings
          WHERE tenant_id = $1 AND status IN ('active', 'pending')",
    )
    .bind(scope.tenant_id())
    .fetch_one()
    .await
}

/// Lists so many after so many others, by their ids: that order stays when one of them changes.
pub async fn published(
    tx: &mut Tx,
    scope: &TenantScope,
    (limit, offset): (i64, i64),
) -> Result<Vec<PublishedHome>> {
    tx.query(
        "SELECT id, updated_at
           FROM listings
          WHERE tenant_id = $1 AND status IN ('active', 'pending')
          ORDER BY id
          LIMIT $2
         OFFSET $3",
    )
    .bind(scope.tenant_id())
    .bind(limit)
    .bind(offset)
    .fetch_all()
    .await
}

impl FromRow for PublishedHome {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let id: String = row.get("id")?;
        Ok(Self {
            id: id.parse().map_err(|source: ListingIdError| Error::Corrupt {
                column: "id",
                source: source.into(),
            })?,
            updated_at: row.get("updated_at")?,
        })
    }
}

impl FromRow for PublishedHomes {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            count: row.get("count")?,
            newest: row.get("newest")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use types::{TestIds, listings::ListingStatus};

    use super::*;
    use crate::{
        backend::TxKind,
        testing::{TestDb, a_listing, a_tenant},
    };

    #[tokio::test]
    async fn homes_that_are_to_be_had_are_listed_piece_by_piece() {
        let (test, ids) = (TestDb::new().await, TestIds::default());
        let here = a_tenant(&test.db, &ids, "here").await;
        let there = a_tenant(&test.db, &ids, "there").await;
        for id in ["c", "a", "d"] {
            a_listing(id).insert(&test.db, &here).await;
        }
        let sold = |listing: &mut types::listings::Listing| listing.status = ListingStatus::Sold;
        a_listing("b").with(sold).insert(&test.db, &here).await;
        a_listing("e").insert(&test.db, &there).await;
        let mut tx = test.db.read(&here).await.unwrap();

        let counted = count_published(&mut tx, &here).await.unwrap();
        let mut pieces = Vec::new();
        for offset in [0, 2, 4] {
            let piece = published(&mut tx, &here, (2, offset)).await.unwrap();
            pieces.push(piece.iter().map(|home| home.id.to_string()).collect::<String>());
        }

        assert_eq!(pieces, ["ac", "d", ""]);
        assert_eq!(counted.count, 3);
        assert!(counted.newest.is_some());
    }

    /// What a home says is long, and lies before the time it changed.
    #[tokio::test]
    async fn no_home_is_opened_to_be_named() {
        struct Line(String);

        impl FromRow for Line {
            fn from_row(row: &Row<'_>) -> Result<Self> {
                row.get("detail").map(Self)
            }
        }

        let test = TestDb::new().await;
        let scope = a_tenant(&test.db, &TestIds::default(), "here").await;
        let mut tx = test.db.read(&scope).await.unwrap();
        if matches!(tx.kind, TxKind::Postgres(_)) {
            return;
        }

        let plan: Vec<Line> = tx
            .query(
                "EXPLAIN QUERY PLAN SELECT id, updated_at FROM listings
                  WHERE tenant_id = $1 AND status IN ('active', 'pending') ORDER BY id LIMIT 10 OFFSET 10",
            )
            .bind(scope.tenant_id())
            .fetch_all()
            .await
            .unwrap();

        let plan: String = plan.into_iter().map(|Line(line)| line + "\n").collect();
        assert!(
            plan.contains("USING COVERING INDEX listings_published_idx"),
            "{plan}"
        );
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}
