//! A tenant's plan and features on a page: what it has, why, and what another plan would carry.

use askama::Template;
use axum::response::Response;
use server::{Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, etag::IfMatch, page};
use types::{Entitlement, Feature, Plan, TenantControlSettings};

use super::SettingsChange;
use crate::{
    Refusal,
    operator::{Operator, Permission},
    shell::console_shell,
    tenants::{
        self,
        new::{carried_by, feature_name, plan_choices},
    },
    view::{Badge, TenantHead, plan_name},
};

#[derive(Template)]
#[template(path = "settings/show.html")]
struct SettingsPage {
    frame: Frame,
    head: TenantHead,
    form: Filled,
    plans: Vec<(&'static str, String)>,
    features: Vec<Row>,
    plan_names: Vec<&'static str>,
    may_update: bool,
}

/// A feature with why it is on or off, and which plans carry it.
struct Row {
    value: &'static str,
    name: &'static str,
    carried: String,
    why: Badge,
    is_required: bool,
    is_on: bool,
    plans: Vec<&'static str>,
}

/// Shows plan and features.
pub(crate) async fn show(
    operator: Operator,
    Path(id): Path<String>,
    frame: Frame,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, &id).await?;
    let settings = &overview.settings;
    let form = Submitted::default().with("planCode", settings.plan_code.as_str());
    page::private(&SettingsPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        head: TenantHead::of(&overview, "/settings"),
        form: Filled::new(form, FieldErrors::default()),
        plans: plan_choices(),
        features: Feature::ALL
            .iter()
            .map(|feature| row(settings, *feature))
            .collect(),
        plan_names: Plan::ALL.iter().map(|plan| plan_name(*plan)).collect(),
        may_update: operator.has(Permission::UpdateSettings),
    })
}

fn row(settings: &TenantControlSettings, feature: Feature) -> Row {
    let why = settings.why(feature);
    let (word, class) = match why {
        Entitlement::Required => ("On: the plan requires it", "badge badge-success"),
        Entitlement::Chosen => ("On: switched on", "badge badge-success"),
        Entitlement::Available => ("Off: can be switched on", "badge"),
        Entitlement::Dormant => ("Asleep: comes back with a larger plan", "badge badge-warning"),
        Entitlement::BeyondPlan => ("Off: not in the plan", "badge"),
    };
    let of_plan = |plan: &Plan| match (plan.required_features().contains(&feature), plan.allows(feature)) {
        (true, _) => "required",
        (false, true) => "allowed",
        (false, false) => "–",
    };
    Row {
        value: feature.as_str(),
        name: feature_name(feature),
        carried: carried_by(feature),
        why: Badge { word, class },
        is_required: why == Entitlement::Required,
        is_on: settings.chosen().contains(&feature),
        plans: Plan::ALL.iter().map(of_plan).collect(),
    }
}

/// Changes plan and features to what the form says.
pub(crate) async fn update(
    operator: Operator,
    Path(id): Path<String>,
    facts: Facts,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let plan = typed.get("planCode").parse::<Plan>();
    let plan =
        plan.map_err(|error| Failure::invalid("/planCode", "unknown", format!("The plan {error}.")))?;
    let ticked: Vec<Feature> = Feature::ALL
        .iter()
        .copied()
        .filter(|feature| typed.all("featureFlags").any(|flag| flag == feature.as_str()))
        .collect();
    let mut tx = acting.db.read(acting.platform).await?;
    let before = tenants::find(&mut tx, acting.platform, &id).await?.settings;
    drop(tx);
    // Required features stand ticked on the page and are not sent. When nobody touched a tick, another plan puts to sleep
    // what it does not carry; ticks that were touched mean what they say.
    let stays = |feature: &Feature| {
        before.why(*feature) == Entitlement::Required
            || before.chosen().contains(feature) == ticked.contains(feature)
    };
    let change = SettingsChange {
        plan: Some(plan),
        features: (!Feature::ALL.iter().all(stays)).then_some(ticked),
    };
    let flash = match super::change(&acting, &id, &change, &IfMatch::default()).await {
        Ok(_) => Flash::success("Plan and features are saved."),
        Err(Refusal::Invalid { detail, .. } | Refusal::Conflict { detail, .. }) => Flash::danger(detail),
        Err(other) => return Err(other.into()),
    };
    Ok(flash.on(page::see_other(&format!("/tenants/{id}/settings")), &facts))
}
