//! Moves a tenant between active, suspended and archived, where that is legal.

use db::platform::tenants::TenantOverview;
use serde_json::json;
use types::{AuditAction, Tenant, TenantStatus};

use crate::{Acting, Refusal};

/// Moves a tenant. Its site, its people and its jobs follow with their next request.
pub async fn set_status(
    acting: &Acting<'_>,
    id_or_slug: &str,
    to: TenantStatus,
) -> Result<TenantOverview, Refusal> {
    let tenant = look_up(acting, id_or_slug).await?;
    let moving = set_status_at_once(acting, &tenant, to);
    acting
        .noting(AuditAction::TenantStatusUpdate, Some(&tenant.id), moving)
        .await
}

/// The tenant as it stands, if it may be moved: what a dry run says.
pub async fn may_set_status(
    acting: &Acting<'_>,
    id_or_slug: &str,
    to: TenantStatus,
) -> Result<Tenant, Refusal> {
    let tenant = look_up(acting, id_or_slug).await?;
    legal(&tenant, to)?;
    Ok(tenant)
}

async fn look_up(acting: &Acting<'_>, id_or_slug: &str) -> Result<Tenant, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    db::platform::tenants::find(&mut tx, acting.platform, id_or_slug)
        .await?
        .ok_or_else(|| Refusal::no_tenant(id_or_slug))
}

async fn set_status_at_once(
    acting: &Acting<'_>,
    tenant: &Tenant,
    to: TenantStatus,
) -> Result<TenantOverview, Refusal> {
    legal(tenant, to)?;
    let from = tenant.status;
    let mut tx = acting.db.write(acting.platform).await?;
    let moved =
        db::platform::tenants::set_status(&mut tx, acting.platform, &tenant.id, (from, to), acting.now)
            .await?;
    if !moved {
        let detail = format!("{} was changed by somebody else; look at it again.", tenant.slug);
        return Err(Refusal::conflict("changed_meanwhile", detail));
    }
    let details = json!({ "from": from, "to": to });
    acting
        .succeeded(
            &mut tx,
            AuditAction::TenantStatusUpdate,
            Some(&tenant.id),
            details,
        )
        .await?;
    let overview = super::find(&mut tx, acting.platform, tenant.id.as_str()).await?;
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
