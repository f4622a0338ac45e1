//! Exceptions that operators made from tenants' plans.

use types::{Exception, PlanOverride, TenantId};

use crate::{
    Error, PlatformScope, Result, Tx,
    backend::{FromRow, Row},
};

/// There are fewer things to make an exception of.
const MOST: i64 = 100;

/// Lists a tenant's exceptions, those that ended too.
pub async fn list(tx: &mut Tx, _platform: &PlatformScope, tenant_id: &TenantId) -> Result<Vec<PlanOverride>> {
    tx.query(
        "SELECT subject, amount, reason, expires_at, made_by, made_at
           FROM plan_overrides
          WHERE tenant_id = $1
          ORDER BY subject
          LIMIT $2",
    )
    .bind(tenant_id)
    .bind(MOST)
    .fetch_all()
    .await
}

/// Makes an exception, instead of the one there was about the same thing.
pub async fn upsert(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: &TenantId,
    made: &PlanOverride,
) -> Result<()> {
    tx.query(
        "INSERT INTO plan_overrides (tenant_id, subject, amount, reason, expires_at, made_by, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (tenant_id, subject)
             DO UPDATE SET amount = excluded.amount, reason = excluded.reason, expires_at = excluded.expires_at,
                           made_by = excluded.made_by, made_at = excluded.made_at",
    )
    .bind(tenant_id)
    .bind(made.exception.subject())
    .bind(made.exception.amount())
    .bind(made.reason.as_str())
    .bind(made.expires_at)
    .bind(made.made_by.as_str())
    .bind(made.made_at)
    .execute()
    .await?;
    Ok(())
}

/// Takes an exception back. False when there is none.
pub async fn delete(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: &TenantId,
    subject: &str,
) -> Result<bool> {
    let deleted = tx
        .query("DELETE FROM plan_overrides WHERE tenant_id = $1 AND subject = $2")
        .bind(tenant_id)
        .bind(subject)
        .execute()
        .await?;
    Ok(deleted > 0)
}

impl FromRow for PlanOverride {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let subject: String = row.get("subject")?;
        let exception = Exception::read(&subject, row.get("amount")?).ok_or_else(|| Error::Corrupt {
            column: "subject",
            source: format!("{subject} is nothing to make an exception of").into(),
        })?;
        Ok(Self {
            exception,
            reason: row.get("reason")?,
            expires_at: row.get("expires_at")?,
            made_by: row.get("made_by")?,
            made_at: row.get("made_at")?,
        })
    }
}
