//! Reading what searches ask of all homes, to be counted in memory.

use types::{
    content::Coordinates,
    listings::{HomeFacts, ListingId, ListingIdError},
};

use crate::{
    Error, Result, TenantScope, Tx,
    backend::{FromRow, Row},
};

/// A home to be counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// Which: the next ones come after it.
    pub id: ListingId,
    /// What searches ask of it.
    pub facts: HomeFacts,
}

/// Lists so many homes that come after one, by their ids. Whoever reads them all asks each time for the edition, too.
pub async fn counted(
    tx: &mut Tx,
    scope: &TenantScope,
    after: Option<&ListingId>,
    limit: i64,
) -> Result<Vec<Counted>> {
    tx.query(
        "SELECT id, status, property_type, town, neighborhood, search_street, search_area, price, beds, baths, sqft,
                acres, lat, lng
           FROM listings
          WHERE tenant_id = $1 AND id > $2
          ORDER BY id
          LIMIT $3",
    )
    .bind(scope.tenant_id())
    .bind(after.map_or("", ListingId::as_str))
    .bind(limit)
    .fetch_all()
    .await
}

impl FromRow for Counted {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let id: String = row.get("id")?;
        let (street, area): (String, String) = (row.get("search_street")?, row.get("search_area")?);
        let place: (Option<f64>, Option<f64>) = (row.get("lat")?, row.get("lng")?);
        Ok(Self {
            id: id.parse().map_err(|source: ListingIdError| Error::Corrupt {
                column: "id",
                source: source.into(),
            })?,
            facts: HomeFacts {
                status: row.get("status")?,
                kind: row.get("property_type")?,
                town: row.get("town")?,
                neighborhood: row.get("neighborhood")?,
                address: format!("{street} {area}"),
                price: number(row, "price")?,
                beds: number(row, "beds")?,
                baths: row.get("baths")?,
                sqft: number(row, "sqft")?,
                acres: row.get("acres")?,
                at: place.0.zip(place.1).map(|(lat, lng)| Coordinates { lat, lng }),
            },
        })
    }
}

fn number(row: &Row<'_>, column: &'static str) -> Result<u32> {
    let number: i64 = row.get(column)?;
    u32::try_from(number).map_err(|source| Error::Corrupt {
        column,
        source: source.into(),
    })
}
