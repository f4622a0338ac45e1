//! What is on its way to a tenant's webhook endpoints, and for a month what became of it.

use jiff::{SignedDuration, Timestamp};
use types::{Attempt, Delivery, DeliveryId, DeliveryStatus, EndpointId, Page, PageRequest};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql},
    tenant::before,
};

macro_rules! select_deliveries {
    ($rest:literal) => {
        concat!(
            "SELECT id, endpoint_id, seq, event, payload, contact_id, lead_id, created_at, status, attempts,
                    next_attempt_at, last_attempt_at, last_status, last_took_ms, last_error, last_body
               FROM webhook_deliveries
              WHERE tenant_id = $1 ",
            $rest
        )
    };
}

/// Lists what was or is to be delivered to an endpoint, the newest first.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    endpoint: EndpointId,
    after: Option<(Timestamp, DeliveryId)>,
    page: PageRequest,
) -> Result<Page<Delivery>> {
    let (at, id) = before(after);
    let rows = tx
        .query(select_deliveries!(
            "AND endpoint_id = $2 AND (created_at, id) < ($3, $4)
             ORDER BY created_at DESC, id DESC
             LIMIT $5 OFFSET $6"
        ))
        .bind(scope.tenant_id())
        .bind(endpoint)
        .bind(at)
        .bind(id)
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Counts what a list of an endpoint's deliveries shows on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope, endpoint: EndpointId) -> Result<i64> {
    let Only(count) = tx
        .query("SELECT COUNT(*) AS value FROM webhook_deliveries WHERE tenant_id = $1 AND endpoint_id = $2")
        .bind(scope.tenant_id())
        .bind(endpoint)
        .fetch_one()
        .await?;
    Ok(count)
}

/// Finds a delivery.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: DeliveryId) -> Result<Option<Delivery>> {
    tx.query(select_deliveries!("AND id = $2"))
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_optional()
        .await
}

/// The delivery to an endpoint that is due longest; in the order of the feed, of those that became due together.
pub async fn next(tx: &mut Tx, scope: &TenantScope, endpoint: EndpointId) -> Result<Option<Delivery>> {
    let now = tx.time().await?;
    tx.query(select_deliveries!(
        "AND endpoint_id = $2 AND next_attempt_at <= $3
         ORDER BY next_attempt_at, COALESCE(seq, 0), id
         LIMIT 1"
    ))
    .bind(scope.tenant_id())
    .bind(endpoint)
    .bind(now)
    .fetch_optional()
    .await
}

/// Writes down what is to be delivered. What is there already, of the same change to the same endpoint, stays.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, deliveries: &[Delivery]) -> Result<()> {
    const INSERT: Sql = Sql {
        sqlite: "INSERT INTO webhook_deliveries
                        (tenant_id, id, endpoint_id, seq, event, payload, contact_id, lead_id, created_at, status,
                         attempts, next_attempt_at)
                 SELECT $1, c0, c1, c2, c3, c4, c5, c6, c7, 'waiting', 0, c7
                   FROM list
                  WHERE TRUE
                     ON CONFLICT DO NOTHING",
        postgres: "INSERT INTO webhook_deliveries
                          (tenant_id, id, endpoint_id, seq, event, payload, contact_id, lead_id, created_at, status,
                           attempts, next_attempt_at)
                   SELECT $9, id, endpoint_id, seq, event, payload, contact_id, lead_id, at, 'waiting', 0, at
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8)
                       AS list (id, endpoint_id, seq, event, payload, contact_id, lead_id, at)
                       ON CONFLICT DO NOTHING",
    };
    if deliveries.is_empty() {
        return Ok(());
    }
    tx.bulk(INSERT)
        .column(deliveries.iter().map(|delivery| delivery.id))
        .column(deliveries.iter().map(|delivery| delivery.endpoint_id))
        .column(deliveries.iter().map(|delivery| delivery.seq))
        .column(deliveries.iter().map(|delivery| delivery.event))
        .column(deliveries.iter().map(|delivery| delivery.payload.to_string()))
        .column(deliveries.iter().map(|delivery| delivery.contact_id))
        .column(deliveries.iter().map(|delivery| delivery.lead_id))
        .column(deliveries.iter().map(|delivery| delivery.created_at))
        .bind(scope.tenant_id())
        .execute()
        .await?;
    Ok(())
}

