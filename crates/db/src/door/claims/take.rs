//! The statements that take jobs: one for all tenants on PostgreSQL, a small one for each on SQLite.

use jiff::Timestamp;
use types::{JobId, TenantId};
use uuid::Uuid;

use super::{
    Claimed,
    round::{Place, Turn},
};
use crate::{
    Error, Result, TenantScope, Tx,
    backend::{Bulk, FromRow, Query, Row, Sql, TxKind},
};

/// How much is taken, and how it is held.
pub(super) struct Order {
    pub(super) token: Uuid,
    pub(super) lease_until: Timestamp,
    /// At most so many of each tenant.
    pub(super) slice: i64,
    /// At most so many in all.
    pub(super) limit: i64,
    /// The time, by the database.
    pub(super) now: Timestamp,
}

/// A job that was taken, and when it was due: its place in the order of claims.
pub(super) struct Taken {
    pub(super) job: Claimed,
    pub(super) due_at: Timestamp,
}

/// A job that was taken and cannot be worked on.
pub(super) struct Unreadable {
    /// The row as its engine names it: by number on SQLite, by id on PostgreSQL.
    pub(super) row: String,
    pub(super) tenant_id: TenantId,
    /// What is wrong with it, for people.
    pub(super) why: String,
    /// The column that is wrong.
    column: &'static str,
}

impl Unreadable {
    /// Whether what is wrong is text that is none.
    pub(super) fn is_text(&self) -> bool {
        ["event_key", "event_type", "payload", "request_id"].contains(&self.column)
    }
}

/// What a claim finds.
pub(super) enum Found {
    Job(Taken),
    Unreadable(Unreadable),
}

/// The place before every job: the year 1, which both engines and this program know.
fn front() -> Place {
    const FIRST: Timestamp = Timestamp::constant(-62_135_596_800, 0);
    (FIRST, JobId::from(Uuid::nil()))
}

/// Takes what is due, in the order of the turns. A tenant that was paused or suspended in the meantime is passed over.
pub(super) async fn take(tx: &mut Tx, turns: &[Turn], order: &Order) -> Result<Vec<Found>> {
    if turns.is_empty() {
        return Ok(Vec::new());
    }
    if matches!(tx.kind, TxKind::Postgres(_)) {
        return take_at_once(tx, turns, order).await;
    }
    let mut taken: Vec<Found> = Vec::new();
    for turn in turns {
        let room = order.limit - taken.len() as i64;
        if room == 0 {
            break;
        }
        taken.extend(take_of(tx, turn, order.slice.min(room), order).await?);
    }
    Ok(taken)
}

/// PostgreSQL: one statement for all tenants.
pub(super) const TAKE: Sql = Sql {
    sqlite: "",
    // By ctid: the rows were just found and locked, looking them up by key would cost as much again. As an array:
    // joined, the planner may read the whole table to hash it.
    postgres: "WITH due AS MATERIALIZED (
                    SELECT slice.ctid
                      FROM UNNEST($1, $2, $3) WITH ORDINALITY AS turn (tenant_id, after_time, after_id, place)
                      JOIN tenants ON tenants.id = turn.tenant_id AND tenants.status = 'active'
                     CROSS JOIN LATERAL (
                           SELECT job.ctid
                             FROM ingestion_jobs AS job
                            WHERE job.tenant_id = turn.tenant_id AND job.status = 'pending'
                              AND (job.next_attempt_at, job.id) > (turn.after_time, turn.after_id)
                              AND job.next_attempt_at <= $4
                            ORDER BY job.next_attempt_at, job.id
                            LIMIT $5
                              FOR UPDATE SKIP LOCKED) AS slice
                     WHERE NOT EXISTS (SELECT 1 FROM ingestion_pauses WHERE scope IN ('*', turn.tenant_id))
                     ORDER BY turn.place
                     LIMIT $6)
               UPDATE ingestion_jobs AS job
                  SET status = 'processing', attempt_count = LEAST(GREATEST(attempt_count, 0), 999999) + 1,
                      lease_token = $7, lease_until = $8
                WHERE job.ctid = ANY (ARRAY(SELECT due.ctid FROM due))
            RETURNING job.tenant_id, job.id, job.event_key, job.event_type, job.payload, job.attempt_count,
                      job.created_at, job.request_id, job.lease_token, job.next_attempt_at, $4 AS claimed_at",
};

