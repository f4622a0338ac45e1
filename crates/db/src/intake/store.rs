//! Writes a batch of events in one transaction, with one statement for all of them.

use std::collections::{BTreeMap, HashMap};

use sqlx::{Postgres, Row as _, Sqlite, Transaction};
use types::{JobId, TenantId};
use uuid::Uuid;

use super::Request;
use crate::{
    Error, Result,
    backend::{
        Pool, TxKind,
        value::{Value, sqlite_time},
    },
};

/// Which job carries which event.
type Known = HashMap<(TenantId, String), JobId>;

/// The first of each key, sorted: two processes then lock in the same order and never wait for each other.
type Firsts<'a> = BTreeMap<(&'a TenantId, &'a str), &'a Request>;

/// Stores the events that are new and says which job carries each.
pub(super) async fn store(pool: &Pool, batch: &[Request]) -> Result<Known> {
    let mut firsts = Firsts::new();
    for request in batch {
        firsts
            .entry((&request.tenant_id, request.job.event_key.as_str()))
            .or_insert(request);
    }
    // A batch mixes tenants: each row carries the tenant of the scope it was handed in with.
    let mut tx = pool.write("*").await?;
    let mut known = match &mut tx {
        TxKind::Sqlite(tx) => insert_sqlite(tx, &firsts).await?,
        TxKind::Postgres(tx) => insert_postgres(tx, &firsts).await?,
    };
    if known.len() < firsts.len() {
        let missing: Vec<_> = firsts
            .keys()
            .filter(|(tenant_id, key)| !known.contains_key(&((*tenant_id).clone(), (*key).to_owned())))
            .copied()
            .collect();
        known.extend(match &mut tx {
            TxKind::Sqlite(tx) => find_sqlite(tx, &missing).await?,
            TxKind::Postgres(tx) => find_postgres(tx, &missing).await?,
        });
    }
    tx.commit().await?;
    Ok(known)
}

async fn insert_sqlite(tx: &mut Transaction<'static, Sqlite>, firsts: &Firsts<'_>) -> Result<Known> {
    let rows: Vec<_> = firsts
        .values()
        .map(|Request { tenant_id, job, .. }| {
            let now = sqlite_time(job.created_at);
            (
                tenant_id,
                job.id,
                job.event_key.as_str(),
                &job.event_type,
                &job.payload,
                &job.request_id,
                now,
            )
        })
        .collect();
    let rows = sqlx::query(
        "INSERT INTO ingestion_jobs
                (tenant_id, id, event_key, event_type, payload, request_id, next_attempt_at, created_at)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 6
           FROM json_each($1)
          WHERE TRUE
             ON CONFLICT (tenant_id, event_key) DO NOTHING
      RETURNING tenant_id, event_key, id",
    )
    .bind(json(&rows))
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| {
            known(
                row.try_get(0)?,
                row.try_get(1)?,
                JobId::from_sqlite(row.try_get(2)?),
            )
        })
        .collect()
}

async fn insert_postgres(tx: &mut Transaction<'static, Postgres>, firsts: &Firsts<'_>) -> Result<Known> {
    let column = |of: fn(&Request) -> &str| firsts.values().map(|request| of(request)).collect::<Vec<_>>();
    let ids: Vec<Uuid> = firsts.values().map(|request| request.job.id.uuid()).collect();
    let request_ids: Vec<Option<&str>> = firsts
        .values()
        .map(|request| request.job.request_id.as_deref())
        .collect();
    let times: Vec<_> = firsts
        .values()
        .map(|request| jiff_sqlx::Timestamp::from(request.job.created_at))
        .collect();
    let rows = sqlx::query(
        "INSERT INTO ingestion_jobs
                (tenant_id, id, event_key, event_type, payload, request_id, next_attempt_at, created_at)
         SELECT tenant_id, id, event_key, event_type, payload, request_id, created_at, created_at
           FROM UNNEST($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
             AS list (tenant_id, id, event_key, event_type, payload, request_id, created_at)
             ON CONFLICT (tenant_id, event_key) DO NOTHING
      RETURNING tenant_id, event_key, id",
    )
    .bind(column(|request| request.tenant_id.as_str()))
    .bind(ids)
    .bind(column(|request| request.job.event_key.as_str()))
    .bind(column(|request| &request.job.event_type))
    .bind(column(|request| &request.job.payload))
    .bind(request_ids)
    .bind(times)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| {
            known(
                row.try_get(0)?,
                row.try_get(1)?,
                JobId::from_postgres(row.try_get(2)?),
            )
        })
        .collect()
}

async fn find_sqlite(tx: &mut Transaction<'static, Sqlite>, keys: &[(&TenantId, &str)]) -> Result<Known> {
    let rows = sqlx::query(
        "SELECT job.tenant_id, job.event_key, job.id
           FROM json_each($1) AS list
           JOIN ingestion_jobs AS job
             ON job.tenant_id = list.value ->> 0 AND job.event_key = list.value ->> 1",
    )
    .bind(json(&keys))
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| {
            known(
                row.try_get(0)?,
                row.try_get(1)?,
                JobId::from_sqlite(row.try_get(2)?),
            )
        })
        .collect()
}

async fn find_postgres(tx: &mut Transaction<'static, Postgres>, keys: &[(&TenantId, &str)]) -> Result<Known> {
    let (tenants, keys): (Vec<&str>, Vec<&str>) =
        keys.iter().map(|(tenant, key)| (tenant.as_str(), *key)).unzip();
    let rows = sqlx::query(
        "SELECT job.tenant_id, job.event_key, job.id
           FROM UNNEST($1::text[], $2::text[]) AS list (tenant_id, event_key)
           JOIN ingestion_jobs AS job
             ON job.tenant_id = list.tenant_id AND job.event_key = list.event_key",
    )
    .bind(tenants)
    .bind(keys)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| {
            known(
                row.try_get(0)?,
                row.try_get(1)?,
                JobId::from_postgres(row.try_get(2)?),
            )
        })
        .collect()
}

fn known(
    tenant_id: String,
    event_key: String,
    id: Result<JobId, sqlx::error::BoxDynError>,
) -> Result<((TenantId, String), JobId)> {
    let corrupt = |column| move |source| Error::Corrupt { column, source };
    let tenant_id = tenant_id
        .parse()
        .map_err(|error: types::TenantIdError| corrupt("tenant_id")(error.into()))?;
    Ok(((tenant_id, event_key), id.map_err(corrupt("id"))?))
}

fn json(rows: &impl serde::Serialize) -> String {
    serde_json::to_string(rows).expect("rows of strings are always JSON")
}