/// Counts an attempt before it is made, and keeps it from everybody else meanwhile. False when somebody makes it already.
pub async fn begin(
    tx: &mut Tx,
    scope: &TenantScope,
    delivery: &Delivery,
    lease: SignedDuration,
) -> Result<bool> {
    let now = tx.time().await?;
    let touched = tx
        .query(
            "UPDATE webhook_deliveries
                SET attempts = attempts + 1, next_attempt_at = $4, last_attempt_at = $5, last_status = NULL,
                    last_took_ms = NULL, last_error = NULL, last_body = NULL
              WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND next_attempt_at IS NOT NULL",
        )
        .bind(scope.tenant_id())
        .bind(delivery.id)
        .bind(delivery.attempts)
        .bind(now + lease)
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Notes what came of the attempt that `delivery.attempts` counts. Nothing, when another was begun since.
pub async fn note(tx: &mut Tx, scope: &TenantScope, delivery: &Delivery) -> Result<()> {
    let attempt = delivery
        .last_attempt
        .as_ref()
        .and_then(|(_, attempt)| attempt.as_ref());
    let took = attempt.map(|attempt| i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX));
    tx.query(
        "UPDATE webhook_deliveries
            SET status = $4, next_attempt_at = $5, last_status = $6, last_took_ms = $7, last_error = $8, last_body = $9
          WHERE tenant_id = $1 AND id = $2 AND attempts = $3",
    )
    .bind(scope.tenant_id())
    .bind(delivery.id)
    .bind(delivery.attempts)
    .bind(delivery.status)
    .bind(delivery.next_attempt_at)
    .bind(attempt.and_then(|attempt| attempt.status).map(i64::from))
    .bind(took)
    .bind(attempt.and_then(|attempt| attempt.error.clone()))
    .bind(attempt.map(|attempt| attempt.body.clone()))
    .execute()
    .await?;
    Ok(())
}

/// Has a delivery tried now, whatever became of it before. False when it is gone.
pub async fn send_again(tx: &mut Tx, scope: &TenantScope, id: DeliveryId, now: Timestamp) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE webhook_deliveries
                SET status = 'waiting', next_attempt_at = $3
              WHERE tenant_id = $1 AND id = $2",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Forgets what was settled with an endpoint before `until`.
pub async fn forget(tx: &mut Tx, scope: &TenantScope, endpoint: EndpointId, until: Timestamp) -> Result<()> {
    tx.query(
        "DELETE FROM webhook_deliveries
          WHERE tenant_id = $1 AND endpoint_id = $2 AND created_at < $3 AND next_attempt_at IS NULL",
    )
    .bind(scope.tenant_id())
    .bind(endpoint)
    .bind(until)
    .execute()
    .await?;
    Ok(())
}

impl FromRow for Delivery {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let took: Option<i64> = row.get("last_took_ms")?;
        let attempt = match took {
            Some(took) => Some(Attempt {
                status: row
                    .get::<Option<i64>>("last_status")?
                    .and_then(|status| u16::try_from(status).ok()),
                took: SignedDuration::from_millis(took),
                error: row.get("last_error")?,
                body: row.get::<Option<String>>("last_body")?.unwrap_or_default(),
                wait: None,
            }),
            None => None,
        };
        let tried_at: Option<Timestamp> = row.get("last_attempt_at")?;
        Ok(Self {
            id: row.get("id")?,
            endpoint_id: row.get("endpoint_id")?,
            seq: row.get("seq")?,
            event: row.get("event")?,
            payload: row.get("payload")?,
            contact_id: row.get("contact_id")?,
            lead_id: row.get("lead_id")?,
            created_at: row.get("created_at")?,
            status: row.get::<DeliveryStatus>("status")?,
            attempts: row.get("attempts")?,
            next_attempt_at: row.get("next_attempt_at")?,
            last_attempt: tried_at.map(|at| (at, attempt)),
        })
    }
}
