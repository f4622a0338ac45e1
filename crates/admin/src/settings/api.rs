//! `/api/tenants/{id}/settings`: plan and features, and what each plan has.

use axum::response::Response;
use serde_json::{Value, json};
use server::{
    Failure, Fields, Path,
    etag::{IfMatch, Version},
    json as answer,
};
use types::{Feature, Plan};

use super::SettingsChange;
use crate::{
    Acting,
    domains::api::nothing_to_change,
    operator::Operator,
    tenants::{self, TenantOut},
};

/// Shows plan and features, each with why it is on or off, and the matrix of all plans.
pub(crate) async fn show(operator: Operator, Path(id): Path<String>) -> Result<Response, Failure> {
    one(&operator.acting(), &id).await
}

/// Changes plan, features or both.
pub(crate) async fn update(
    operator: Operator,
    Path(id): Path<String>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    tenants::look_up(&acting, &id).await?;
    let change = SettingsChange {
        plan: fields.optional("planCode"),
        features: fields.optional("featureFlags"),
    };
    fields.finish()?;
    if change == SettingsChange::default() {
        return Err(nothing_to_change());
    }
    super::change(&acting, &id, &change, &seen).await?;
    one(&acting, &id).await
}

async fn one(acting: &Acting<'_>, id: &str) -> Result<Response, Failure> {
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, id).await?;
    let version = Version::of(overview.version);
    let settings = &overview.settings;
    let features: Vec<Value> = Feature::ALL
        .iter()
        .map(|feature| {
            let why = settings.why(*feature);
            json!({ "feature": feature, "isOn": settings.has(*feature), "why": why })
        })
        .collect();
    let body = json!({
        "tenantId": settings.tenant_id,
        "settings": settings,
        "features": features,
        "plans": plans(),
        "tenant": TenantOut::from(overview.clone()),
    });
    Ok(version.on(answer::ok(body)))
}

fn plans() -> Vec<Value> {
    Plan::ALL
        .iter()
        .map(|plan| {
            json!({
                "planCode": plan,
                "setupPriceCents": plan.setup_price().cents(),
                "monthlyPriceCents": plan.monthly_price().cents(),
                "requiredFeatures": plan.required_features(),
                "allowedFeatures": plan.allowed_features(),
            })
        })
        .collect()
}
