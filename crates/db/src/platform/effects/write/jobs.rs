//! The jobs themselves: who is still held, and whose event had its effect before.

use std::collections::HashSet;

use jiff::Timestamp;
use types::JobId;

use super::super::Work;
use crate::{
    Result, Tx,
    backend::{Only, Sql},
};

/// Marks the jobs whose lease is still held as processed, and says which.
pub(in super::super) async fn finish(
    tx: &mut Tx,
    batch: &[Work<'_>],
    now: Timestamp,
) -> Result<HashSet<JobId>> {
    const FINISH: Sql = Sql {
        sqlite: "UPDATE ingestion_jobs AS job
                    SET status = 'processed', processed_at = $1, last_error = NULL,
                        lease_token = NULL, lease_until = NULL
                   FROM list
                  WHERE job.tenant_id = list.c0 AND job.id = list.c1
                    AND job.lease_token = list.c2
              RETURNING id AS value",
        postgres: "UPDATE ingestion_jobs AS job
                      SET status = 'processed', processed_at = $4, last_error = NULL,
                          lease_token = NULL, lease_until = NULL
                     FROM UNNEST($1, $2, $3) AS list (tenant_id, id, lease_token)
                    WHERE job.tenant_id = list.tenant_id AND job.id = list.id
                      AND job.lease_token = list.lease_token
                RETURNING job.id AS value",
    };
    let held: Vec<Only<JobId>> = tx
        .bulk(FINISH)
        .column(batch.iter().map(|work| work.job.scope.tenant_id().clone()))
        .column(batch.iter().map(|work| work.job.id))
        .column(batch.iter().map(|work| work.job.token))
        .bind(now)
        .fetch_all()
        .await?;
    Ok(held.into_iter().map(|Only(id)| id).collect())
}

/// Which of these jobs' events had their effect before.
pub(in super::super) async fn ingested_before(tx: &mut Tx, batch: &[Work<'_>]) -> Result<HashSet<JobId>> {
    const INGESTED: Sql = Sql {
        sqlite: "SELECT list.c2 AS value
                   FROM list
                   JOIN ingested_events AS event
                     ON event.tenant_id = list.c0 AND event.event_key = list.c1",
        postgres: "SELECT list.id AS value
                     FROM UNNEST($1, $2, $3) AS list (tenant_id, event_key, id)
                     JOIN ingested_events AS event
                       ON event.tenant_id = list.tenant_id AND event.event_key = list.event_key",
    };
    if batch.is_empty() {
        return Ok(HashSet::new());
    }
    let known: Vec<Only<JobId>> = tx
        .bulk(INGESTED)
        .column(batch.iter().map(|work| work.job.scope.tenant_id().clone()))
        .column(batch.iter().map(|work| work.job.event_key.clone()))
        .column(batch.iter().map(|work| work.job.id))
        .fetch_all()
        .await?;
    Ok(known.into_iter().map(|Only(id)| id).collect())
}