/// SQLite: one small statement for each tenant, in the one transaction that writes.
pub(super) const TAKE_OF: &str = "UPDATE ingestion_jobs
        SET status = 'processing', attempt_count = MIN(MAX(attempt_count, 0), 999999) + 1,
            lease_token = $2, lease_until = $3
      WHERE tenant_id = $1 AND id IN (
            SELECT job.id
              FROM ingestion_jobs AS job
             WHERE job.tenant_id = $1 AND job.status = 'pending'
               AND (job.next_attempt_at, job.id) > ($4, $5)
               AND job.next_attempt_at <= $6
               AND EXISTS (SELECT 1 FROM tenants WHERE id = $1 AND status = 'active')
               AND NOT EXISTS (SELECT 1 FROM ingestion_pauses WHERE scope IN ('*', $1))
             ORDER BY job.next_attempt_at, job.id
             LIMIT $7)
      RETURNING rowid AS row_number, tenant_id, id, event_key, event_type, payload, attempt_count, created_at, request_id, lease_token,
            next_attempt_at, $6 AS claimed_at";

/// Workers step over rows another is taking.
async fn take_at_once(tx: &mut Tx, turns: &[Turn], order: &Order) -> Result<Vec<Found>> {
    at_once(tx, TAKE, turns, order).fetch_all().await
}

pub(super) fn at_once<'tx>(tx: &'tx mut Tx, sql: Sql, turns: &[Turn], order: &Order) -> Bulk<'tx> {
    let place = |turn: &Turn| turn.1.unwrap_or_else(front);
    tx.bulk(sql)
        .column(turns.iter().map(|(tenant_id, _)| tenant_id.clone()))
        .column(turns.iter().map(|turn| place(turn).0))
        .column(turns.iter().map(|turn| place(turn).1))
        .bind(order.now)
        .bind(order.slice)
        .bind(order.limit)
        .bind(order.token)
        .bind(order.lease_until)
}

async fn take_of(tx: &mut Tx, turn: &Turn, slice: i64, order: &Order) -> Result<Vec<Found>> {
    of_one(tx, TAKE_OF, turn, slice, order).fetch_all().await
}

pub(super) fn of_one<'tx>(
    tx: &'tx mut Tx,
    sql: &'static str,
    (tenant_id, place): &Turn,
    slice: i64,
    order: &Order,
) -> Query<'tx> {
    let (after_time, after_id) = place.unwrap_or_else(front);
    tx.query(sql)
        .bind(tenant_id)
        .bind(order.token)
        .bind(order.lease_until)
        .bind(after_time)
        .bind(after_id)
        .bind(order.now)
        .bind(slice)
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let (column, source) = match Taken::from_row(row) {
            Ok(taken) => return Ok(Self::Job(taken)),
            Err(Error::Corrupt { column, source }) => (column, source),
            Err(error) => return Err(error),
        };
        Ok(Self::Unreadable(Unreadable {
            row: match row {
                Row::Sqlite(_) => row.get::<i64>("row_number")?.to_string(),
                Row::Postgres(_) => row.get::<JobId>("id")?.to_string(),
            },
            tenant_id: row.get("tenant_id")?,
            why: format!("the column {column} of this job holds what nobody here wrote: {source}"),
            column,
        }))
    }
}

impl FromRow for Taken {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            due_at: row.get("next_attempt_at")?,
            job: Claimed {
                scope: TenantScope::new(row.get("tenant_id")?),
                id: id(row)?,
                event_key: row.get("event_key")?,
                event_type: row.get("event_type")?,
                payload: row.get("payload")?,
                attempt: row.get("attempt_count")?,
                created_at: row.get("created_at")?,
                claimed_at: row.get("claimed_at")?,
                request_id: row.get("request_id")?,
                token: row.get("lease_token")?,
            },
        })
    }
}

/// The id, which must be as we write it: on SQLite, where it is text, no statement would find it otherwise.
fn id(row: &Row<'_>) -> Result<JobId> {
    let id: JobId = row.get("id")?;
    if let Row::Sqlite(_) = row {
        let stored: String = row.get("id")?;
        if stored != id.to_string() {
            return Err(Error::Corrupt {
                column: "id",
                source: format!("{stored} is not a UUID in lower case with hyphens").into(),
            });
        }
    }
    Ok(id)
}
