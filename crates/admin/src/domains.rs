//! The names tenants answer to: added, vouched for, made primary.

use db::{platform::domains, platform::tenants as rows};
use serde_json::json;
use types::{AuditAction, DomainId, DomainStatus, Hostname, TenantDomain};

use crate::{Acting, Refusal, tenants::taken};

/// Gives a tenant a further name, which leads nowhere until it is verified.
pub async fn add(
    acting: &Acting<'_>,
    id_or_slug: &str,
    hostname: &Hostname,
) -> Result<TenantDomain, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    let tenant = rows::find(&mut tx, acting.platform, id_or_slug)
        .await?
        .ok_or_else(|| Refusal::no_tenant(id_or_slug))?;
    drop(tx);
    let domain = TenantDomain {
        id: DomainId::new(acting.ids),
        tenant_id: tenant.id.clone(),
        hostname: hostname.clone(),
        is_primary: false,
        is_verified: false,
        verified_at: None,
        status: DomainStatus::Active,
        created_at: acting.now,
        updated_at: acting.now,
    };
    acting
        .noting(
            AuditAction::TenantDomainAdd,
            Some(&tenant.id),
            insert(acting, &domain),
        )
        .await?;
    Ok(domain)
}

async fn insert(acting: &Acting<'_>, domain: &TenantDomain) -> Result<(), Refusal> {
    let mut tx = acting.db.write(acting.platform).await?;
    let hostname_taken = format!("The hostname {} is taken.", domain.hostname);
    domains::insert(&mut tx, acting.platform, domain)
        .await
        .map_err(|error| taken(error, "hostname_taken", &hostname_taken))?;
    let details = json!({ "hostname": domain.hostname });
    acting
        .succeeded(
            &mut tx,
            AuditAction::TenantDomainAdd,
            Some(&domain.tenant_id),
            details,
        )
        .await?;
    Ok(tx.commit().await?)
}

/// Takes an operator's word that a name is its tenant's. Nothing is looked up; the reason is kept in the trail.
pub async fn verify_by_hand(
    acting: &Acting<'_>,
    hostname: &Hostname,
    reason: &str,
) -> Result<TenantDomain, Refusal> {
    let domain = find(acting, hostname).await?;
    let verifying = verify_at_once(acting, &domain, reason);
    acting
        .noting(
            AuditAction::TenantDomainUpdate,
            Some(&domain.tenant_id),
            verifying,
        )
        .await?;
    find(acting, hostname).await
}

async fn verify_at_once(acting: &Acting<'_>, domain: &TenantDomain, reason: &str) -> Result<(), Refusal> {
    if domain.status == DomainStatus::Archived {
        let detail = format!("The hostname {} was given up by its tenant.", domain.hostname);
        return Err(Refusal::conflict("domain_archived", detail));
    }
    let mut tx = acting.db.write(acting.platform).await?;
    domains::verify(&mut tx, acting.platform, &domain.tenant_id, domain.id, acting.now).await?;
    let details = json!({ "hostname": domain.hostname, "isVerified": true, "by": "hand", "reason": reason });
    acting
        .succeeded(
            &mut tx,
            AuditAction::TenantDomainUpdate,
            Some(&domain.tenant_id),
            details,
        )
        .await?;
    Ok(tx.commit().await?)
}

/// Makes a name the one its tenant is known by.
pub async fn set_primary(acting: &Acting<'_>, hostname: &Hostname) -> Result<TenantDomain, Refusal> {
    let domain = find(acting, hostname).await?;
    let switching = set_primary_at_once(acting, &domain);
    acting
        .noting(
            AuditAction::TenantDomainUpdate,
            Some(&domain.tenant_id),
            switching,
        )
        .await?;
    find(acting, hostname).await
}

async fn set_primary_at_once(acting: &Acting<'_>, domain: &TenantDomain) -> Result<(), Refusal> {
    let mut tx = acting.db.write(acting.platform).await?;
    let (tenant_id, id) = (&domain.tenant_id, domain.id);
    if !domains::set_primary(&mut tx, acting.platform, tenant_id, id, acting.now).await? {
        let detail = format!(
            "Only a verified, active name can be primary; verify {} first.",
            domain.hostname
        );
        return Err(Refusal::conflict("domain_not_verified", detail));
    }
    let details = json!({ "hostname": domain.hostname, "isPrimary": true });
    acting
        .succeeded(&mut tx, AuditAction::TenantDomainUpdate, Some(tenant_id), details)
        .await?;
    Ok(tx.commit().await?)
}

async fn find(acting: &Acting<'_>, hostname: &Hostname) -> Result<TenantDomain, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    domains::find(&mut tx, acting.platform, hostname)
        .await?
        .ok_or_else(|| Refusal::NotFound(format!("No tenant has the hostname {hostname}.")))
}
