//! The cities and the postal codes of homes, as they are suggested to whoever types.

use std::{cmp::Reverse, collections::BTreeMap};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row, Sql},
};

/// A city and a postal code that homes have.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    city: String,
    zip: String,
    homes: i64,
}

/// Lists the cities that have this in their name, and the postal codes that begin with it, where there are homes to be
/// had. A city is listed once, in whichever letters it is written.
pub async fn zips_and_cities_like(
    tx: &mut Tx,
    scope: &TenantScope,
    text: &str,
    limit: usize,
) -> Result<Vec<String>> {
    let text = text.to_lowercase();
    let mut places = all(tx, scope).await?;
    places.retain(|place| has(&place.city, &text) || begins(&place.zip, &text));
    let places = to_be_had(tx, scope, &places).await?;
    let cities = places.iter().filter(|place| has(&place.city, &text));
    let zips = places.iter().filter(|place| begins(&place.zip, &text));
    let mut found = named(cities);
    found.extend(zips.map(|place| (place.zip.to_lowercase(), place.zip.clone())));
    Ok(found.into_values().take(limit).collect())
}

fn has(city: &str, text: &str) -> bool {
    city.to_lowercase().contains(text)
}

fn begins(zip: &str, text: &str) -> bool {
    zip.to_lowercase().starts_with(text)
}

/// Each city by its name in small letters, as most of its homes write it, but for those that shout.
fn named<'a>(places: impl Iterator<Item = &'a Place>) -> BTreeMap<String, String> {
    let mut homes: BTreeMap<&str, i64> = BTreeMap::new();
    for place in places {
        *homes.entry(&place.city).or_default() += place.homes;
    }
    let mut cities: Vec<_> = homes.into_iter().collect();
    let is_shouted = |city: &str| !city.contains(char::is_lowercase);
    cities.sort_by_key(|(city, homes)| (is_shouted(city), Reverse(*homes), *city));
    let mut named = BTreeMap::new();
    for (city, _) in cities {
        named
            .entry(city.to_lowercase())
            .or_insert_with(|| city.to_owned());
    }
    named
}

/// The places of all homes. An index holds all that is asked; what is asked of letters is asked in Rust, as engines differ
/// beyond ASCII.
async fn all(tx: &mut Tx, scope: &TenantScope) -> Result<Vec<Place>> {
    tx.query(
        "SELECT city, zip, COUNT(*) AS homes
           FROM listings
          WHERE tenant_id = $1
          GROUP BY city, zip",
    )
    .bind(scope.tenant_id())
    .fetch_all()
    .await
}

/// Those of these places that have a home to be had.
async fn to_be_had(tx: &mut Tx, scope: &TenantScope, places: &[Place]) -> Result<Vec<Place>> {
    const TO_BE_HAD: Sql = Sql {
        sqlite: "SELECT c0 AS city, c1 AS zip, c2 AS homes
                   FROM list
                  WHERE EXISTS (SELECT 1 FROM listings
                                 WHERE tenant_id = $1 AND city = c0 AND zip = c1 AND status IN ('active', 'pending'))",
        postgres: "SELECT city, zip, homes
                     FROM UNNEST($1, $2, $3) AS list (city, zip, homes)
                    WHERE EXISTS (SELECT 1 FROM listings AS home
                                   WHERE home.tenant_id = $4 AND home.city = list.city AND home.zip = list.zip
                                     AND home.status IN ('active', 'pending'))",
    };
    if places.is_empty() {
        return Ok(Vec::new());
    }
    tx.bulk(TO_BE_HAD)
        .column(places.iter().map(|place| place.city.clone()))
        .column(places.iter().map(|place| place.zip.clone()))
        .column(places.iter().map(|place| place.homes))
        .bind(scope.tenant_id())
        .fetch_all()
        .await
}

impl FromRow for Place {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            city: row.get("city")?,
            zip: row.get("zip")?,
            homes: row.get("homes")?,
        })
    }
}
