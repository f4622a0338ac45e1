//! Finding homes: a statement for what is asked and the order it is asked in, so that an index gives it.
//!
//! The four indexes of the orders hold every column that narrows a search. A search walks one of them and opens only
//! the listings of its page, so the thousandth page costs little more than the first: what lies before it is a few
//! megabytes of index, not the listings themselves. Why pages have numbers and no cursors, says `docs/adr/0013`. Words
//! are looked up first: where few homes have them, those are opened, and nothing is walked (`docs/adr/0021`).

use jiff::Timestamp;
use types::{
    Page, PageRequest,
    content::Coordinates,
    listings::{Listing, ListingId, ListingIdError, ListingSearch, ListingStatus, SortKey, SortOrder},
};

use super::{
    narrow::narrowed,
    words::{Asked, Way},
};
use crate::{
    Error, Result, TenantScope, Tx,
    backend::{FromRow, Only, Query, Row, Sql},
    tenant::like_literal,
};

/// The order of a search, for which there is an index; of the columns of this table.
macro_rules! order_by {
    ($table:literal, $sort:expr) => {
        match ($sort.key, $sort.order) {
            (SortKey::ListedAt, SortOrder::Desc) => {
                concat!(" ORDER BY ", $table, "listed_at DESC, ", $table, "id DESC")
            }
            (SortKey::ListedAt, SortOrder::Asc) => concat!(" ORDER BY ", $table, "listed_at, ", $table, "id"),
            (SortKey::Price, SortOrder::Desc) => {
                concat!(" ORDER BY ", $table, "price DESC, ", $table, "id DESC")
            }
            (SortKey::Price, SortOrder::Asc) => concat!(" ORDER BY ", $table, "price, ", $table, "id"),
            (SortKey::Beds, SortOrder::Desc) => {
                concat!(" ORDER BY ", $table, "beds DESC, ", $table, "id DESC")
            }
            (SortKey::Beds, SortOrder::Asc) => concat!(" ORDER BY ", $table, "beds, ", $table, "id"),
            (SortKey::Sqft, SortOrder::Desc) => {
                concat!(" ORDER BY ", $table, "sqft DESC, ", $table, "id DESC")
            }
            (SortKey::Sqft, SortOrder::Asc) => concat!(" ORDER BY ", $table, "sqft, ", $table, "id"),
        }
    };
}

/// The beginning of a page: what a search shows of homes without opening them, in the index of its order. SQLite is told
/// which: it would take the one of a range that is asked, and sort all that it finds there.
const fn in_order(key: SortKey) -> Sql {
    match key {
        SortKey::ListedAt => Sql {
            sqlite: "WITH page AS (SELECT id, lat, lng, price, status, listed_at
                       FROM listings INDEXED BY listings_newest_idx WHERE tenant_id = $1",
            postgres: "WITH page AS (SELECT id, lat, lng, price, status, listed_at FROM listings WHERE tenant_id = $1",
        },
        SortKey::Price => Sql {
            sqlite: "WITH page AS (SELECT id, lat, lng, price, status
                       FROM listings INDEXED BY listings_price_idx WHERE tenant_id = $1",
            postgres: "WITH page AS (SELECT id, lat, lng, price, status FROM listings WHERE tenant_id = $1",
        },
        SortKey::Beds => Sql {
            sqlite: "WITH page AS (SELECT id, lat, lng, price, status, beds
                       FROM listings INDEXED BY listings_beds_idx WHERE tenant_id = $1",
            postgres: "WITH page AS (SELECT id, lat, lng, price, status, beds FROM listings WHERE tenant_id = $1",
        },
        SortKey::Sqft => Sql {
            sqlite: "WITH page AS (SELECT id, lat, lng, price, status, sqft
                       FROM listings INDEXED BY listings_sqft_idx WHERE tenant_id = $1",
            postgres: "WITH page AS (SELECT id, lat, lng, price, status, sqft FROM listings WHERE tenant_id = $1",
        },
    }
}

/// The same of homes that are known by their ids, which are opened. SQLite is told so: it would walk an order.
const BY_ID: Sql = Sql {
    sqlite: "WITH page AS (SELECT id, lat, lng, price, status, listed_at, beds, sqft
                             FROM listings INDEXED BY sqlite_autoindex_listings_1 WHERE tenant_id = $1",
    postgres: "WITH page AS (SELECT id, lat, lng, price, status, listed_at, beds, sqft FROM listings WHERE tenant_id = $1",
};

