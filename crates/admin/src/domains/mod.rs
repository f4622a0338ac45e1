//! The names tenants answer to: added, proved by DNS or vouched for, made primary, given up.

pub(crate) mod api;
mod card;
pub(crate) mod certificate;
mod check;
#[cfg(test)]
mod check_tests;
#[cfg(test)]
mod fake_dns;
pub(crate) mod pages;
mod pointing;
mod resolver;
mod rounds;
mod suitable;
#[cfg(test)]
mod tests;

use db::{
    Tx,
    platform::{domains as rows, tenants},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::etag::IfMatch;
use types::{
    AuditAction, DomainChange, DomainId, DomainStatus, Hostname, ProofSearch, TenantDomain, TenantId,
};

use crate::{
    Acting, Refusal,
    acting::Attempt,
    settings::overrides::room_for_a_domain,
    tenants::{look_up, taken},
};

pub(crate) use check::{check, outcome};
pub(crate) use resolver::Resolver;
pub(crate) use rounds::go_round;
pub(crate) use suitable::suitable;

/// How long a name that was given up is kept from others: somebody may still hold links to it.
const QUARANTINE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A name to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDomain {
    /// The name.
    pub hostname: Hostname,
    /// Whether its tenant is to be known by it.
    pub is_primary: bool,
}

/// Gives a tenant a further name, which leads nowhere until it is verified.
pub async fn add(
    acting: &Acting<'_>,
    id_or_slug: &str,
    new: &NewDomain,
    seen: &IfMatch,
) -> Result<TenantDomain, Refusal> {
    let tenant = look_up(acting, id_or_slug).await?;
    suitable(acting, &new.hostname, "/hostname")?;
    let attempt = acting
        .attempt(AuditAction::TenantDomainAdd, Some(&tenant.id))
        .await?;
    attempt.end(add_at_once(&attempt, &tenant.id, (new, seen))).await
}

async fn add_at_once(
    attempt: &Attempt<'_>,
    tenant_id: &TenantId,
    (new, seen): (&NewDomain, &IfMatch),
) -> Result<TenantDomain, Refusal> {
    let mut tx = attempt.db.write(attempt.platform).await?;
    attempt.touch(&mut tx, seen).await?;
    room_for_a_domain(&mut tx, attempt, tenant_id).await?;
    rows::forget_released(&mut tx, attempt.platform, &new.hostname, attempt.now - QUARANTINE).await?;
    let plain = TenantDomain {
        id: DomainId::new(attempt.ids),
        tenant_id: tenant_id.clone(),
        hostname: new.hostname.clone(),
        is_primary: false,
        is_verified: false,
        verified_at: None,
        status: DomainStatus::Active,
        proof: ProofSearch::from(attempt.now).begun(),
        created_at: attempt.now,
        updated_at: attempt.now,
    };
    let hostname_taken = format!("The hostname {} is taken.", new.hostname);
    rows::insert(&mut tx, attempt.platform, &plain)
        .await
        .map_err(|error| taken(error, "hostname_taken", &hostname_taken))?;
    let change = DomainChange {
        is_primary: new.is_primary.then_some(true),
        ..DomainChange::default()
    };
    let domain = write_change(attempt, &mut tx, &plain, change).await?;
    attempt
        .succeeded(
            &mut tx,
            json!({ "hostname": domain.hostname, "before": null, "after": told(&domain) }),
        )
        .await?;
    tx.commit().await?;
    Ok(domain)
}

/// Changes a name of a tenant: verified, primary, given up. Several at once are one change.
pub async fn change(
    acting: &Acting<'_>,
    domain: &TenantDomain,
    (change, reason): (DomainChange, Option<&str>),
    seen: &IfMatch,
) -> Result<TenantDomain, Refusal> {
    let attempt = acting
        .attempt(AuditAction::TenantDomainUpdate, Some(&domain.tenant_id))
        .await?;
    let changing = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        attempt.touch(&mut tx, seen).await?;
        let before = find_in(&mut tx, acting, &domain.tenant_id, domain.id).await?;
        if before.status == DomainStatus::Archived && change.status == Some(DomainStatus::Active) {
            room_for_a_domain(&mut tx, acting, &domain.tenant_id).await?;
        }
        let after = write_change(&attempt, &mut tx, &before, change).await?;
        let mut details = json!({
            "hostname": after.hostname, "before": told(&before), "after": told(&after),
        });
        if let Some(reason) = reason {
            details["reason"] = json!(reason);
        }
        attempt.succeeded(&mut tx, details).await?;
        tx.commit().await?;
        Ok(after)
    };
    attempt.end(changing).await
}

async fn write_change(
    attempt: &Attempt<'_>,
    tx: &mut Tx,
    domain: &TenantDomain,
    change: DomainChange,
) -> Result<TenantDomain, Refusal> {
    let all = rows::list(tx, attempt.platform, &domain.tenant_id).await?;
    let next = domain
        .changed(change, &all, attempt.now)
        .map_err(|error| Refusal::conflict(error.code(), format!("This cannot be: {error}.")))?;
    rows::update(tx, attempt.platform, &next).await?;
    if next.is_primary && !domain.is_primary {
        rows::set_primary(tx, attempt.platform, &next.tenant_id, next.id, attempt.now).await?;
    }
    Ok(next)
}

/// What the trail tells of a name.
fn told(domain: &TenantDomain) -> Value {
    json!({ "isPrimary": domain.is_primary, "isVerified": domain.is_verified, "status": domain.status })
}

/// Takes an operator's word that a name is its tenant's. Nothing is looked up; the reason is kept in the trail.
pub async fn verify_by_hand(
    acting: &Acting<'_>,
    hostname: &Hostname,
    reason: &str,
) -> Result<TenantDomain, Refusal> {
    let domain = find(acting, hostname).await?;
    let verified = DomainChange {
        is_verified: Some(true),
        ..DomainChange::default()
    };
    change(acting, &domain, (verified, Some(reason)), &IfMatch::default()).await
}

/// Makes a name the one its tenant is known by.
pub async fn set_primary(acting: &Acting<'_>, hostname: &Hostname) -> Result<TenantDomain, Refusal> {
    let domain = find(acting, hostname).await?;
    let primary = DomainChange {
        is_primary: Some(true),
        ..DomainChange::default()
    };
    change(acting, &domain, (primary, None), &IfMatch::default()).await
}

/// Finds a name, whoever has it.
pub(crate) async fn find(acting: &Acting<'_>, hostname: &Hostname) -> Result<TenantDomain, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    rows::find(&mut tx, acting.platform, hostname)
        .await?
        .ok_or_else(|| Refusal::NotFound(format!("No tenant has the hostname {hostname}.")))
}

/// Finds a name of a tenant. One of another tenant is not there.
pub(crate) async fn find_in(
    tx: &mut Tx,
    acting: &Acting<'_>,
    tenant_id: &TenantId,
    id: DomainId,
) -> Result<TenantDomain, Refusal> {
    let all = rows::list(tx, acting.platform, tenant_id).await?;
    all.into_iter()
        .find(|domain| domain.id == id)
        .ok_or_else(|| Refusal::NotFound("The tenant has no such hostname.".to_owned()))
}

/// The name that a path means, of a tenant that is there.
pub(crate) async fn of_path(
    acting: &Acting<'_>,
    (id_or_slug, domain): (&str, DomainId),
) -> Result<TenantDomain, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    let tenant = tenants::find(&mut tx, acting.platform, id_or_slug)
        .await?
        .ok_or_else(|| Refusal::no_tenant(id_or_slug))?;
    find_in(&mut tx, acting, &tenant.id, domain).await
}
