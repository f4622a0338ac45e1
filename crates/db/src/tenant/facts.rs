//! What is counted or measured about a tenant's places, one row for each module of each.

use jiff::civil::Date;
use types::{
    ModuleKey, Slug,
    facts::{Facts, Place, Source},
};

use crate::{
    Error, Result, TenantScope, Tx,
    backend::{FromRow, Row},
};

/// Finds what a module knows of a place.
pub async fn find(
    tx: &mut Tx,
    scope: &TenantScope,
    place: &Place,
    module: ModuleKey,
) -> Result<Option<Facts>> {
    tx.query(
        "SELECT module, content, source_name, source_url, as_of, fetched_at
           FROM place_facts
          WHERE tenant_id = $1 AND town = $2 AND neighborhood = $3 AND module = $4",
    )
    .bind(scope.tenant_id())
    .bind(&place.town)
    .bind(place.neighborhood.as_ref().map_or("", Slug::as_str))
    .bind(module)
    .fetch_optional()
    .await
}

macro_rules! insert {
    ($on_conflict:literal) => {
        concat!(
            "INSERT INTO place_facts (tenant_id, town, neighborhood, module, content, source_name, source_url, as_of,
                                      fetched_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                 ON CONFLICT (tenant_id, town, neighborhood, module) ",
            $on_conflict
        )
    };
}

/// Writes what a module knows of a place, whatever it knew before.
pub async fn upsert(tx: &mut Tx, scope: &TenantScope, place: &Place, facts: &Facts) -> Result<()> {
    const REPLACING: &str = insert!(
        "DO UPDATE SET content = excluded.content, source_name = excluded.source_name,
                       source_url = excluded.source_url, as_of = excluded.as_of, fetched_at = excluded.fetched_at"
    );
    write(tx, REPLACING, scope, (place, facts)).await?;
    Ok(())
}

/// Writes what a module knows of a place, unless it knew something. Says whether it was written.
pub async fn insert_missing(tx: &mut Tx, scope: &TenantScope, place: &Place, facts: &Facts) -> Result<bool> {
    let written = write(tx, insert!("DO NOTHING"), scope, (place, facts)).await?;
    Ok(written > 0)
}

async fn write(
    tx: &mut Tx,
    sql: &'static str,
    scope: &TenantScope,
    (place, facts): (&Place, &Facts),
) -> Result<u64> {
    tx.query(sql)
        .bind(scope.tenant_id())
        .bind(&place.town)
        .bind(place.neighborhood.as_ref().map_or("", Slug::as_str))
        .bind(facts.module)
        .bind(&facts.content)
        .bind(&facts.source.name)
        .bind(facts.source.url.clone())
        .bind(facts.source.as_of.to_string())
        .bind(facts.fetched_at)
        .execute()
        .await
}

impl FromRow for Facts {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            module: row.get("module")?,
            content: row.get("content")?,
            source: Source {
                name: row.get("source_name")?,
                url: row.get("source_url")?,
                as_of: day(row)?,
            },
            fetched_at: row.get("fetched_at")?,
        })
    }
}

/// Days lie as text on both: they are shown and compared, never counted with.
fn day(row: &Row<'_>) -> Result<Date> {
    let text: String = row.get("as_of")?;
    text.parse().map_err(|source: jiff::Error| Error::Corrupt {
        column: "as_of",
        source: source.into(),
    })
}
