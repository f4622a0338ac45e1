//! A tenant's homes for sale. Searching for them is in `search`.

mod census;
#[cfg(test)]
mod census_tests;
mod narrow;
mod places;
mod published;
mod search;
#[cfg(test)]
mod tests;
mod words;

use jiff::Timestamp;
use serde_json::Value;
use types::{
    Slug,
    listings::{Listing, ListingId},
};

use crate::{
    Error, Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql},
};

pub use census::{Counted, counted};
pub use places::zips_and_cities_like;
pub use published::{PublishedHome, PublishedHomes, count_published, published};
pub use search::{Arrival, Spot, arrived, count, edition, search, spots, streets_like};

/// Finds a listing.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: &ListingId) -> Result<Option<Listing>> {
    tx.query("SELECT content FROM listings WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(id.as_str())
        .fetch_optional()
        .await
}

/// Finds several listings, in no order. Those that are not there are left out.
pub async fn several(tx: &mut Tx, scope: &TenantScope, ids: &[ListingId]) -> Result<Vec<Listing>> {
    tx.bulk(Sql {
        sqlite: "SELECT content FROM listings WHERE tenant_id = $1 AND id IN (SELECT c0 FROM list)",
        postgres: "SELECT content FROM listings WHERE tenant_id = $2 AND id = ANY ($1)",
    })
    .column(ids.iter().map(ToString::to_string))
    .bind(scope.tenant_id())
    .fetch_all()
    .await
}

/// Whether there are any.
pub async fn any(tx: &mut Tx, scope: &TenantScope) -> Result<bool> {
    let Only(any) = tx
        .query("SELECT EXISTS (SELECT 1 FROM listings WHERE tenant_id = $1) AS value")
        .bind(scope.tenant_id())
        .fetch_one()
        .await?;
    Ok(any)
}

/// Whether there was one of this id that was taken off the site.
pub async fn is_gone(tx: &mut Tx, scope: &TenantScope, id: &ListingId) -> Result<bool> {
    let Only(gone) = tx
        .query(
            "SELECT EXISTS (SELECT 1 FROM gone_listings WHERE tenant_id = $1 AND id = $2)
                    AND NOT EXISTS (SELECT 1 FROM listings WHERE tenant_id = $1 AND id = $2) AS value",
        )
        .bind(scope.tenant_id())
        .bind(id.as_str())
        .fetch_one()
        .await?;
    Ok(gone)
}

/// Takes listings off the site, and remembers that they were there; says how many there were.
pub async fn delete(tx: &mut Tx, scope: &TenantScope, ids: &[ListingId], now: Timestamp) -> Result<u64> {
    const REMEMBER: Sql = Sql {
        sqlite: "INSERT INTO gone_listings (tenant_id, id, gone_at)
                 SELECT tenant_id, id, $2 FROM listings WHERE tenant_id = $1 AND id IN (SELECT c0 FROM list)
                     ON CONFLICT (tenant_id, id) DO UPDATE SET gone_at = excluded.gone_at",
        postgres: "INSERT INTO gone_listings (tenant_id, id, gone_at)
                   SELECT tenant_id, id, $3 FROM listings WHERE tenant_id = $2 AND id = ANY($1)
                       ON CONFLICT (tenant_id, id) DO UPDATE SET gone_at = excluded.gone_at",
    };
    const DELETE: Sql = Sql {
        sqlite: "DELETE FROM listings WHERE tenant_id = $1 AND id IN (SELECT c0 FROM list)",
        postgres: "DELETE FROM listings WHERE tenant_id = $2 AND id = ANY($1)",
    };
    if ids.is_empty() {
        return Ok(0);
    }
    begin_edition(tx, scope).await?;
    tx.bulk(REMEMBER)
        .column(ids.iter().map(ToString::to_string))
        .bind(scope.tenant_id())
        .bind(now)
        .execute()
        .await?;
    tx.bulk(DELETE)
        .column(ids.iter().map(ToString::to_string))
        .bind(scope.tenant_id())
        .execute()
        .await
}

/// Notes that the listings are other ones from now on. Two who write at once do so one after the other.
async fn begin_edition(tx: &mut Tx, scope: &TenantScope) -> Result<()> {
    tx.query(
        "INSERT INTO listing_editions (tenant_id, edition)
         VALUES ($1, 1)
             ON CONFLICT (tenant_id) DO UPDATE SET edition = listing_editions.edition + 1",
    )
    .bind(scope.tenant_id())
    .execute()
    .await?;
    Ok(())
}

/// Writes listings, each whatever it said before. Those that are new arrive now.
pub async fn upsert(tx: &mut Tx, scope: &TenantScope, listings: &[Listing], now: Timestamp) -> Result<()> {
    begin_edition(tx, scope).await?;
    words::forget_changed(tx, scope, listings).await?;
    write(tx, scope, listings, now).await
}

