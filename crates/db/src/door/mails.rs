//! Messages of all tenants that are due, each handed out with the key of its own.
//!
//! Whoever sends takes a message for a while, lets go of the database, sends, and says what came of it. A sender that
//! dies in between leaves a message that is due again: people may get it twice, never not at all.

use jiff::Timestamp;
use types::{Mail, MailId};

use crate::{
    Db, Error, PlatformScope, Result, TenantScope,
    backend::{FromRow, Row},
};

/// A message that is due.
#[derive(Debug, Clone)]
pub struct Due {
    /// The key of its tenant.
    pub scope: TenantScope,
    /// Its name.
    pub id: MailId,
    /// How often it was tried.
    pub attempts: i64,
    /// What it says; nothing, when that cannot be read.
    pub mail: Option<Mail>,
}

/// What is kept of a message once it was sent: in production nothing, as it may hold a link that signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// All of it.
    Everything,
    /// That it was sent.
    Nothing,
}

/// Lists what is due, the longest first.
pub async fn due(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<Due>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query(
        "SELECT tenant_id, id, attempts, recipient, content
           FROM mails
          WHERE next_attempt_at <= $1
          ORDER BY next_attempt_at, id
          LIMIT $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all()
    .await
}

/// Takes a message until then. False when somebody else has it.
pub async fn take(db: &Db, due: &Due, until: Timestamp) -> Result<bool> {
    let mut tx = db.write(&due.scope).await?;
    let taken = tx
        .query(
            "UPDATE mails
                SET attempts = attempts + 1, next_attempt_at = $4
              WHERE tenant_id = $1 AND id = $2 AND attempts = $3 AND next_attempt_at IS NOT NULL",
        )
        .bind(due.scope.tenant_id())
        .bind(due.id)
        .bind(due.attempts)
        .bind(until)
        .execute()
        .await?;
    tx.commit().await?;
    Ok(taken > 0)
}

/// Notes that a message was sent.
pub async fn sent(db: &Db, due: &Due, keep: Keep, now: Timestamp) -> Result<()> {
    let content = (keep == Keep::Nothing).then(|| serde_json::json!({}));
    let mut tx = db.write(&due.scope).await?;
    tx.query(
        "UPDATE mails
            SET sent_at = $3, next_attempt_at = NULL, last_error = NULL, content = COALESCE($4, content)
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(due.scope.tenant_id())
    .bind(due.id)
    .bind(now)
    .bind(content)
    .execute()
    .await?;
    tx.commit().await
}

/// Notes that a message was not sent, and when to try again; never, when that is none.
pub async fn failed(db: &Db, due: &Due, error: &str, next: Option<Timestamp>) -> Result<()> {
    let mut tx = db.write(&due.scope).await?;
    tx.query("UPDATE mails SET next_attempt_at = $3, last_error = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(due.scope.tenant_id())
        .bind(due.id)
        .bind(next)
        .bind(error)
        .execute()
        .await?;
    tx.commit().await
}

impl FromRow for Due {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            scope: TenantScope::new(row.get("tenant_id")?),
            id: row.get("id")?,
            attempts: row.get("attempts")?,
            mail: match Mail::from_row(row) {
                Err(Error::Corrupt { .. }) => None,
                read => Some(read?),
            },
        })
    }
}
