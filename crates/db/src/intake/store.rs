//! Writes a batch of events with one statement, which commits by itself.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use sqlx::{Connection as _, SqliteConnection};
use types::{JobId, TenantId};

use super::{Enqueued, Lane, Request};
use crate::{
    Error, Result,
    backend::{Bulk, Connection, FromRow, Only, Query, Row, Sql},
};

/// Events of one statement on SQLite. A larger batch takes several, in one transaction.
const MOST: usize = 64;

/// Statements have a multiple of so many rows, so that a handful of prepared ones serves every batch.
const STEP: usize = 8;

/// Stores the events that are new, due at once: by the database's clock, so that a sender whose own is fast does not make
/// its events wait until the others' clocks are there. Says for each which job carries it.
pub(super) async fn store(lane: &Lane, batch: &[Request]) -> Result<Vec<Result<Enqueued>>> {
    // Sorted: two batches that carry the same events then lock in the same order and never wait for each other.
    let mut sorted: Vec<&Request> = batch.iter().collect();
    sorted.sort_unstable_by_key(|request| (&request.tenant_id, request.job.event_key));
    let (new, known) = match lane {
        Lane::Sqlite(pool, turnstile) => {
            let turn = turnstile.enter().await;
            let mut connection = pool.acquire().await?;
            // The last to write may have been somebody who need not wait for the disk.
            sqlx::raw_sql("PRAGMA synchronous = FULL")
                .execute(&mut *connection)
                .await?;
            let new = insert_sqlite(&mut connection, &sorted).await?;
            drop(turn);
            let known = find(Connection::Sqlite(&mut connection), &missing(&sorted, &new)).await?;
            (new, known)
        }
        Lane::Postgres(pool) => {
            let mut connection = pool.acquire().await?;
            let new = insert_postgres(Connection::Postgres(&mut connection), &sorted).await?;
            let known = find(Connection::Postgres(&mut connection), &missing(&sorted, &new)).await?;
            (new, known)
        }
    };
    let answer = |request: &Request| -> Result<Enqueued> {
        if new.contains(&request.job.id) {
            return Ok(Enqueued::New(request.job.id));
        }
        let key = (request.tenant_id.clone(), request.job.event_key.to_string());
        // Absent only when it was pruned between two statements of ours; the caller may try again.
        let first = known
            .get(&key)
            .ok_or(Error::Unavailable(sqlx::Error::RowNotFound))?;
        Ok(Enqueued::Duplicate(*first))
    };
    Ok(batch.iter().map(answer).collect())
}

/// Those whose event was there already.
fn missing<'a>(sorted: &[&'a Request], new: &HashSet<JobId>) -> Vec<&'a Request> {
    sorted
        .iter()
        .copied()
        .filter(|request| !new.contains(&request.job.id))
        .collect()
}

async fn insert_sqlite(connection: &mut SqliteConnection, sorted: &[&Request]) -> Result<HashSet<JobId>> {
    if sorted.len() <= MOST {
        return insert_rows(connection, sorted).await;
    }
    let (mut tx, mut new) = (connection.begin_with("BEGIN IMMEDIATE").await?, HashSet::new());
    for rows in sorted.chunks(MOST) {
        new.extend(insert_rows(&mut tx, rows).await?);
    }
    tx.commit().await?;
    Ok(new)
}

/// One statement for a few rows: by itself it is a transaction. Values are bound one by one, because taking them out
/// of a JSON text costs more than all the rest. Free places repeat the last event, which is there by then.
async fn insert_rows(connection: &mut SqliteConnection, rows: &[&Request]) -> Result<HashSet<JobId>> {
    static STATEMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
        (0..=MOST / STEP)
            .map(|steps| statement((steps * STEP).max(1)))
            .collect()
    });
    let steps = if rows.len() == 1 {
        0
    } else {
        rows.len().div_ceil(STEP)
    };
    let free = rows.last().into_iter().cycle();
    let mut insert = Query::new(Connection::Sqlite(connection), STATEMENTS[steps].as_str().into());
    for Request { tenant_id, job, .. } in rows.iter().chain(free).take((steps * STEP).max(1)) {
        insert = insert
            .bind(tenant_id)
            .bind(job.id)
            .bind(job.event_key.as_str())
            .bind(job.event_type.as_str())
            .bind(job.payload.as_str())
            .bind(job.request_id.clone())
            .bind(job.created_at)
            .bind(job.created_at);
    }
    Ok(ids(insert.fetch_all().await?))
}

