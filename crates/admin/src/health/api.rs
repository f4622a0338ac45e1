//! `/api/health/tenants`: how tenants fare, for a screen on the wall.

use axum::response::Response;
use db::platform::tenants::{self as rows, TenantOverview};
use serde_json::{Value, json};
use server::{Failure, Params, Path, json as answer};
use types::Pagination;

use super::checks;
use crate::{operator::Operator, tenants};

/// Lists how every tenant fares, by slug.
pub(crate) async fn list(operator: Operator, asked: Params) -> Result<Response, Failure> {
    let acting = operator.acting();
    let filter = tenants::api::filter(&asked)?;
    let mut tx = acting.db.read(acting.platform).await?;
    let page = rows::list(&mut tx, acting.platform, &filter, asked.page()).await?;
    let total = match asked.wants_count() {
        true => Some(rows::count(&mut tx, acting.platform, &filter).await?),
        false => None,
    };
    let pagination = Pagination {
        total,
        ..Pagination::of(&page)
    };
    let tenants: Vec<Value> = page.items.iter().map(told).collect();
    Ok(answer::ok(
        json!({ "tenants": tenants, "pagination": pagination }),
    ))
}

/// Shows how one tenant fares, and what is to be mended.
pub(crate) async fn show(operator: Operator, Path(id): Path<String>) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, &id).await?;
    let mut health = told(&overview);
    health["checks"] = json!(checks(&overview));
    Ok(answer::ok(
        json!({ "tenantId": overview.tenant.id, "health": health }),
    ))
}

fn told(overview: &TenantOverview) -> Value {
    let checks = checks(overview);
    let failing: Vec<&str> = checks
        .iter()
        .filter(|check| !check.ok)
        .map(|check| check.name)
        .collect();
    let primary = overview.domains.iter().find(|domain| domain.is_primary);
    json!({
        "tenantId": overview.tenant.id,
        "slug": overview.tenant.slug,
        "name": overview.tenant.name,
        "status": overview.tenant.status,
        "planCode": overview.settings.plan_code,
        "lastLeadAt": overview.last_lead_at,
        "lastFailureAt": overview.last_failure_at,
        "backlog": overview.backlog,
        "deadLetters": overview.dead_letters,
        "domain": primary.map(|domain| json!({
            "hostname": domain.hostname,
            "isVerified": domain.is_verified,
            "state": domain.state(),
        })),
        "ok": failing.is_empty(),
        "failing": failing,
    })
}
