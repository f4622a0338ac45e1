//! Tenants: made whole or not at all, listed with what belongs to them.

mod overview;

use jiff::Timestamp;
use types::{Tenant, TenantControlSettings, TenantId, TenantStatus};

pub(crate) use overview::features;
pub use overview::{TenantFilter, TenantOverview, count, list, overview, settings};

use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Only, Row, Words},
};

/// Makes a tenant with its settings. Conflicts are on `slug` or `id`; the domain is added next, in the same
/// transaction, because a tenant without a primary one does not exist.
pub async fn insert(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant: &Tenant,
    settings: &TenantControlSettings,
) -> Result<()> {
    tx.query(
        "INSERT INTO tenants (id, slug, name, status, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&tenant.id)
    .bind(&tenant.slug)
    .bind(&tenant.name)
    .bind(tenant.status)
    .bind(tenant.created_at)
    .bind(tenant.updated_at)
    .execute()
    .await?;
    tx.query(
        "INSERT INTO tenant_settings (tenant_id, plan_code, feature_flags, updated_at)
         VALUES ($1, $2, $3, $4)",
    )
    .bind(&tenant.id)
    .bind(settings.plan_code)
    .bind(words(settings))
    .bind(tenant.created_at)
    .execute()
    .await?;
    Ok(())
}

/// Finds a tenant by its id or its slug.
pub async fn find(tx: &mut Tx, _platform: &PlatformScope, id_or_slug: &str) -> Result<Option<Tenant>> {
    tx.query("SELECT id, slug, name, status, created_at, updated_at FROM tenants WHERE id = $1 OR slug = $1")
        .bind(id_or_slug)
        .fetch_optional()
        .await
}

/// Counts the leads that a tenant got since `since`.
pub async fn leads_since(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: &TenantId,
    since: Timestamp,
) -> Result<i64> {
    let Only(count) = tx
        .query("SELECT COUNT(*) AS value FROM leads WHERE tenant_id = $1 AND created_at >= $2")
        .bind(tenant_id)
        .bind(since)
        .fetch_one()
        .await?;
    Ok(count)
}

/// Writes a tenant's plan and features.
pub async fn update_settings(
    tx: &mut Tx,
    _platform: &PlatformScope,
    settings: &TenantControlSettings,
    now: Timestamp,
) -> Result<()> {
    tx.query(
        "UPDATE tenant_settings
            SET plan_code = $2, feature_flags = $3, updated_at = $4
          WHERE tenant_id = $1",
    )
    .bind(&settings.tenant_id)
    .bind(settings.plan_code)
    .bind(words(settings))
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

fn words(settings: &TenantControlSettings) -> Words {
    let flags = settings.chosen();
    Words(flags.iter().map(|flag| flag.as_str().to_owned()).collect())
}

/// Notes that something about a tenant is changed, and makes whoever else changes it wait for this transaction. Says
/// which version that makes; none when there is no such tenant.
pub async fn touch(
    tx: &mut Tx,
    _platform: &PlatformScope,
    id: &TenantId,
    now: Timestamp,
) -> Result<Option<i64>> {
    let version: Option<Only<i64>> = tx
        .query("UPDATE tenants SET version = version + 1, updated_at = $2 WHERE id = $1 RETURNING version AS value")
        .bind(id)
        .bind(now)
        .fetch_optional()
        .await?;
    Ok(version.map(|Only(version)| version))
}

/// Moves a tenant from one status to another. False, and nothing moved, when it is not where it was thought to be.
pub async fn set_status(
    tx: &mut Tx,
    _platform: &PlatformScope,
    id: &TenantId,
    (from, to): (TenantStatus, TenantStatus),
    now: Timestamp,
) -> Result<bool> {
    let touched = tx
        .query("UPDATE tenants SET status = $3, updated_at = $4 WHERE id = $1 AND status = $2")
        .bind(id)
        .bind(from)
        .bind(to)
        .bind(now)
        .execute()
        .await?;
    // Jobs that waited while the tenant was suspended are due now.
    tx.says_jobs_wait();
    Ok(touched == 1)
}

impl FromRow for Tenant {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            slug: row.get("slug")?,
            name: row.get("name")?,
            status: row.get("status")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}
