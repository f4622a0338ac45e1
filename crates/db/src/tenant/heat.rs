//! Who is hot: what a tenant's contacts did on the site lately that says to ring them now.

use jiff::Timestamp;
use types::{
    ContactId,
    heat::{A_DAY, FRESH, Steps},
};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Query, Row, Sql},
};

/// Counts what each of a page of contacts did lately. Contacts who did nothing are not among them.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    contacts: &[ContactId],
    now: Timestamp,
) -> Result<Vec<(ContactId, Steps)>> {
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    tx.bulk(STEPS_OF)
        .column(contacts.iter().copied())
        .bind(scope.tenant_id())
        .bind(now - FRESH)
        .bind(now - A_DAY)
        .fetch_all()
        .await
}

const STEPS_OF: Sql = Sql {
    sqlite: "SELECT steps.contact_id,
                    MAX(CASE WHEN activity_type = 'website_listing_viewed' AND home IS NOT NULL THEN times
                             ELSE 0 END) AS most_views,
                    COUNT(*) FILTER (WHERE activity_type = 'website_listing_viewed' AND home IS NOT NULL
                                       AND last_at >= $3) AS homes_in_a_day,
                    COUNT(*) FILTER (WHERE activity_type = 'website_listing_favorited') AS saved,
                    COUNT(*) FILTER (WHERE activity_type = 'valuation_requested') AS valuations,
                    MIN(first_at) AS first_at,
                    (SELECT MAX(past.occurred_at)
                       FROM activities AS past
                      WHERE past.tenant_id = $1 AND past.contact_id = steps.contact_id
                        AND past.occurred_at < $2
                        AND past.activity_type IN
                            ('website_listing_viewed', 'website_listing_favorited', 'website_search_performed',
                             'valuation_requested')) AS before_at
               FROM (SELECT contact_id, activity_type, metadata -> 'listing' ->> 'id' AS home,
                            COUNT(*) AS times, MIN(occurred_at) AS first_at, MAX(occurred_at) AS last_at
                       FROM list
                       JOIN activities
                         ON tenant_id = $1 AND contact_id = c0 AND occurred_at >= $2
                        AND activity_type IN
                            ('website_listing_viewed', 'website_listing_favorited', 'website_search_performed',
                             'valuation_requested')
                      GROUP BY contact_id, activity_type, home) AS steps
              GROUP BY steps.contact_id",
    postgres: "SELECT steps.contact_id,
                      MAX(CASE WHEN activity_type = 'website_listing_viewed' AND home IS NOT NULL THEN times
                               ELSE 0 END) AS most_views,
                      COUNT(*) FILTER (WHERE activity_type = 'website_listing_viewed' AND home IS NOT NULL
                                         AND last_at >= $4) AS homes_in_a_day,
                      COUNT(*) FILTER (WHERE activity_type = 'website_listing_favorited') AS saved,
                      COUNT(*) FILTER (WHERE activity_type = 'valuation_requested') AS valuations,
                      MIN(first_at) AS first_at,
                      (SELECT MAX(past.occurred_at)
                         FROM activities AS past
                        WHERE past.tenant_id = $2 AND past.contact_id = steps.contact_id
                          AND past.occurred_at < $3
                          AND past.activity_type IN
                              ('website_listing_viewed', 'website_listing_favorited', 'website_search_performed',
                               'valuation_requested')) AS before_at
                 FROM (SELECT contact_id, activity_type, metadata::jsonb -> 'listing' ->> 'id' AS home,
                              COUNT(*) AS times, MIN(occurred_at) AS first_at, MAX(occurred_at) AS last_at
                         FROM activities
                        WHERE tenant_id = $2 AND contact_id = ANY($1) AND occurred_at >= $3
                          AND activity_type IN
                              ('website_listing_viewed', 'website_listing_favorited', 'website_search_performed',
                               'valuation_requested')
                        GROUP BY contact_id, activity_type, home) AS steps
                GROUP BY steps.contact_id",
};

