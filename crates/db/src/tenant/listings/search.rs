//! Finding homes: one statement for every filter, one for each order, so that an index gives it.
//!
//! The four indexes of the orders hold every column that narrows a search. A search walks one of them and opens only
//! the listings of its page, so the thousandth page costs little more than the first: what lies before it is a few
//! megabytes of index, not the listings themselves. Why pages have numbers and no cursors, says `docs/adr/0013`.

use jiff::Timestamp;
use types::{
    Page, PageRequest, Slug,
    content::Coordinates,
    listings::{Listing, ListingId, ListingIdError, ListingSearch, ListingStatus, SortKey, SortOrder},
};

use crate::{
    Error, Result, TenantScope, Tx,
    backend::{FromRow, Only, Query, Row},
    tenant::like_literal,
};

/// Which of a tenant's listings a search finds. Lists are one text, `,a,b,`, in which a column's word is looked for.
macro_rules! narrowed {
    () => {
        " AND ($2 IS NULL OR search_street LIKE $2 ESCAPE '\\' OR search_area LIKE $2 ESCAPE '\\')
           AND ($3 IS NULL OR $3 LIKE '%,' || town || ',%')
           AND ($4 IS NULL OR $4 LIKE '%,' || neighborhood || ',%')
           AND ($5 IS NULL OR $5 LIKE '%,' || status || ',%')
           AND ($6 IS NULL OR $6 LIKE '%,' || property_type || ',%')
           AND ($7 IS NULL OR price >= $7)
           AND ($8 IS NULL OR price <= $8)
           AND ($9 IS NULL OR beds >= $9)
           AND ($10 IS NULL OR baths >= $10)
           AND ($11 IS NULL OR sqft >= $11)
           AND ($12 IS NULL OR sqft <= $12)
           AND ($13 IS NULL OR acres >= $13)
           AND ($14 IS NULL OR acres <= $14)
           AND ($15 IS NULL OR (lat BETWEEN $15 AND $16 AND lng BETWEEN $17 AND $18))"
    };
}

macro_rules! sorted {
    ($listings:literal, $column:literal, $direction:literal) => {
        concat!(
            $listings,
            narrowed!(),
            " ORDER BY ",
            $column,
            $direction,
            ", id",
            $direction,
            " LIMIT $19 OFFSET $20"
        )
    };
}

/// The listings of one page of an order, in it. The page is found in the index alone.
macro_rules! paged {
    ($_:literal, $column:literal, $direction:literal) => {
        concat!(
            "SELECT content FROM listings WHERE tenant_id = $1 AND id IN (",
            sorted!(
                "SELECT id FROM listings WHERE tenant_id = $1",
                $column,
                $direction
            ),
            ") ORDER BY ",
            $column,
            $direction,
            ", id",
            $direction
        )
    };
}

/// The statement of an order, made by `sorted` or `paged` from which listings it begins with.
macro_rules! in_order {
    ($made:ident, $sort:expr, $listings:literal) => {
        match ($sort.key, $sort.order) {
            (SortKey::ListedAt, SortOrder::Desc) => $made!($listings, "listed_at", " DESC"),
            (SortKey::ListedAt, SortOrder::Asc) => $made!($listings, "listed_at", " ASC"),
            (SortKey::Price, SortOrder::Desc) => $made!($listings, "price", " DESC"),
            (SortKey::Price, SortOrder::Asc) => $made!($listings, "price", " ASC"),
            (SortKey::Beds, SortOrder::Desc) => $made!($listings, "beds", " DESC"),
            (SortKey::Beds, SortOrder::Asc) => $made!($listings, "beds", " ASC"),
            (SortKey::Sqft, SortOrder::Desc) => $made!($listings, "sqft", " DESC"),
            (SortKey::Sqft, SortOrder::Asc) => $made!($listings, "sqft", " ASC"),
        }
    };
}

/// Searches for homes.
pub async fn search(
    tx: &mut Tx,
    scope: &TenantScope,
    search: &ListingSearch,
    page: PageRequest,
) -> Result<Page<Listing>> {
    let sql = in_order!(paged, search.sort, "");
    let rows = bound(tx.query(sql), scope, search)
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
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
    let sql = in_order!(
        sorted,
        search.sort,
        "SELECT id, lat, lng, price, status
           FROM listings
          WHERE tenant_id = $1 AND lat IS NOT NULL AND lng IS NOT NULL"
    );
    bound(tx.query(sql), scope, search)
        .bind(limit)
        .bind(0)
        .fetch_all()
        .await
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
    let query = tx.query(concat!(
        "SELECT content FROM listings WHERE tenant_id = $1",
        narrowed!(),
        " AND arrived_at > $19 AND arrived_at <= $20
         ORDER BY arrived_at DESC, id DESC
         LIMIT $21"
    ));
    bound(query, scope, search)
        .bind(arrival.after)
        .bind(arrival.until)
        .bind(limit)
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
    let query = tx.query(concat!(
        "SELECT COUNT(*) AS value FROM listings WHERE tenant_id = $1",
        narrowed!()
    ));
    let Only(count) = bound(query, scope, search).fetch_one().await?;
    Ok(count)
}

