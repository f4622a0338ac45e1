//! `/api/admin-audit`: who did what, newest first.

use axum::response::Response;
use serde::Serialize;
use server::{Failure, FieldErrors, Params, json};
use types::{Pagination, TenantId};

use super::AuditEventOut;
use crate::operator::{Operator, Permission};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TrailOut {
    scope: &'static str,
    tenant_id: Option<TenantId>,
    events: Vec<AuditEventOut>,
    pagination: Pagination,
}

/// Lists the trail, of one tenant or of everything.
pub(crate) async fn list(operator: Operator, asked: Params) -> Result<Response, Failure> {
    let acting = operator.require(Permission::ReadAudit, None).await?;
    let mut errors = FieldErrors::default();
    let tenant_id = asked.one_of::<TenantId>("tenantId", &mut errors);
    errors.finish()?;
    let mut tx = acting.db.read(acting.platform).await?;
    let page = db::platform::audit::list(&mut tx, acting.platform, tenant_id.as_ref(), asked.page()).await?;
    let pagination = Pagination::of(&page);
    Ok(json::ok(TrailOut {
        scope: if tenant_id.is_some() { "tenant" } else { "global" },
        tenant_id,
        events: page.items.into_iter().map(AuditEventOut::from).collect(),
        pagination,
    }))
}
