//! What a visitor keeps: homes and searches.

use std::collections::HashSet;

use jiff::Timestamp;
use types::{AccountId, SavedSearch, SavedSearchId, listings::ListingId};

use crate::{
    Error, Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql},
    tenant::accounts,
};

/// More homes and searches than anybody looks through.
pub const MOST_HOMES: usize = 500;
/// See [`MOST_HOMES`].
pub const MOST_SEARCHES: usize = 100;

/// Lists the homes somebody keeps, the last kept first.
pub async fn homes(tx: &mut Tx, scope: &TenantScope, account: AccountId) -> Result<Vec<ListingId>> {
    let rows: Vec<Only<String>> = tx
        .query(
            "SELECT listing_id AS value
               FROM saved_homes
              WHERE tenant_id = $1 AND account_id = $2
              ORDER BY saved_at DESC, listing_id
              LIMIT 500",
        )
        .bind(scope.tenant_id())
        .bind(account)
        .fetch_all()
        .await?;
    let read = rows.into_iter().map(|Only(id)| {
        id.parse()
            .map_err(|source: types::listings::ListingIdError| Error::Corrupt {
                column: "listing_id",
                source: source.into(),
            })
    });
    read.collect()
}

/// What came of keeping something more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// So many were not kept before.
    Added(u64),
    /// There would be more than is ever listed, so none was added.
    Full,
}

/// Waits until nobody else adds to this account, and stays until the commit: two that count at once would both find room.
async fn take(tx: &mut Tx, scope: &TenantScope, account: AccountId) -> Result<()> {
    accounts::find_to_change(tx, scope, account).await.map(drop)
}

/// Keeps homes where there is room for all of them: what is kept is listed, and can be let go of.
pub async fn add_homes(
    tx: &mut Tx,
    scope: &TenantScope,
    account: AccountId,
    homes: &[ListingId],
    now: Timestamp,
) -> Result<Kept> {
    take(tx, scope, account).await?;
    let kept: HashSet<_> = self::homes(tx, scope, account).await?.into_iter().collect();
    let new: HashSet<_> = homes.iter().filter(|home| !kept.contains(home)).collect();
    if !new.is_empty() && kept.len() + new.len() > MOST_HOMES {
        return Ok(Kept::Full);
    }
    insert_homes(tx, scope, account, homes, now)
        .await
        .map(Kept::Added)
}

/// Keeps as many of the homes as there is room for, the first first. Says how many were not kept before.
pub async fn add_homes_with_room(
    tx: &mut Tx,
    scope: &TenantScope,
    account: AccountId,
    homes: &[ListingId],
    now: Timestamp,
) -> Result<u64> {
    take(tx, scope, account).await?;
    let kept: HashSet<_> = self::homes(tx, scope, account).await?.into_iter().collect();
    let new = homes.iter().filter(|home| !kept.contains(home)).cloned();
    let new: Vec<_> = new.take(MOST_HOMES.saturating_sub(kept.len())).collect();
    insert_homes(tx, scope, account, &new, now).await
}

async fn insert_homes(
    tx: &mut Tx,
    scope: &TenantScope,
    account: AccountId,
    homes: &[ListingId],
    now: Timestamp,
) -> Result<u64> {
    tx.bulk(Sql {
        sqlite: "INSERT INTO saved_homes (tenant_id, account_id, listing_id, saved_at)
                 SELECT $1, $2, c0, $3 FROM list WHERE true
                     ON CONFLICT (tenant_id, account_id, listing_id) DO NOTHING",
        postgres: "INSERT INTO saved_homes (tenant_id, account_id, listing_id, saved_at)
                   SELECT $2, $3, listing_id, $4 FROM UNNEST($1) AS list (listing_id)
                       ON CONFLICT (tenant_id, account_id, listing_id) DO NOTHING",
    })
    .column(homes.iter().map(ToString::to_string))
    .bind(scope.tenant_id())
    .bind(account)
    .bind(now)
    .execute()
    .await
}

/// Keeps a home no longer.
pub async fn remove_home(
    tx: &mut Tx,
    scope: &TenantScope,
    account: AccountId,
    home: &ListingId,
) -> Result<()> {
    tx.query("DELETE FROM saved_homes WHERE tenant_id = $1 AND account_id = $2 AND listing_id = $3")
        .bind(scope.tenant_id())
        .bind(account)
        .bind(home.as_str())
        .execute()
        .await?;
    Ok(())
}