/// The homes of a search in the portions that follow one another in its order, each a condition. The least goes first,
/// but what nobody knows, which is 0, goes last: an index of numbers has it at the wrong end.
fn portions(search: &ListingSearch) -> &'static [&'static str] {
    let (beds, sqft) = (
        search.beds.is_some(),
        search.min_sqft.or(search.max_sqft).is_some(),
    );
    match (search.sort.key, search.sort.order) {
        (SortKey::Beds, SortOrder::Asc) if !beds => &[" AND beds > 0", " AND beds = 0"],
        (SortKey::Sqft, SortOrder::Asc) if !sqft => &[" AND sqft > 0", " AND sqft = 0"],
        _ => &[""],
    }
}

/// The words of a search, if it has any.
async fn words(tx: &mut Tx, scope: &TenantScope, search: &ListingSearch) -> Result<Option<Asked>> {
    Ok(match &search.text {
        Some(text) => Some(Asked::of(tx, scope, text).await?),
        None => None,
    })
}

/// The beginning of a page of what a search finds, to be put in its order.
fn found<'tx>(
    query: Query<'tx>,
    scope: &TenantScope,
    search: &ListingSearch,
    words: Option<&Asked>,
) -> Query<'tx> {
    let way = words.map(Asked::for_a_page);
    let homes = match way {
        Some(Way::Opened) => BY_ID,
        _ => in_order(search.sort.key),
    };
    let found = narrowed(query.and(homes).bind(scope.tenant_id()), search);
    match (words, way) {
        (Some(words), Some(way)) => words.narrow(found, way),
        _ => found,
    }
}

/// Searches for homes.
pub async fn search(
    tx: &mut Tx,
    scope: &TenantScope,
    search: &ListingSearch,
    page: PageRequest,
) -> Result<Page<Listing>> {
    let words = words(tx, scope, search).await?;
    let (mut rows, mut before) = (Vec::new(), i64::from(page.offset()));
    let [begun @ .., last] = portions(search) else {
        unreachable!("a search has portions")
    };
    for portion in begun {
        let wanted = (page.fetch(), before);
        rows = rows_of(tx, (scope, search, words.as_ref()), portion, wanted).await?;
        before = match rows.is_empty() {
            // The page begins after all of them.
            true => before - counted(tx, (scope, search, words.as_ref()), portion).await?,
            false => 0,
        };
    }
    let wanted = page.fetch() - i64::try_from(rows.len()).unwrap_or(0);
    if wanted > 0 {
        rows.extend(rows_of(tx, (scope, search, words.as_ref()), last, (wanted, before)).await?);
    }
    Ok(Page::from_fetched(rows, page))
}

/// What is asked of homes.
type Question<'a> = (&'a TenantScope, &'a ListingSearch, Option<&'a Asked>);

/// So many homes of a portion, after so many others.
async fn rows_of(
    tx: &mut Tx,
    (scope, search, words): Question<'_>,
    portion: &'static str,
    (limit, offset): (i64, i64),
) -> Result<Vec<Listing>> {
    found(tx.query(""), scope, search, words)
        .and(portion)
        .and(order_by!("", search.sort))
        .and_with(" LIMIT $", limit)
        .and_with(" OFFSET $", offset)
        // CROSS, so that SQLite opens the homes of the page and does not look among all for them.
        .and(
            ") SELECT home.content
                 FROM page
                CROSS JOIN listings AS home
                WHERE home.tenant_id = $1 AND home.id = page.id",
        )
        .and(order_by!("page.", search.sort))
        .fetch_all()
        .await
}

/// Where a home lies, and what it costs there.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Which home.
    pub id: ListingId,
    /// Its place.
    pub at: Coordinates,
    /// What is asked for it, or was paid, in whole dollars.
    pub dollars: i64,
    /// Where it stands.
    pub status: ListingStatus,
}

/// Lists where the first homes of a search lie, in its order: those whose place may be told.
pub async fn spots(
    tx: &mut Tx,
    scope: &TenantScope,
    search: &ListingSearch,
    limit: i64,
) -> Result<Vec<Spot>> {
    let words = words(tx, scope, search).await?;
    let mut spots = Vec::new();
    for portion in portions(search) {
        let wanted = limit - i64::try_from(spots.len()).unwrap_or(limit);
        let more: Vec<Spot> = found(tx.query(""), scope, search, words.as_ref())
            .and(*portion)
            .and(" AND lat IS NOT NULL AND lng IS NOT NULL")
            .and(order_by!("", search.sort))
            .and_with(" LIMIT $", wanted)
            .and(") SELECT id, lat, lng, price, status FROM page")
            .and(order_by!("page.", search.sort))
            .fetch_all()
            .await?;
        spots.extend(more);
    }
    Ok(spots)
}