/// Writes those listings of which there is none of that id. Says how many those were.
pub async fn insert_missing(
    tx: &mut Tx,
    scope: &TenantScope,
    listings: &[Listing],
    now: Timestamp,
) -> Result<u64> {
    begin_edition(tx, scope).await?;
    // Who writes listings waits for the edition, so that none comes between.
    let ids: Vec<_> = listings.iter().map(|listing| listing.id.clone()).collect();
    let there = several(tx, scope, &ids).await?;
    let is_missing = |listing: &&Listing| there.iter().all(|known| known.id != listing.id);
    let missing: Vec<_> = listings.iter().filter(is_missing).cloned().collect();
    write(tx, scope, &missing, now).await?;
    Ok(u64::try_from(missing.len()).unwrap_or(u64::MAX))
}

async fn write(tx: &mut Tx, scope: &TenantScope, listings: &[Listing], now: Timestamp) -> Result<()> {
    if listings.is_empty() {
        return Ok(());
    }
    let of = |read: fn(&Listing) -> String| listings.iter().map(read);
    tx.bulk(UPSERT)
        .column(of(|listing| listing.id.to_string()))
        .column(of(|listing| listing.status.as_str().to_owned()))
        .column(of(|listing| listing.property_type.as_str().to_owned()))
        .column(of(|listing| named(listing.town())))
        .column(of(|listing| named(listing.neighborhood())))
        .column(of(|listing| listing.address.city.clone()))
        .column(of(|listing| listing.address.zip.clone()))
        .column(of(street))
        .column(of(area))
        .column(listings.iter().map(|listing| i64::from(listing.price.dollars())))
        .column(listings.iter().map(beds))
        .column(
            listings
                .iter()
                .map(|listing| listing.baths.map_or(0.0, |baths| baths.as_f64())),
        )
        .column(listings.iter().map(sqft))
        .column(listings.iter().map(|listing| listing.lot_acres.unwrap_or(0.0)))
        .column(listings.iter().map(|listing| listing.lat))
        .column(listings.iter().map(|listing| listing.lng))
        .column(of(content))
        .column(listings.iter().map(|listing| listing.listed_at))
        .column(listings.iter().map(|listing| listing.updated_at))
        .bind(scope.tenant_id())
        .bind(now)
        .execute()
        .await?;
    words::remember(tx, scope, listings).await
}

/// The columns of `listings` that say what the listing says, in the order they are given.
macro_rules! columns {
    () => {
        "id, status, property_type, town, neighborhood, city, zip, search_street, search_area, price, beds, baths,
         sqft, acres, lat, lng, content, listed_at, updated_at"
    };
}

macro_rules! or_update {
    () => {
        " ON CONFLICT (tenant_id, id) DO UPDATE
             SET status = excluded.status, property_type = excluded.property_type, town = excluded.town,
                 neighborhood = excluded.neighborhood, city = excluded.city, zip = excluded.zip,
                 search_street = excluded.search_street, search_area = excluded.search_area,
                 price = excluded.price, beds = excluded.beds, baths = excluded.baths, sqft = excluded.sqft,
                 acres = excluded.acres, lat = excluded.lat, lng = excluded.lng, content = excluded.content,
                 listed_at = excluded.listed_at, updated_at = excluded.updated_at"
    };
}

const UPSERT: Sql = Sql {
    sqlite: concat!(
        "INSERT INTO listings (tenant_id, ",
        columns!(),
        ", arrived_at)
         SELECT $1, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, $2
           FROM list WHERE true",
        or_update!()
    ),
    postgres: concat!(
        "INSERT INTO listings (tenant_id, ",
        columns!(),
        ", arrived_at) SELECT $20, ",
        columns!(),
        ", $21 FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            AS list (",
        columns!(),
        ")",
        or_update!()
    ),
};

fn named(slug: Option<Slug>) -> String {
    slug.map_or_else(String::new, |slug| slug.as_str().to_owned())
}

/// Nothing when the seller does not want it shown: what is found by its street is shown by it.
fn street(listing: &Listing) -> String {
    listing
        .address
        .street
        .as_deref()
        .unwrap_or_default()
        .to_lowercase()
}

fn area(listing: &Listing) -> String {
    let address = &listing.address;
    format!("{} {} {}", address.city, address.state, address.zip).to_lowercase()
}

fn beds(listing: &Listing) -> i64 {
    listing.beds.map_or(0, |beds| beds.get().into())
}

fn sqft(listing: &Listing) -> i64 {
    listing.sqft.map_or(0, |sqft| sqft.get().into())
}

fn content(listing: &Listing) -> String {
    serde_json::to_string(listing).expect("a listing is text, numbers and lists of them")
}

impl FromRow for Listing {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let content: Value = row.get("content")?;
        serde_json::from_value(content).map_err(|source| Error::Corrupt {
            column: "content",
            source: source.into(),
        })
    }
}