/// Narrows open leads to those whose contact shows a sign of [`types::heat`], of the newest steps on the site alone:
/// a busy site must not make everybody wait.
pub(super) fn narrowed(query: Query<'_>, now: Timestamp) -> Query<'_> {
    query
        .and(NEWEST_STEPS)
        .and_with(" AND occurred_at >= $", now - FRESH)
        .and(STEPS_THAT_ARE_SIGNS)
        .and_with(" AND last_at >= $) >= 5", now - A_DAY)
        .and(AFTER_LONG)
        .and_with(WAS_HERE_BEFORE, now - FRESH)
}

const NEWEST_STEPS: Sql = Sql {
    sqlite: " AND leads.status NOT IN ('won', 'lost')
              AND leads.contact_id IN (
                  SELECT steps.contact_id
                    FROM (SELECT contact_id, activity_type, home, COUNT(*) AS times,
                                 MIN(occurred_at) AS first_at, MAX(occurred_at) AS last_at
                            FROM (SELECT contact_id, activity_type, occurred_at,
                                         metadata -> 'listing' ->> 'id' AS home
                                    FROM activities
                                   WHERE tenant_id = $1 AND actor_id IS NULL AND contact_id IS NOT NULL
                                     AND activity_type IN
                                         ('website_listing_viewed', 'website_listing_favorited',
                                          'website_search_performed', 'valuation_requested')",
    postgres: " AND leads.status NOT IN ('won', 'lost')
                AND leads.contact_id IN (
                    SELECT steps.contact_id
                      FROM (SELECT contact_id, activity_type, home, COUNT(*) AS times,
                                   MIN(occurred_at) AS first_at, MAX(occurred_at) AS last_at
                              FROM (SELECT contact_id, activity_type, occurred_at,
                                           metadata::jsonb -> 'listing' ->> 'id' AS home
                                      FROM activities
                                     WHERE tenant_id = $1 AND actor_id IS NULL AND contact_id IS NOT NULL
                                       AND activity_type IN
                                           ('website_listing_viewed', 'website_listing_favorited',
                                            'website_search_performed', 'valuation_requested')",
};

/// As the thresholds of [`types::heat`] say.
const STEPS_THAT_ARE_SIGNS: &str = "
                                   ORDER BY occurred_at DESC
                                   LIMIT 5000) AS newest
                           GROUP BY contact_id, activity_type, home) AS steps
                   GROUP BY steps.contact_id
                  HAVING COUNT(*) FILTER (WHERE activity_type IN
                                                ('website_listing_favorited', 'valuation_requested')) > 0
                      OR MAX(CASE WHEN activity_type = 'website_listing_viewed' AND home IS NOT NULL THEN times
                                  ELSE 0 END) >= 3
                      OR COUNT(*) FILTER (WHERE activity_type = 'website_listing_viewed' AND home IS NOT NULL";

const AFTER_LONG: Sql = Sql {
    sqlite: " OR julianday(MIN(first_at)) - 30 >=
                 (SELECT julianday(MAX(past.occurred_at))
                    FROM activities AS past
                   WHERE past.tenant_id = $1 AND past.contact_id = steps.contact_id",
    postgres: " OR MIN(first_at) - INTERVAL '30 days' >=
                   (SELECT MAX(past.occurred_at)
                      FROM activities AS past
                     WHERE past.tenant_id = $1 AND past.contact_id = steps.contact_id",
};

const WAS_HERE_BEFORE: &str = "
                             AND past.occurred_at < $
                             AND past.activity_type IN
                                 ('website_listing_viewed', 'website_listing_favorited',
                                  'website_search_performed', 'valuation_requested')))";

impl FromRow for (ContactId, Steps) {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let steps = Steps {
            most_views: row.get("most_views")?,
            homes_in_a_day: row.get("homes_in_a_day")?,
            saved: row.get("saved")?,
            valuations: row.get("valuations")?,
            first_at: row.get("first_at")?,
            before_at: row.get("before_at")?,
        };
        Ok((row.get("contact_id")?, steps))
    }
}