impl FromRow for Spot {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let id: String = row.get("id")?;
        Ok(Self {
            id: id.parse().map_err(|source: ListingIdError| Error::Corrupt {
                column: "id",
                source: source.into(),
            })?,
            at: Coordinates {
                lat: row.get("lat")?,
                lng: row.get("lng")?,
            },
            dollars: row.get("price")?,
            status: row.get("status")?,
        })
    }
}

/// Homes that came after one moment and until another.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// Not these.
    pub after: Timestamp,
    /// These are the last.
    pub until: Timestamp,
}

/// Lists what came and is what a search asks for, the last to come first.
pub async fn arrived(
    tx: &mut Tx,
    scope: &TenantScope,
    search: &ListingSearch,
    (arrival, limit): (Arrival, i64),
) -> Result<Vec<Listing>> {
    let words = words(tx, scope, search).await?;
    let found = tx.query("SELECT content FROM listings WHERE tenant_id = $1");
    let mut found = narrowed(found.bind(scope.tenant_id()), search);
    if let Some(words) = words {
        found = words.narrow(found, Way::Each);
    }
    found
        .and_with(" AND arrived_at > $", arrival.after)
        .and_with(" AND arrived_at <= $", arrival.until)
        .and(" ORDER BY arrived_at DESC, id DESC")
        .and_with(" LIMIT $", limit)
        .fetch_all()
        .await
}

/// Which state a tenant's listings are in: another one after each write. Counts are good for as long as it stays.
pub async fn edition(tx: &mut Tx, scope: &TenantScope) -> Result<i64> {
    let edition: Option<Only<i64>> = tx
        .query("SELECT edition AS value FROM listing_editions WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .fetch_optional()
        .await?;
    Ok(edition.map_or(0, |Only(edition)| edition))
}

/// Counts what a search finds on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope, search: &ListingSearch) -> Result<i64> {
    let words = words(tx, scope, search).await?;
    counted(tx, (scope, search, words.as_ref()), "").await
}

/// How many homes a portion has.
async fn counted(tx: &mut Tx, (scope, search, words): Question<'_>, portion: &'static str) -> Result<i64> {
    const BY_ID: Sql = Sql {
        sqlite: "SELECT COUNT(*) AS value FROM listings INDEXED BY sqlite_autoindex_listings_1 WHERE tenant_id = $1",
        postgres: "SELECT COUNT(*) AS value FROM listings WHERE tenant_id = $1",
    };
    let way = words.map(Asked::for_counting);
    let count = match way {
        Some(Way::Opened) => tx.query(BY_ID),
        _ => tx.query("SELECT COUNT(*) AS value FROM listings WHERE tenant_id = $1"),
    };
    let mut found = narrowed(count.bind(scope.tenant_id()), search).and(portion);
    if let (Some(words), Some(way)) = (words, way) {
        found = words.narrow(found, way);
    }
    let Only(count) = found.fetch_one().await?;
    Ok(count)
}

/// Streets to be had, from their index alone; then their homes. SQLite is told to open those and not look among all.
const STREETS: &str = "SELECT home.content
                         FROM (SELECT id, search_street,
                                      CASE WHEN search_street LIKE $3 ESCAPE '\\' THEN 0 ELSE 1 END AS place
                                 FROM listings
                                WHERE tenant_id = $1 AND search_street LIKE $2 ESCAPE '\\'
                                  AND status IN ('active', 'pending')
                                ORDER BY place, search_street, id
                                LIMIT $4) AS found
                        CROSS JOIN listings AS home
                        WHERE home.tenant_id = $1 AND home.id = found.id
                        ORDER BY found.place, found.search_street, found.id";

/// Lists homes to be had whose street has this in it; those that begin with it first.
pub async fn streets_like(tx: &mut Tx, scope: &TenantScope, text: &str, limit: i64) -> Result<Vec<Listing>> {
    let literal = like_literal(&text.to_lowercase());
    tx.query(STREETS)
        .bind(scope.tenant_id())
        .bind(format!("%{literal}%"))
        .bind(format!("{literal}%"))
        .bind(limit)
        .fetch_all()
        .await
}

#[cfg(test)]
mod tests;
