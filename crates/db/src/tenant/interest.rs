//! What a tenant's contacts did on the site: counted, which scores are made of, and with which homes.

use jiff::Timestamp;
use types::{
    ContactId,
    interest::{HomeOfInterest, HomeStep, homes},
    score::Signals,
};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row, Sql},
};

/// Counts what each of a page of contacts did since `since`; what is recent happened since `recent_since`.
///
/// Contacts of whom nothing is known are not among them. That a member corrected what is known of them makes nobody more
/// promising.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    contacts: &[ContactId],
    (recent_since, since): (Timestamp, Timestamp),
) -> Result<Vec<(ContactId, Signals)>> {
    tx.bulk(Sql {
        sqlite: "SELECT c0 AS contact_id, MAX(occurred_at) AS last_at,
                        COUNT(*) FILTER (WHERE occurred_at >= $2) AS recent_count,
                        COUNT(*) FILTER (WHERE activity_type = 'website_listing_viewed') AS view_count,
                        COUNT(*) FILTER (WHERE activity_type = 'website_listing_favorited') AS favorite_count,
                        COUNT(*) FILTER (WHERE activity_type = 'website_search_performed') AS search_count
                   FROM list
                   JOIN activities
                     ON tenant_id = $1 AND contact_id = c0 AND occurred_at >= $3
                    AND NOT (activity_type = 'note' AND (metadata LIKE '{\"changed\"%' OR metadata LIKE '{\"opened\"%'))
                  GROUP BY c0",
        postgres: "SELECT list.contact_id, MAX(occurred_at) AS last_at,
                          COUNT(*) FILTER (WHERE occurred_at >= $3) AS recent_count,
                          COUNT(*) FILTER (WHERE activity_type = 'website_listing_viewed') AS view_count,
                          COUNT(*) FILTER (WHERE activity_type = 'website_listing_favorited') AS favorite_count,
                          COUNT(*) FILTER (WHERE activity_type = 'website_search_performed') AS search_count
                     FROM UNNEST($1) AS list (contact_id)
                     JOIN activities
                       ON tenant_id = $2 AND activities.contact_id = list.contact_id AND occurred_at >= $4
                      AND NOT (activity_type = 'note' AND (metadata LIKE '{\"changed\"%' OR metadata LIKE '{\"opened\"%'))
                    GROUP BY list.contact_id",
    })
    .column(contacts.iter().copied())
    .bind(scope.tenant_id())
    .bind(recent_since)
    .bind(since)
    .fetch_all()
    .await
}

/// The most steps that are looked back, which bounds the homes too.
const STEPS: i64 = 500;

/// The homes that a contact looked at, the last one first.
pub async fn homes_of(
    tx: &mut Tx,
    scope: &TenantScope,
    contact_id: ContactId,
) -> Result<Vec<HomeOfInterest>> {
    let steps: Vec<HomeStep> = tx
        .query(
            "SELECT activity_type, occurred_at, metadata
               FROM activities
              WHERE tenant_id = $1 AND contact_id = $2
                AND activity_type IN
                    ('website_listing_viewed', 'website_listing_favorited', 'website_listing_unfavorited')
              ORDER BY occurred_at DESC, id DESC
              LIMIT $3",
        )
        .bind(scope.tenant_id())
        .bind(contact_id)
        .bind(STEPS)
        .fetch_all()
        .await?;
    Ok(homes(&steps))
}

impl FromRow for HomeStep {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            activity_type: row.get("activity_type")?,
            occurred_at: row.get("occurred_at")?,
            metadata: row.get("metadata")?,
        })
    }
}

impl FromRow for (ContactId, Signals) {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let signals = Signals {
            last_at: row.get("last_at")?,
            recent_count: row.get("recent_count")?,
            view_count: row.get("view_count")?,
            favorite_count: row.get("favorite_count")?,
            search_count: row.get("search_count")?,
        };
        Ok((row.get("contact_id")?, signals))
    }
}
