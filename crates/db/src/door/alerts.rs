//! Saved searches of all tenants whose owners are to hear of new homes, each with the key of its tenant.

use jiff::Timestamp;
use types::{Email, SavedSearchId};

use crate::{
    Db, PlatformScope, Result,
    backend::{FromRow, Row},
    door::hosts::Site,
};

/// A saved search that it is time to look into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The tenant whose homes it searches.
    pub site: Site,
    /// Which search it is.
    pub search_id: SavedSearchId,
    /// What its owner calls it.
    pub name: String,
    /// The query of the search page.
    pub query: String,
    /// Whom to tell.
    pub email: Email,
    /// Homes that came until then were told of, or were there when the search was saved.
    pub told_until: Timestamp,
}

/// Lists searches that are due, the longest due first.
pub async fn due(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<Due>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query(
        "SELECT tenants.id, tenants.slug, tenants.name, tenants.status, tenants.created_at, tenants.updated_at,
                main.hostname, main.hostname AS primary_hostname,
                (SELECT time_zone FROM tenant_settings WHERE tenant_id = tenants.id) AS time_zone,
                search.id AS search_id, search.name AS search_name, search.query, search.told_until,
                account.email
           FROM saved_searches AS search
           JOIN tenants ON tenants.id = search.tenant_id
           JOIN tenant_domains AS main ON main.tenant_id = tenants.id AND main.is_primary
           JOIN accounts AS account ON account.tenant_id = search.tenant_id AND account.id = search.account_id
          WHERE search.alerts AND search.next_alert_at <= $1 AND tenants.status = 'active'
          ORDER BY search.next_alert_at, search.tenant_id, search.id
          LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_readable()
    .await
}

impl FromRow for Due {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            site: Site::from_row(row)?,
            search_id: row.get("search_id")?,
            name: row.get("search_name")?,
            query: row.get("query")?,
            email: row.get("email")?,
            told_until: row.get("told_until")?,
        })
    }
}
