//! Exceptions that operators made from tenants' plans.

use std::{collections::HashMap, sync::Arc};

use types::{Entitlements, Exception, PlanOverride, TenantControlSettings, TenantId};

use crate::{
    Error, PlatformScope, Result, Tx,
    backend::{FromRow, Row, Sql},
    platform::{feature_flags, tenants},
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

/// What a tenant is entitled to; none when there is no such tenant.
pub async fn entitlements(
    tx: &mut Tx,
    platform: &PlatformScope,
    tenant_id: &TenantId,
) -> Result<Option<Entitlements>> {
    let Some(settings) = tenants::settings(tx, platform, tenant_id).await? else {
        return Ok(None);
    };
    let overrides = list(tx, platform, tenant_id).await?;
    let flags = feature_flags::list(tx, platform).await?;
    Ok(Some(Entitlements {
        settings,
        overrides,
        flags,
    }))
}

/// What each of some tenants is entitled to, in three statements however many they are.
pub async fn entitlements_of(
    tx: &mut Tx,
    platform: &PlatformScope,
    tenants: &[TenantId],
) -> Result<HashMap<TenantId, Entitlements>> {
    let settings: Vec<TenantControlSettings> = tx
        .bulk(Sql {
            sqlite: "SELECT tenant_id, plan_code, feature_flags FROM list JOIN tenant_settings ON tenant_id = c0",
            postgres: "SELECT tenant_id, plan_code, feature_flags
                         FROM UNNEST($1) AS list (id) JOIN tenant_settings ON tenant_id = list.id",
        })
        .column(tenants.iter().cloned())
        .fetch_all()
        .await?;
    let overrides: Vec<Of> = tx
        .bulk(Sql {
            sqlite: "SELECT tenant_id, subject, amount, reason, expires_at, made_by, made_at
                       FROM list JOIN plan_overrides ON tenant_id = c0",
            postgres: "SELECT tenant_id, subject, amount, reason, expires_at, made_by, made_at
                         FROM UNNEST($1) AS list (id) JOIN plan_overrides ON tenant_id = list.id",
        })
        .column(tenants.iter().cloned())
        .fetch_all()
        .await?;
    let flags = feature_flags::list(tx, platform).await?;
    let mut all: HashMap<TenantId, Entitlements> = settings
        .into_iter()
        .map(|settings| {
            let entitled = Entitlements {
                settings,
                overrides: Vec::new(),
                flags: Arc::clone(&flags),
            };
            (entitled.settings.tenant_id.clone(), entitled)
        })
        .collect();
    for Of { tenant_id, made } in overrides {
        if let Some(entitlements) = all.get_mut(&tenant_id) {
            entitlements.overrides.push(made);
        }
    }
    Ok(all)
}

/// An exception, and whose it is.
pub(super) struct Of {
    pub(super) tenant_id: TenantId,
    pub(super) made: PlanOverride,
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

impl FromRow for Of {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            made: PlanOverride::from_row(row)?,
        })
    }
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
