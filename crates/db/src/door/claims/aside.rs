//! Puts aside what nobody can work on: a job with a column that holds what nobody here wrote.
//!
//! The schema refuses such rows. Should one come past it, it becomes a dead letter that can be listed and requeued,
//! and its neighbours are worked on as if it were not there.

use jiff::Timestamp;
use types::{FailureKind, JobId, TenantId};

use super::take::Unreadable;
use crate::{
    Result, Tx,
    backend::{FromRow, Row, Sql, TxKind},
};

/// A job that was put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The job. On SQLite by a new id, when nobody could have asked for the one it had.
    pub id: JobId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// How often it was claimed.
    pub attempt: i64,
    /// The text of `last_error`.
    pub error: String,
}

/// Gives such jobs up, each with the reason.
pub(super) async fn set_aside(tx: &mut Tx, found: Vec<Unreadable>, now: Timestamp) -> Result<Vec<SetAside>> {
    let mut aside = Vec::with_capacity(found.len());
    for unreadable in found {
        aside.push(bury(tx, unreadable, now).await?);
    }
    Ok(aside)
}

async fn bury(tx: &mut Tx, unreadable: Unreadable, now: Timestamp) -> Result<SetAside> {
    let error = FailureKind::InvalidPayload.last_error(&unreadable.why);
    if matches!(tx.kind, TxKind::Sqlite(_)) {
        forget_attempts(tx, &unreadable).await?;
    }
    let Buried { id, attempt } = tx
        .query(BURY)
        .bind(&unreadable.row)
        .bind(&unreadable.tenant_id)
        .bind(&error)
        .bind(now)
        .bind(unreadable.is_text())
        .fetch_one()
        .await?;
    tx.query(
        "INSERT INTO ingestion_attempts (tenant_id, job_id, number, worker, started_at, finished_at, error)
         VALUES ($1, $2, $3, 'unknown', $4, $4, $5)",
    )
    .bind(&unreadable.tenant_id)
    .bind(id)
    .bind(attempt)
    .bind(now)
    .bind(&error)
    .execute()
    .await?;
    Ok(SetAside {
        id,
        tenant_id: unreadable.tenant_id,
        attempt,
        error,
    })
}

/// Attempts under an id that nobody can ask for tell of looking it up in vain, and would hold on to it.
async fn forget_attempts(tx: &mut Tx, unreadable: &Unreadable) -> Result<()> {
    tx.query(
        "DELETE FROM ingestion_attempts
          WHERE tenant_id = $2
            AND job_id IN (SELECT id
                             FROM ingestion_jobs
                            WHERE rowid = CAST($1 AS INTEGER) AND tenant_id = $2
                              AND (id NOT GLOB '????????-????-????-????-????????????' OR id GLOB '*[^0-9a-f-]*'
                                OR length(replace(id, '-', '')) <> 32))",
    )
    .bind(&unreadable.row)
    .bind(&unreadable.tenant_id)
    .execute()
    .await?;
    Ok(())
}

/// Whatever may be wrong with the row is right afterwards, so that it can be listed with the others. What is text and
/// cannot be read stays as its bytes in hexadecimal; on PostgreSQL all text can be read, and all ids are ids.
const BURY: Sql = Sql {
    sqlite: "UPDATE ingestion_jobs
                SET status = 'dead_letter', last_error = $3, dead_lettered_at = $4, next_attempt_at = $4,
                    created_at = COALESCE(strftime('%Y-%m-%dT%H:%M:%f000Z', created_at), $4),
                    lease_token = NULL, lease_until = NULL,
                    id = CASE WHEN id NOT GLOB '????????-????-????-????-????????????'
                                OR id GLOB '*[^0-9a-f-]*' OR length(replace(id, '-', '')) <> 32
                              THEN lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' ||
                                         substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) ||
                                         '-' || hex(randomblob(6)))
                              ELSE id END,
                    event_key = CASE WHEN $5 THEN hex(event_key) ELSE event_key END,
                    event_type = CASE WHEN $5 THEN hex(event_type) ELSE event_type END,
                    payload = CASE WHEN $5 THEN hex(payload) ELSE payload END,
                    request_id = CASE WHEN $5 THEN NULL ELSE request_id END
              WHERE rowid = CAST($1 AS INTEGER) AND tenant_id = $2
          RETURNING id, attempt_count",
    postgres: "UPDATE ingestion_jobs
                  SET status = 'dead_letter', last_error = $3, dead_lettered_at = $4, next_attempt_at = $4,
                      created_at = CASE WHEN created_at >= to_timestamp(0 - 86400.0 * 719162)
                                         AND created_at < to_timestamp(86400.0 * 2932895)
                                        THEN created_at ELSE $4 END,
                      lease_token = NULL, lease_until = NULL
                WHERE id = CAST($1 AS uuid) AND tenant_id = $2 AND NOT $5
            RETURNING id, attempt_count",
};

/// The job as a dead letter.
struct Buried {
    id: JobId,
    attempt: i64,
}

impl FromRow for Buried {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            attempt: row.get("attempt_count")?,
        })
    }
}