fn statement(places: usize) -> String {
    const ROW: &str = "(?, ?, ?, ?, ?, ?, MIN(?, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')), ?)";
    let rows = vec![ROW; places].join(", ");
    format!(
        "INSERT INTO ingestion_jobs
                (tenant_id, id, event_key, event_type, payload, request_id, next_attempt_at, created_at)
         VALUES {rows}
             ON CONFLICT (tenant_id, event_key) DO NOTHING
      RETURNING id AS value"
    )
}

async fn insert_postgres(connection: Connection<'_>, sorted: &[&Request]) -> Result<HashSet<JobId>> {
    const INSERT: &str = "
        INSERT INTO ingestion_jobs
               (tenant_id, id, event_key, event_type, payload, request_id, next_attempt_at, created_at)
        SELECT tenant_id, id, event_key, event_type, payload, request_id, LEAST(created_at, clock_timestamp()),
               created_at
          FROM UNNEST($1, $2, $3, $4, $5, $6, $7)
            AS list (tenant_id, id, event_key, event_type, payload, request_id, created_at)
            ON CONFLICT (tenant_id, event_key) DO NOTHING
     RETURNING id AS value";
    let jobs = || sorted.iter().map(|request| &request.job);
    let inserted = Bulk::new(connection, INSERT.into())
        .column(sorted.iter().map(|request| request.tenant_id.clone()))
        .column(jobs().map(|job| job.id))
        .column(jobs().map(|job| job.event_key.to_string()))
        .column(jobs().map(|job| job.event_type.clone()))
        .column(jobs().map(|job| job.payload.clone()))
        .column(jobs().map(|job| job.request_id.clone()))
        .column(jobs().map(|job| job.created_at))
        .fetch_all()
        .await?;
    Ok(ids(inserted))
}

fn ids(rows: Vec<Only<JobId>>) -> HashSet<JobId> {
    rows.into_iter().map(|Only(id)| id).collect()
}

/// Which jobs carry the events that were there already.
async fn find(connection: Connection<'_>, events: &[&Request]) -> Result<HashMap<(TenantId, String), JobId>> {
    const FIND: Sql = Sql {
        sqlite: "SELECT job.tenant_id, job.event_key, job.id
                   FROM list
                   JOIN ingestion_jobs AS job
                     ON job.tenant_id = list.c0 AND job.event_key = list.c1",
        postgres: "SELECT job.tenant_id, job.event_key, job.id
                     FROM UNNEST($1, $2) AS list (tenant_id, event_key)
                     JOIN ingestion_jobs AS job
                       ON job.tenant_id = list.tenant_id AND job.event_key = list.event_key",
    };
    if events.is_empty() {
        return Ok(HashMap::new());
    }
    let known: Vec<Known> = Bulk::new(connection, FIND)
        .column(events.iter().map(|request| request.tenant_id.clone()))
        .column(events.iter().map(|request| request.job.event_key.to_string()))
        .fetch_all()
        .await?;
    Ok(known.into_iter().map(|Known { event, id }| (event, id)).collect())
}

/// An event, by its tenant and key, and the job that carries it.
struct Known {
    event: (TenantId, String),
    id: JobId,
}

impl FromRow for Known {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            event: (row.get("tenant_id")?, row.get("event_key")?),
            id: row.get("id")?,
        })
    }
}