/// Lists the searches somebody keeps, the last kept first.
pub async fn searches(tx: &mut Tx, scope: &TenantScope, account: AccountId) -> Result<Vec<SavedSearch>> {
    tx.query(
        "SELECT id, name, query, alerts, created_at
           FROM saved_searches
          WHERE tenant_id = $1 AND account_id = $2
          ORDER BY created_at DESC, id
          LIMIT 100",
    )
    .bind(scope.tenant_id())
    .bind(account)
    .fetch_all()
    .await
}

/// Keeps a search where there is room for it. None are added when it is kept already.
///
/// A search that is not listed would send messages that nobody can stop where they keep their searches.
pub async fn add_search(
    tx: &mut Tx,
    scope: &TenantScope,
    account: AccountId,
    search: &SavedSearch,
) -> Result<Kept> {
    take(tx, scope, account).await?;
    let kept = searches(tx, scope, account).await?;
    if kept.iter().any(|kept| kept.query == search.query) {
        return Ok(Kept::Added(0));
    }
    if kept.len() >= MOST_SEARCHES {
        return Ok(Kept::Full);
    }
    let added = tx
        .query(
            "INSERT INTO saved_searches (tenant_id, id, account_id, name, query, alerts, told_until, next_alert_at,
                                         created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7)
                 ON CONFLICT (tenant_id, account_id, query) DO NOTHING",
        )
        .bind(scope.tenant_id())
        .bind(search.id)
        .bind(account)
        .bind(&search.name)
        .bind(&search.query)
        .bind(search.alerts)
        .bind(search.created_at)
        .execute()
        .await?;
    Ok(Kept::Added(added))
}

/// Tells of new homes from now on, if a search that is kept already did not.
pub async fn start_alerts(
    tx: &mut Tx,
    scope: &TenantScope,
    (account, query): (AccountId, &str),
    now: Timestamp,
) -> Result<()> {
    tx.query(
        "UPDATE saved_searches
            SET alerts = $4, told_until = $5, next_alert_at = $5
          WHERE tenant_id = $1 AND account_id = $2 AND query = $3 AND NOT alerts",
    )
    .bind(scope.tenant_id())
    .bind(account)
    .bind(query)
    .bind(true)
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// Keeps a search no longer.
pub async fn remove_search(
    tx: &mut Tx,
    scope: &TenantScope,
    account: AccountId,
    id: SavedSearchId,
) -> Result<()> {
    tx.query("DELETE FROM saved_searches WHERE tenant_id = $1 AND account_id = $2 AND id = $3")
        .bind(scope.tenant_id())
        .bind(account)
        .bind(id)
        .execute()
        .await?;
    Ok(())
}

/// Tells of new homes from now on, or no longer.
pub async fn set_alerts(
    tx: &mut Tx,
    scope: &TenantScope,
    (account, id): (AccountId, SavedSearchId),
    alerts: bool,
    now: Timestamp,
) -> Result<()> {
    tx.query(
        "UPDATE saved_searches
            SET alerts = $4, told_until = $5, next_alert_at = $5
          WHERE tenant_id = $1 AND account_id = $2 AND id = $3",
    )
    .bind(scope.tenant_id())
    .bind(account)
    .bind(id)
    .bind(alerts)
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// How far a search is told, from where, and when to look into it again.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// What was told until now.
    pub from: Timestamp,
    /// What is told from now on.
    pub until: Timestamp,
    /// When it is due again.
    pub next: Timestamp,
}

/// Notes how far a search was told, in the transaction that writes the message. False, and nothing noted, when somebody
/// else told of it since it was looked at, or its owner wants to hear no more.
pub async fn tell(tx: &mut Tx, scope: &TenantScope, id: SavedSearchId, told: &Told) -> Result<bool> {
    let noted = tx
        .query(
            "UPDATE saved_searches
                SET told_until = $4, next_alert_at = $5
              WHERE tenant_id = $1 AND id = $2 AND told_until = $3 AND next_alert_at < $5 AND alerts",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(told.from)
        .bind(told.until)
        .bind(told.next)
        .execute()
        .await?;
    Ok(noted == 1)
}

/// Tells of no more homes, whoever asks: they had the link.
pub async fn stop_alerts(tx: &mut Tx, scope: &TenantScope, id: SavedSearchId) -> Result<()> {
    tx.query("UPDATE saved_searches SET alerts = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .bind(false)
        .execute()
        .await?;
    Ok(())
}

impl FromRow for SavedSearch {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            query: row.get("query")?,
            alerts: row.get("alerts")?,
            created_at: row.get("created_at")?,
        })
    }
}
