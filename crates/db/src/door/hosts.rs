//! From a Host header to the key of the tenant that answers to it.

use jiff::tz::TimeZone;
use types::{Entitlements, Hostname, Slug, Tenant};

use crate::{
    Db, PlatformScope, Result, TenantScope,
    backend::{FromRow, Row},
    tenant::entitlements,
};

/// A tenant and the name it was found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The key to its rows.
    pub scope: TenantScope,
    /// The tenant, in whatever state: a suspended one has an answer of its own.
    pub tenant: Tenant,
    /// The name that matched.
    pub hostname: Hostname,
    /// The name the tenant wants to be known by; until that one is proved, the name that matched.
    pub primary: Hostname,
    /// In which days and hours its people live.
    pub zone: TimeZone,
}

/// What the tenant of a site is entitled to. None when it is gone since.
pub async fn entitlements(db: &Db, site: &Site) -> Result<Option<Entitlements>> {
    let mut tx = db.read(&site.scope).await?;
    entitlements::find(&mut tx, &site.scope).await
}

/// Finds the tenant that proved `hostname`, or the same without a leading `www.`; the exact name goes first.
pub async fn find(db: &Db, hostname: &Hostname) -> Result<Option<Site>> {
    let bare = hostname.without_www();
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query(
        "SELECT tenants.id, tenants.slug, tenants.name, tenants.status, tenants.created_at, tenants.updated_at,
                matched.hostname,
                CASE WHEN main.is_verified THEN main.hostname ELSE matched.hostname END AS primary_hostname,
                (SELECT time_zone FROM tenant_settings WHERE tenant_id = tenants.id) AS time_zone
           FROM tenant_domains AS matched
           JOIN tenants ON tenants.id = matched.tenant_id
           JOIN tenant_domains AS main ON main.tenant_id = matched.tenant_id AND main.is_primary
          WHERE matched.hostname IN ($1, $2) AND matched.is_verified AND matched.status = 'active'
          ORDER BY CASE WHEN matched.hostname = $1 THEN 0 ELSE 1 END
          LIMIT 1",
    )
    .bind(hostname)
    .bind(bare.as_ref().unwrap_or(hostname))
    .fetch_optional()
    .await
}

/// Finds a tenant by its slug: for `TENANT_FALLBACK`, which development alone may set.
pub async fn find_by_slug(db: &Db, slug: &Slug) -> Result<Option<Site>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query(
        "SELECT tenants.id, tenants.slug, tenants.name, tenants.status, tenants.created_at, tenants.updated_at,
                main.hostname, main.hostname AS primary_hostname,
                (SELECT time_zone FROM tenant_settings WHERE tenant_id = tenants.id) AS time_zone
           FROM tenants
           JOIN tenant_domains AS main ON main.tenant_id = tenants.id AND main.is_primary
          WHERE tenants.slug = $1",
    )
    .bind(slug)
    .fetch_optional()
    .await
}

impl FromRow for Site {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let tenant = Tenant::from_row(row)?;
        let zone: Option<String> = row.get("time_zone")?;
        Ok(Self {
            scope: TenantScope::new(tenant.id.clone()),
            tenant,
            hostname: row.get("hostname")?,
            primary: row.get("primary_hostname")?,
            zone: zone
                .and_then(|zone| TimeZone::get(&zone).ok())
                .unwrap_or(TimeZone::UTC),
        })
    }
}