/// Binds `$1` to `$18`.
fn bound<'tx>(query: Query<'tx>, scope: &TenantScope, search: &ListingSearch) -> Query<'tx> {
    let (bounds, text) = (search.bounds, search.text.as_deref());
    query
        .bind(scope.tenant_id())
        .bind(text.map(|text| format!("%{}%", like_literal(&text.to_lowercase()))))
        .bind(one_of(search.towns.iter().map(Slug::as_str)))
        .bind(one_of(search.neighborhoods.iter().map(Slug::as_str)))
        .bind(one_of(search.statuses.iter().map(|status| status.as_str())))
        .bind(one_of(search.types.iter().map(|kind| kind.as_str())))
        .bind(search.min_price.map(|price| i64::from(price.dollars())))
        .bind(search.max_price.map(|price| i64::from(price.dollars())))
        .bind(search.beds.map(|beds| i64::from(beds.get())))
        .bind(search.baths.map(|baths| baths.as_f64()))
        .bind(search.min_sqft.map(|sqft| i64::from(sqft.get())))
        .bind(search.max_sqft.map(|sqft| i64::from(sqft.get())))
        .bind(search.min_acres)
        .bind(search.max_acres)
        .bind(bounds.map(|bounds| bounds.south))
        .bind(bounds.map(|bounds| bounds.north))
        .bind(bounds.map(|bounds| bounds.west))
        .bind(bounds.map(|bounds| bounds.east))
}

/// `,a,b,`; nothing when any will do.
fn one_of<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let words: Vec<_> = words.collect();
    (!words.is_empty()).then(|| format!(",{},", words.join(",")))
}

/// Lists homes whose street has this in it; those that begin with it first.
pub async fn streets_like(tx: &mut Tx, scope: &TenantScope, text: &str, limit: i64) -> Result<Vec<Listing>> {
    let literal = like_literal(&text.to_lowercase());
    tx.query(
        "SELECT content
           FROM listings
          WHERE tenant_id = $1 AND search_street LIKE $2 ESCAPE '\\'
          ORDER BY CASE WHEN search_street LIKE $3 ESCAPE '\\' THEN 0 ELSE 1 END, search_street, id
          LIMIT $4",
    )
    .bind(scope.tenant_id())
    .bind(format!("%{literal}%"))
    .bind(format!("{literal}%"))
    .bind(limit)
    .fetch_all()
    .await
}

/// Lists the cities that have this in their name, and the postal codes that begin with it.
pub async fn zips_and_cities_like(
    tx: &mut Tx,
    scope: &TenantScope,
    text: &str,
    limit: i64,
) -> Result<Vec<String>> {
    let literal = like_literal(&text.to_lowercase());
    let rows: Vec<Only<String>> = tx
        .query(
            "SELECT city AS value FROM listings WHERE tenant_id = $1 AND LOWER(city) LIKE $2 ESCAPE '\\'
              UNION
             SELECT zip FROM listings WHERE tenant_id = $1 AND zip LIKE $3 ESCAPE '\\'
              ORDER BY 1
              LIMIT $4",
        )
        .bind(scope.tenant_id())
        .bind(format!("%{literal}%"))
        .bind(format!("{literal}%"))
        .bind(limit)
        .fetch_all()
        .await?;
    Ok(rows.into_iter().map(|Only(value)| value).collect())
}

#[cfg(test)]
mod tests {
    use types::{
        TestIds,
        listings::{ListingSearch, ListingSort, SortKey, SortOrder},
    };

    use super::bound;
    use crate::{
        Result,
        backend::{FromRow, Row, TxKind},
        testing::{TestDb, a_tenant},
    };

    /// One line of a plan.
    struct Line(String);

    impl FromRow for Line {
        fn from_row(row: &Row<'_>) -> Result<Self> {
            row.get("detail").map(Self)
        }
    }

    /// PostgreSQL decides by how many rows there are, and the same columns stand in its indexes.
    #[tokio::test]
    async fn a_page_is_found_in_the_index_of_its_order_alone() {
        let test = TestDb::new().await;
        let scope = a_tenant(&test.db, &TestIds::default(), "here").await;
        let mut tx = test.db.read(&scope).await.unwrap();
        if matches!(tx.kind, TxKind::Postgres(_)) {
            return;
        }
        for (key, index) in [
            (SortKey::ListedAt, "listings_newest_idx"),
            (SortKey::Price, "listings_price_idx"),
            (SortKey::Beds, "listings_beds_idx"),
            (SortKey::Sqft, "listings_sqft_idx"),
        ] {
            for order in [SortOrder::Asc, SortOrder::Desc] {
                let sort = ListingSort { key, order };
                let page = in_order!(paged, sort, "");
                let spots = in_order!(
                    sorted,
                    sort,
                    "SELECT id, lat, lng, price, status FROM listings WHERE tenant_id = $1"
                );
                for statement in [page, spots] {
                    let explained = format!("EXPLAIN QUERY PLAN {statement}").leak();
                    let plan: Vec<Line> = bound(tx.query(&*explained), &scope, &ListingSearch::default())
                        .bind(12)
                        .bind(12_000)
                        .fetch_all()
                        .await
                        .unwrap();
                    let plan: String = plan.into_iter().map(|Line(line)| line + "\n").collect();
                    let alone = format!("SEARCH listings USING COVERING INDEX {index} (tenant_id=?)\n");
                    assert!(plan.contains(&alone), "{key} {order}: {plan}");
                }
            }
        }
    }
}
