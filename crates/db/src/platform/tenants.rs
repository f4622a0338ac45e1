//! Tenants: made whole or not at all, listed with what belongs to them.

use std::collections::HashMap;

use jiff::Timestamp;
use types::{
    Feature, Page, PageRequest, Plan, Tenant, TenantControlSettings, TenantDomain, TenantId, TenantStatus,
};

use super::domains;
use crate::{
    Error, PlatformScope, Result, Tx,
    backend::{FromRow, Only, Row, Words},
};

/// A tenant with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantOverview {
    /// The tenant.
    pub tenant: Tenant,
    /// Its names, the primary one first.
    pub domains: Vec<TenantDomain>,
    /// Its plan and features.
    pub settings: TenantControlSettings,
    /// When its newest lead came.
    pub last_lead_at: Option<Timestamp>,
    /// Jobs of it that wait or are being worked on.
    pub backlog: i64,
    /// Jobs of it that were given up.
    pub dead_letters: i64,
}

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
    .bind(Words(
        settings
            .feature_flags
            .iter()
            .map(|flag| flag.as_str().to_owned())
            .collect(),
    ))
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

macro_rules! select_overview {
    ($rest:literal) => {
        concat!(
            "SELECT tenants.id, tenants.slug, tenants.name, tenants.status, tenants.created_at, tenants.updated_at,
                    tenant_settings.plan_code, tenant_settings.feature_flags,
                    (SELECT MAX(leads.created_at) FROM leads WHERE leads.tenant_id = tenants.id) AS last_lead_at,
                    (SELECT COUNT(*) FROM ingestion_jobs AS job
                      WHERE job.tenant_id = tenants.id AND job.status IN ('pending', 'processing')) AS backlog,
                    (SELECT COUNT(*) FROM ingestion_jobs AS job
                      WHERE job.tenant_id = tenants.id AND job.status = 'dead_letter') AS dead_letters
               FROM tenants
               JOIN tenant_settings ON tenant_settings.tenant_id = tenants.id ",
            $rest
        )
    };
}

/// Finds a tenant with what belongs to it, by its id or its slug.
pub async fn overview(
    tx: &mut Tx,
    platform: &PlatformScope,
    id_or_slug: &str,
) -> Result<Option<TenantOverview>> {
    let found: Option<TenantOverview> = tx
        .query(select_overview!("WHERE tenants.id = $1 OR tenants.slug = $1"))
        .bind(id_or_slug)
        .fetch_optional()
        .await?;
    let Some(mut overview) = found else {
        return Ok(None);
    };
    overview.domains = domains::list(tx, platform, &overview.tenant.id).await?;
    Ok(Some(overview))
}

/// Lists tenants by slug, each with what belongs to it: two statements however many there are.
pub async fn list(tx: &mut Tx, _platform: &PlatformScope, page: PageRequest) -> Result<Page<TenantOverview>> {
    let rows: Vec<TenantOverview> = tx
        .query(select_overview!("ORDER BY tenants.slug LIMIT $1 OFFSET $2"))
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    let domains: Vec<TenantDomain> = tx
        .query(
            "SELECT tenant_id, id, hostname, is_primary, is_verified, verified_at, status, created_at, updated_at
               FROM tenant_domains
              WHERE tenant_id IN (SELECT id FROM tenants ORDER BY slug LIMIT $1 OFFSET $2)
              ORDER BY is_primary DESC, hostname",
        )
        .bind(i64::from(page.limit()))
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    let mut by_tenant: HashMap<TenantId, Vec<TenantDomain>> = HashMap::new();
    for domain in domains {
        by_tenant
            .entry(domain.tenant_id.clone())
            .or_default()
            .push(domain);
    }
    let page = Page::from_fetched(rows, page);
    Ok(page.map(|mut overview| {
        overview.domains = by_tenant.remove(&overview.tenant.id).unwrap_or_default();
        overview
    }))
}

/// Counts the tenants that a list would show on all its pages.
pub async fn count(tx: &mut Tx, _platform: &PlatformScope) -> Result<i64> {
    let Only(count) = tx
        .query("SELECT COUNT(*) AS value FROM tenants")
        .fetch_one()
        .await?;
    Ok(count)
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

impl FromRow for TenantOverview {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let tenant = Tenant::from_row(row)?;
        let settings = TenantControlSettings {
            tenant_id: tenant.id.clone(),
            plan_code: row.get::<Plan>("plan_code")?,
            feature_flags: features(&row.get::<Words>("feature_flags")?)?,
        };
        Ok(Self {
            tenant,
            domains: Vec::new(),
            settings,
            last_lead_at: row.get("last_lead_at")?,
            backlog: row.get("backlog")?,
            dead_letters: row.get("dead_letters")?,
        })
    }
}

fn features(words: &Words) -> Result<Vec<Feature>> {
    let parsed = words
        .0
        .iter()
        .map(|word| word.parse::<Feature>())
        .collect::<Result<_, _>>();
    parsed.map_err(|source| Error::Corrupt {
        column: "feature_flags",
        source: source.into(),
    })
}
