//! Moves a tenant between active, suspended and archived, where that is legal.

use db::platform::tenants::TenantOverview;
use serde_json::json;
use server::etag::IfMatch;
use types::{AuditAction, Tenant, TenantStatus};

use crate::{Acting, Refusal, acting::Attempt};

/// Moves a tenant. Its people and its jobs follow with their next request, its site within two
/// seconds.
pub async fn set_status(
    acting: &Acting<'_>,
    id_or_slug: &str,
    to: TenantStatus,
    seen: &IfMatch,
) -> Result<TenantOverview, Refusal> {
    let tenant = super::look_up(acting, id_or_slug).await?;
    let attempt = acting
        .attempt(AuditAction::TenantStatusUpdate, Some(&tenant.id))
        .await?;
    attempt
        .end(set_status_at_once(&attempt, &tenant, (to, seen)))
        .await
}

/// The tenant as it stands, if it may be moved: what a dry run says.
pub async fn may_set_status(
    acting: &Acting<'_>,
    id_or_slug: &str,
    to: TenantStatus,
) -> Result<Tenant, Refusal> {
    let tenant = super::look_up(acting, id_or_slug).await?;
    legal(&tenant, to)?;
    Ok(tenant)
}

async fn set_status_at_once(
    attempt: &Attempt<'_>,
    tenant: &Tenant,
    (to, seen): (TenantStatus, &IfMatch),
) -> Result<TenantOverview, Refusal> {
    legal(tenant, to)?;
    let from = tenant.status;
    let mut tx = attempt.db.write(attempt.platform).await?;
    attempt.touch(&mut tx, seen).await?;
    let moved =
        db::platform::tenants::set_status(&mut tx, attempt.platform, &tenant.id, (from, to), attempt.now)
            .await?;
    if !moved {
        let detail = format!("{} was changed by somebody else; look at it again.", tenant.slug);
        return Err(Refusal::conflict("changed_meanwhile", detail));
    }
    let details = json!({ "before": { "status": from }, "after": { "status": to }, "from": from, "to": to });
    attempt.succeeded(&mut tx, details).await?;
    let overview = super::find(&mut tx, attempt.platform, tenant.id.as_str()).await?;
    tx.commit().await?;
    Ok(overview)
}

fn legal(tenant: &Tenant, to: TenantStatus) -> Result<(), Refusal> {
    let Tenant {
        slug, status: from, ..
    } = tenant;
    if from.may_become(to) {
        return Ok(());
    }
    let next: Vec<&str> = TenantStatus::ALL
        .iter()
        .filter(|next| from.may_become(**next))
        .map(|next| next.as_str())
        .collect();
    let detail = format!(
        "The tenant {slug} is {from}: it may become {}, not {to}.",
        next.join(" or ")
    );
    Err(Refusal::conflict("illegal_transition", detail))
}
