//! The form that provisions a tenant, and what comes back when it is refused.

use askama::Template;
use axum::response::Response;
use server::{Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Submitted, page};
use types::{Feature, Plan};

use super::api::TenantIn;
use crate::{Refusal, operator::Operator, shell::console_shell, view::plan_name};

#[derive(Template)]
#[template(path = "tenants/new.html")]
struct Provision {
    frame: Frame,
    form: Filled,
    plans: Vec<(&'static str, String)>,
    features: Vec<FeatureChoice>,
    /// What is wrong with no field in particular.
    trouble: Option<String>,
}

struct FeatureChoice {
    value: &'static str,
    label: String,
    plans: String,
    is_chosen: bool,
}

/// Shows the empty form.
pub(crate) async fn show(operator: Operator, frame: Frame) -> Result<Response, Failure> {
    let form = Filled::new(
        Submitted::default().with("planCode", "starter"),
        FieldErrors::default(),
    );
    page::private(&drawn(&operator, frame, (form, None)))
}

/// Provisions, and leads to the new tenant; or shows the form with what is wrong.
pub(crate) async fn create(
    operator: Operator,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let new = match TenantIn::typed(&typed).parse() {
        Ok(new) => new,
        Err(Failure::Invalid(errors)) => {
            return page::refused(&drawn(&operator, frame, (Filled::new(typed, errors), None)));
        }
        Err(other) => return Err(other),
    };
    match super::provision(&acting, &new).await {
        Ok(overview) => {
            let path = format!("/tenants/{}", overview.tenant.slug);
            let text = format!(
                "{} is provisioned. Next: prove its domain and invite its owner.",
                overview.tenant.name
            );
            Ok(Flash::success(text).on(page::see_other(&path), &facts))
        }
        Err(refusal @ (Refusal::Conflict { .. } | Refusal::Invalid { .. })) => {
            let (errors, trouble) = beside_a_field(&refusal);
            page::refused(&drawn(&operator, frame, (Filled::new(typed, errors), trouble)))
        }
        Err(other) => Err(other.into()),
    }
}

fn beside_a_field(refusal: &Refusal) -> (FieldErrors, Option<String>) {
    let mut errors = FieldErrors::default();
    match refusal {
        Refusal::Conflict {
            code: "slug_taken",
            detail,
        } => errors.add("slug", "taken", detail),
        Refusal::Conflict {
            code: "hostname_taken",
            detail,
        } => errors.add("primaryDomain", "taken", detail),
        Refusal::Invalid {
            pointer,
            code,
            detail,
        } => errors.add(*pointer, code, detail),
        other => return (errors, Some(other.to_string())),
    }
    (errors, None)
}

fn drawn(operator: &Operator, frame: Frame, (form, trouble): (Filled, Option<String>)) -> Provision {
    let features = Feature::ALL.iter().map(|feature| FeatureChoice {
        value: feature.as_str(),
        label: feature_name(*feature).to_owned(),
        plans: carried_by(*feature),
        is_chosen: form.chose("featureFlags", feature.as_str()),
    });
    Provision {
        frame: frame.in_shell(console_shell(operator.profile())),
        features: features.collect(),
        form,
        plans: plan_choices(),
        trouble,
    }
}

/// The plans with what they cost, for a choice.
pub(crate) fn plan_choices() -> Vec<(&'static str, String)> {
    let dollars = |cents: i64| page::thousands(cents / 100);
    let choice = |plan: &Plan| {
        let (setup, month) = (plan.setup_price().cents(), plan.monthly_price().cents());
        let label = format!(
            "{}: ${} once, ${} a month",
            plan_name(*plan),
            dollars(setup),
            dollars(month)
        );
        (plan.as_str(), label)
    };
    Plan::ALL.iter().map(choice).collect()
}

/// The feature as people read it.
pub(crate) const fn feature_name(feature: Feature) -> &'static str {
    match feature {
        Feature::CrmPipeline => "Pipeline",
        Feature::LeadCapture => "Lead capture",
        Feature::BehaviorIntelligence => "Behavior intelligence",
        Feature::AutomationSequences => "Automation sequences",
        Feature::AiNba => "Next best action",
        Feature::DomainOps => "Domain operations",
    }
}

/// What a feature does today, in words: some are sold before anything depends on them.
pub(crate) const fn feature_does(feature: Feature) -> &'static str {
    match feature {
        Feature::CrmPipeline => "The CRM has its board of leads.",
        Feature::LeadCapture => "The site's forms and API take messages.",
        Feature::BehaviorIntelligence => {
            "Nothing depends on it yet: what visitors look at stands beside their contact on every plan."
        }
        Feature::AutomationSequences => "A new lead plans its own follow-up for the next day.",
        Feature::AiNba => "Nothing depends on it yet.",
        Feature::DomainOps => "Nothing depends on it yet: domains are looked after here, on every plan.",
    }
}

/// Why a tenant whose plan carries a feature does well to switch it on; none where nothing would be different.
pub(crate) const fn recommended_because(feature: Feature) -> Option<&'static str> {
    match feature {
        Feature::AutomationSequences => Some("Recommended: no new lead is forgotten."),
        Feature::CrmPipeline
        | Feature::LeadCapture
        | Feature::BehaviorIntelligence
        | Feature::AiNba
        | Feature::DomainOps => None,
    }
}

/// Which plans carry a feature, in words.
pub(crate) fn carried_by(feature: Feature) -> String {
    if Plan::ALL
        .iter()
        .all(|plan| plan.required_features().contains(&feature))
    {
        return "part of every plan".to_owned();
    }
    let plans = Plan::ALL.iter().filter(|plan| plan.allows(feature));
    let names: Vec<&str> = plans.map(|plan| plan_name(*plan)).collect();
    format!("on {}", names.join(", "))
}
