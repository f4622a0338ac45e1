//! What a tenant pays for and has switched on, and the exceptions made for it.

pub(crate) mod api;
pub(crate) mod override_api;
pub(crate) mod override_pages;
#[cfg(test)]
mod override_tests;
pub(crate) mod overrides;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use db::platform::tenants as rows;
use serde_json::{Value, json};
use server::etag::IfMatch;
use types::{AuditAction, Feature, FeatureNotAllowed, Plan, TenantControlSettings};

use crate::{Acting, Refusal, tenants};

/// A change of the settings; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingsChange {
    /// Another plan.
    pub plan: Option<Plan>,
    /// All features to be switched on from now; the plan's required ones come by themselves.
    pub features: Option<Vec<Feature>>,
}

/// Changes plan, features or both. A smaller plan forgets nothing: what it does not carry sleeps.
pub async fn change(
    acting: &Acting<'_>,
    id_or_slug: &str,
    change: &SettingsChange,
    seen: &IfMatch,
) -> Result<TenantControlSettings, Refusal> {
    let tenant = tenants::look_up(acting, id_or_slug).await?;
    let attempt = acting
        .attempt(AuditAction::TenantSettingsUpdate, Some(&tenant.id))
        .await?;
    let changing = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        attempt.touch(&mut tx, seen).await?;
        let overview = tenants::find(&mut tx, attempt.platform, tenant.id.as_str()).await?;
        let before = overview.settings;
        let after = before
            .changed(change.plan, change.features.as_deref())
            .map_err(not_allowed)?;
        rows::update_settings(&mut tx, attempt.platform, &after, attempt.now).await?;
        let details = json!({ "before": told(&before), "after": told(&after) });
        attempt.succeeded(&mut tx, details).await?;
        tx.commit().await?;
        Ok(after)
    };
    attempt.end(changing).await
}

/// A feature the plan does not carry, beside the field that asks for it.
pub(crate) fn not_allowed(error: FeatureNotAllowed) -> Refusal {
    Refusal::invalid(
        "/featureFlags",
        "feature_not_allowed",
        format!("The feature {error}."),
    )
}

fn told(settings: &TenantControlSettings) -> Value {
    json!({ "planCode": settings.plan_code, "featureFlags": settings.feature_flags })
}
