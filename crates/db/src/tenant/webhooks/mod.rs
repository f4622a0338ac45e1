//! A tenant's webhook endpoints, and how far each was told.
//!
//! The tenant's feed is what they are told from: it is written with every change, in its order and without gaps. An
//! endpoint remembers how far in it is; what it wants of the changes behind that becomes [`deliveries`], in the
//! transaction that moves it on. Why so, says `docs/adr/0016`.

pub mod deliveries;

use jiff::{SignedDuration, Timestamp};
use types::{EndpointId, WebhookEndpoint};
use uuid::Uuid;

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Words},
};

macro_rules! select_endpoints {
    ($rest:literal) => {
        concat!(
            "SELECT id, url, name, events, salt, former_salt, former_until, made_by, failing_since, off_at, off_reason,
                    version, created_at, updated_at
               FROM webhook_endpoints
              WHERE tenant_id = $1 ",
            $rest
        )
    };
}

/// Lists the endpoints, oldest first: there are at most ten.
pub async fn list(tx: &mut Tx, scope: &TenantScope) -> Result<Vec<WebhookEndpoint>> {
    tx.query(select_endpoints!("ORDER BY created_at, id LIMIT $2"))
        .bind(scope.tenant_id())
        .bind(WebhookEndpoint::MOST)
        .fetch_all()
        .await
}

/// Finds an endpoint.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: EndpointId) -> Result<Option<WebhookEndpoint>> {
    tx.query(select_endpoints!("AND id = $2"))
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_optional()
        .await
}

