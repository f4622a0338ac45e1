//! The names tenants answer to: one tenant per name, one primary name per tenant.

use jiff::Timestamp;
use types::{DomainId, DomainStatus, Hostname, TenantDomain, TenantId};

use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Row, Sql},
};

/// The most names a list brings: more than any tenant may have.
const MOST: i64 = 200;

/// Adds a name. A conflict on `hostname` says that some tenant has it; whose is nobody's business.
pub async fn insert(tx: &mut Tx, _platform: &PlatformScope, domain: &TenantDomain) -> Result<()> {
    tx.query(
        "INSERT INTO tenant_domains
                (tenant_id, id, hostname, is_primary, is_verified, verified_at, status, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&domain.tenant_id)
    .bind(domain.id)
    .bind(&domain.hostname)
    .bind(domain.is_primary)
    .bind(domain.is_verified)
    .bind(domain.verified_at)
    .bind(domain.status)
    .bind(domain.created_at)
    .bind(domain.updated_at)
    .execute()
    .await?;
    Ok(())
}

/// Lists a tenant's names, the primary one first.
pub async fn list(tx: &mut Tx, _platform: &PlatformScope, tenant_id: &TenantId) -> Result<Vec<TenantDomain>> {
    tx.query(
        "SELECT tenant_id, id, hostname, is_primary, is_verified, verified_at, status, created_at, updated_at
           FROM tenant_domains
          WHERE tenant_id = $1
          ORDER BY is_primary DESC, hostname
          LIMIT $2",
    )
    .bind(tenant_id)
    .bind(MOST)
    .fetch_all()
    .await
}

/// Finds a name, whoever has it.
pub async fn find(
    tx: &mut Tx,
    _platform: &PlatformScope,
    hostname: &Hostname,
) -> Result<Option<TenantDomain>> {
    tx.query(
        "SELECT tenant_id, id, hostname, is_primary, is_verified, verified_at, status, created_at, updated_at
           FROM tenant_domains
          WHERE hostname = $1",
    )
    .bind(hostname)
    .fetch_optional()
    .await
}

/// Lists the names of several tenants, the primary ones first.
pub(super) async fn list_of(tx: &mut Tx, tenants: Vec<String>) -> Result<Vec<TenantDomain>> {
    tx.bulk(Sql {
        sqlite: "SELECT tenant_id, id, hostname, is_primary, is_verified, verified_at, status, created_at, updated_at
                   FROM tenant_domains
                  WHERE tenant_id IN (SELECT c0 FROM list)
                  ORDER BY is_primary DESC, hostname",
        postgres: "SELECT tenant_id, id, hostname, is_primary, is_verified, verified_at, status, created_at,
                          updated_at
                     FROM tenant_domains
                    WHERE tenant_id = ANY($1)
                    ORDER BY is_primary DESC, hostname",
    })
    .column(tenants)
    .fetch_all()
    .await
}

/// Writes whether a name is proved and whether it is given up. Which changes are legal, the caller has decided.
pub async fn update(tx: &mut Tx, _platform: &PlatformScope, domain: &TenantDomain) -> Result<()> {
    let released_at = (domain.status == DomainStatus::Archived).then_some(domain.updated_at);
    tx.query(
        "UPDATE tenant_domains
            SET is_verified = $3, verified_at = $4, status = $5, released_at = $6, updated_at = $7
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(&domain.tenant_id)
    .bind(domain.id)
    .bind(domain.is_verified)
    .bind(domain.verified_at)
    .bind(domain.status)
    .bind(released_at)
    .bind(domain.updated_at)
    .execute()
    .await?;
    Ok(())
}

/// Makes a name the primary one instead of whichever was.
pub async fn set_primary(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: &TenantId,
    id: DomainId,
    now: Timestamp,
) -> Result<()> {
    // Two statements, because the index that allows one primary name is checked row by row.
    tx.query(
        "UPDATE tenant_domains SET is_primary = $3, updated_at = $4 WHERE tenant_id = $1 AND is_primary AND id <> $2",
    )
    .bind(tenant_id)
    .bind(id)
    .bind(false)
    .bind(now)
    .execute()
    .await?;
    tx.query("UPDATE tenant_domains SET is_primary = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant_id)
        .bind(id)
        .bind(true)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

/// Lets go of a name that was given up before `before`, so that somebody else may have it.
pub async fn forget_released(
    tx: &mut Tx,
    _platform: &PlatformScope,
    hostname: &Hostname,
    before: Timestamp,
) -> Result<()> {
    tx.query(
        "DELETE FROM tenant_domains
          WHERE hostname = $1 AND status = 'archived' AND NOT is_primary AND released_at < $2",
    )
    .bind(hostname)
    .bind(before)
    .execute()
    .await?;
    Ok(())
}

impl FromRow for TenantDomain {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            tenant_id: row.get("tenant_id")?,
            hostname: row.get("hostname")?,
            is_primary: row.get("is_primary")?,
            is_verified: row.get("is_verified")?,
            verified_at: row.get("verified_at")?,
            status: row.get("status")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}
