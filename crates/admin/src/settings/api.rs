//! `/api/tenants/{id}/settings`: plan and features, and what each plan has.

use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use server::{
    Failure, Fields, Path,
    etag::{IfMatch, Version},
    json as answer,
};
use types::{Entitlements, Feature, Limit, Plan};

use super::{
    SettingsChange,
    overrides::{self, Used},
};
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

pub(super) async fn one(acting: &Acting<'_>, id: &str) -> Result<Response, Failure> {
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, id).await?;
    let version = Version::of(overview.version);
    let entitled = overrides::entitlements(&mut tx, acting, &overview.tenant.id).await?;
    let named = overrides::with_names(&mut tx, acting, &entitled).await?;
    let used = Used::by(&mut tx, acting, &overview).await?;
    let body = json!({
        "tenantId": overview.tenant.id,
        "settings": entitled.settings,
        "features": features(&named, acting.now),
        "limits": limits(&named, &used, acting.now),
        "overrides": entitled.overrides,
        "plans": plans(),
        "tenant": TenantOut::from(overview.clone()),
    });
    Ok(version.on(answer::ok(body)))
}

fn features(entitled: &Entitlements, now: Timestamp) -> Vec<Value> {
    let state = |feature: &Feature| {
        json!({
            "feature": feature,
            "isOn": entitled.has(*feature, now),
            "why": entitled.why(*feature, now),
            "trace": entitled.trace(*feature, now),
        })
    };
    Feature::ALL.iter().map(state).collect()
}

fn limits(entitled: &Entitlements, used: &Used, now: Timestamp) -> Vec<Value> {
    let state = |limit: &Limit| {
        json!({
            "limit": limit,
            "used": used.of(*limit),
            "most": entitled.most(*limit, now),
            "trace": entitled.trace_of(*limit, now),
        })
    };
    Limit::ALL.iter().map(state).collect()
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
                "mostDomains": plan.most(Limit::Domains),
                "mostMembers": plan.most(Limit::Members),
            })
        })
        .collect()
}