/// Counts the endpoints.
pub async fn count(tx: &mut Tx, scope: &TenantScope) -> Result<i64> {
    let Only(count) = tx
        .query("SELECT COUNT(*) AS value FROM webhook_endpoints WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .fetch_one()
        .await?;
    Ok(count)
}

/// Adds an endpoint, which is told of what comes after `seq`.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, endpoint: &WebhookEndpoint, seq: i64) -> Result<()> {
    tx.query(
        "INSERT INTO webhook_endpoints
                (tenant_id, id, url, name, events, salt, made_by, last_seq, leased_until, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(scope.tenant_id())
    .bind(endpoint.id)
    .bind(&endpoint.url)
    .bind(&endpoint.name)
    .bind(words(endpoint))
    .bind(&endpoint.salt)
    .bind(endpoint.made_by)
    .bind(seq)
    // Nobody has it.
    .bind(Timestamp::UNIX_EPOCH)
    .bind(endpoint.version)
    .bind(endpoint.created_at)
    .bind(endpoint.updated_at)
    .execute()
    .await?;
    Ok(())
}

/// Writes an endpoint back if no owner changed it since it was read: `endpoint.version` is the one that was read.
///
/// False, and nothing written, when somebody did.
pub async fn update(tx: &mut Tx, scope: &TenantScope, endpoint: &WebhookEndpoint) -> Result<bool> {
    let (former_salt, former_until) = endpoint.former.clone().unzip();
    let (off_at, off_reason) = endpoint.off.unzip();
    let touched = tx
        .query(
            "UPDATE webhook_endpoints
                SET url = $4, name = $5, events = $6, salt = $7, former_salt = $8, former_until = $9,
                    failing_since = $10, off_at = $11, off_reason = $12, updated_at = $13, version = version + 1
              WHERE tenant_id = $1 AND id = $2 AND version = $3",
        )
        .bind(scope.tenant_id())
        .bind(endpoint.id)
        .bind(endpoint.version)
        .bind(&endpoint.url)
        .bind(&endpoint.name)
        .bind(words(endpoint))
        .bind(&endpoint.salt)
        .bind(former_salt)
        .bind(former_until)
        .bind(endpoint.failing_since)
        .bind(off_at)
        .bind(off_reason)
        .bind(endpoint.updated_at)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Takes an endpoint away, with everything that was on its way to it. False when nothing is there of this version.
pub async fn delete(tx: &mut Tx, scope: &TenantScope, (id, version): (EndpointId, i64)) -> Result<bool> {
    let touched = tx
        .query("DELETE FROM webhook_endpoints WHERE tenant_id = $1 AND id = $2 AND version = $3")
        .bind(scope.tenant_id())
        .bind(id)
        .bind(version)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Moves an endpoint on in the feed. False when somebody else did, and nothing of this may be committed.
pub async fn advance(
    tx: &mut Tx,
    scope: &TenantScope,
    id: EndpointId,
    (from, to): (i64, i64),
) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE webhook_endpoints SET last_seq = $4 WHERE tenant_id = $1 AND id = $2 AND last_seq = $3",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(from)
        .bind(to)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Has an endpoint go on from here: what came while it was off is not told.
pub async fn skip_to(tx: &mut Tx, scope: &TenantScope, id: EndpointId, seq: i64) -> Result<()> {
    tx.query("UPDATE webhook_endpoints SET last_seq = $3 WHERE tenant_id = $1 AND id = $2 AND last_seq < $3")
        .bind(scope.tenant_id())
        .bind(id)
        .bind(seq)
        .execute()
        .await?;
    Ok(())
}

/// Takes an endpoint that is on, so that nobody else tells it anything meanwhile. None when somebody does.
pub async fn take(
    tx: &mut Tx,
    scope: &TenantScope,
    id: EndpointId,
    (token, lease): (Uuid, SignedDuration),
) -> Result<Option<WebhookEndpoint>> {
    let now = tx.time().await?;
    let touched = tx
        .query(
            "UPDATE webhook_endpoints
                SET lease_token = $3, leased_until = $4
              WHERE tenant_id = $1 AND id = $2 AND off_at IS NULL AND leased_until <= $5",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(token)
        .bind(now + lease)
        .bind(now)
        .execute()
        .await?;
    if touched == 0 {
        return Ok(None);
    }
    find(tx, scope, id).await
}

/// Holds on to an endpoint. False when it was lost: it is another's, off, or gone.
pub async fn hold(
    tx: &mut Tx,
    scope: &TenantScope,
    id: EndpointId,
    (token, lease): (Uuid, SignedDuration),
) -> Result<bool> {
    let now = tx.time().await?;
    let touched = tx
        .query(
            "UPDATE webhook_endpoints
                SET leased_until = $4
              WHERE tenant_id = $1 AND id = $2 AND lease_token = $3 AND off_at IS NULL",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(token)
        .bind(now + lease)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Lets go of an endpoint. Those that were served longest ago come first the next time.
pub async fn release(tx: &mut Tx, scope: &TenantScope, id: EndpointId, token: Uuid) -> Result<()> {
    let now = tx.time().await?;
    tx.query(
        "UPDATE webhook_endpoints
            SET leased_until = $4, lease_token = NULL
          WHERE tenant_id = $1 AND id = $2 AND lease_token = $3",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .bind(token)
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// Notes what an attempt says of the endpoint itself. Says whether that switched it off.
pub async fn note_health(tx: &mut Tx, scope: &TenantScope, endpoint: &WebhookEndpoint) -> Result<bool> {
    let (off_at, off_reason) = endpoint.off.unzip();
    tx.query("UPDATE webhook_endpoints SET failing_since = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(endpoint.id)
        .bind(endpoint.failing_since)
        .execute()
        .await?;
    let Some(off_at) = off_at else {
        return Ok(false);
    };
    let touched = tx
        .query(
            "UPDATE webhook_endpoints
                SET off_at = $3, off_reason = $4, version = version + 1
              WHERE tenant_id = $1 AND id = $2 AND off_at IS NULL",
        )
        .bind(scope.tenant_id())
        .bind(endpoint.id)
        .bind(off_at)
        .bind(off_reason)
        .execute()
        .await?;
    Ok(touched == 1)
}

fn words(endpoint: &WebhookEndpoint) -> Words {
    Words(endpoint.events.iter().map(ToString::to_string).collect())
}

impl FromRow for WebhookEndpoint {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let events = row.get::<Words>("events")?.0;
        Ok(Self {
            id: row.get("id")?,
            url: row.get("url")?,
            name: row.get("name")?,
            // A word of a newer version is an event this one does not tell.
            events: events.iter().filter_map(|word| word.parse().ok()).collect(),
            salt: row.get("salt")?,
            former: Option::zip(row.get("former_salt")?, row.get("former_until")?),
            made_by: row.get("made_by")?,
            failing_since: row.get("failing_since")?,
            off: Option::zip(row.get("off_at")?, row.get("off_reason")?),
            version: row.get("version")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}
