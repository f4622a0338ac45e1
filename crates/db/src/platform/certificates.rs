//! What is known of hostnames' certificates.

use types::{Certificate, TenantId};

use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Row},
};

/// More than a tenant has hostnames.
const MOST: i64 = 500;

/// Lists what was last reported of each hostname of a tenant.
pub async fn list(tx: &mut Tx, _platform: &PlatformScope, tenant_id: &TenantId) -> Result<Vec<Certificate>> {
    tx.query(
        "SELECT domain_id, status, issuer, expires_at, error, reported_by, reported_at
           FROM domain_certificates
          WHERE tenant_id = $1
          ORDER BY domain_id
          LIMIT $2",
    )
    .bind(tenant_id)
    .bind(MOST)
    .fetch_all()
    .await
}

/// Keeps a report, instead of the one before.
pub async fn upsert(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: &TenantId,
    report: &Certificate,
) -> Result<()> {
    tx.query(
        "INSERT INTO domain_certificates
                (tenant_id, domain_id, status, issuer, expires_at, error, reported_by, reported_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (tenant_id, domain_id)
             DO UPDATE SET status = excluded.status, issuer = excluded.issuer, expires_at = excluded.expires_at,
                           error = excluded.error, reported_by = excluded.reported_by,
                           reported_at = excluded.reported_at",
    )
    .bind(tenant_id)
    .bind(report.domain_id)
    .bind(report.status)
    .bind(report.issuer.clone())
    .bind(report.expires_at)
    .bind(report.error.clone())
    .bind(&report.reported_by)
    .bind(report.reported_at)
    .execute()
    .await?;
    Ok(())
}

impl FromRow for Certificate {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            domain_id: row.get("domain_id")?,
            status: row.get("status")?,
            issuer: row.get("issuer")?,
            expires_at: row.get("expires_at")?,
            error: row.get("error")?,
            reported_by: row.get("reported_by")?,
            reported_at: row.get("reported_at")?,
        })
    }
}
