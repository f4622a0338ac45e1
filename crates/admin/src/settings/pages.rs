//! A tenant's plan and features on a page: what it has, why, and what another plan would carry.

use askama::Template;
use axum::response::Response;
use jiff::Timestamp;
use server::{Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, etag::IfMatch, page};
use types::{Entitlement, Entitlements, Exception, Feature, Limit, Plan, PlanOverride, TraceStep};

use super::{SettingsChange, override_pages::subjects, overrides};
use crate::{
    Refusal,
    operator::{Operator, Permission},
    shell::console_shell,
    tenants::{
        self,
        new::{carried_by, feature_does, feature_name, plan_choices, recommended_because},
    },
    view::{Badge, TenantHead, Time, entitlement_badge, plan_name},
};

#[derive(Template)]
#[template(path = "settings/show.html")]
pub(super) struct SettingsPage {
    frame: Frame,
    head: TenantHead,
    form: Filled,
    plans: Vec<(&'static str, String)>,
    features: Vec<Row>,
    plan_names: Vec<&'static str>,
    limits: Vec<LimitRow>,
    exceptions: Vec<ExceptionRow>,
    /// The form of a further exception.
    exception: Filled,
    subjects: Vec<(&'static str, String)>,
    may_update: bool,
    may_except: bool,
}

/// A feature with why it is on or off, and which plans carry it.
struct Row {
    value: &'static str,
    name: &'static str,
    carried: String,
    /// What it does today.
    does: &'static str,
    /// Why it should be on, where it could be and is not.
    recommended: Option<&'static str>,
    why: Badge,
    is_required: bool,
    is_on: bool,
    plans: Vec<&'static str>,
    trace: Vec<TraceStep>,
}

/// How many there are of what there may be only so many of.
struct LimitRow {
    name: &'static str,
    room: String,
    is_full: bool,
    plans: Vec<i64>,
    trace: Vec<TraceStep>,
}

struct ExceptionRow {
    subject: &'static str,
    says: String,
    reason: String,
    ends: Option<Time>,
    counts: bool,
    made: Time,
    by: String,
}

/// Shows plan and features.
pub(crate) async fn show(
    operator: Operator,
    Path(id): Path<String>,
    frame: Frame,
) -> Result<Response, Failure> {
    page::private(&drawn(&operator, &id, (frame, Filled::default())).await?)
}

/// The page, with an exception that somebody typed.
pub(super) async fn drawn(
    operator: &Operator,
    id: &str,
    (frame, exception): (Frame, Filled),
) -> Result<SettingsPage, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, id).await?;
    let entitled = overrides::entitlements(&mut tx, &acting, &overview.tenant.id).await?;
    let entitled = overrides::with_names(&mut tx, &acting, &entitled).await?;
    let used = overrides::Used::by(&mut tx, &acting, &overview).await?;
    let form = Submitted::default().with("planCode", entitled.settings.plan_code.as_str());
    Ok(SettingsPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        head: TenantHead::of(&overview, "/settings"),
        form: Filled::new(form, FieldErrors::default()),
        plans: plan_choices(),
        features: Feature::ALL
            .iter()
            .map(|feature| row((&entitled, acting.now), *feature))
            .collect(),
        plan_names: Plan::ALL.iter().map(|plan| plan_name(*plan)).collect(),
        limits: Limit::ALL
            .iter()
            .map(|limit| limit_row((&entitled, acting.now), *limit, used.of(*limit)))
            .collect(),
        exceptions: entitled
            .overrides
            .iter()
            .map(|made| exception_row(made, acting.now))
            .collect(),
        exception,
        subjects: subjects(),
        may_update: operator.has(Permission::UpdateSettings),
        may_except: operator.has(Permission::SetOverride),
    })
}

fn limit_row((entitled, now): (&Entitlements, Timestamp), limit: Limit, used: i64) -> LimitRow {
    let most = entitled.most(limit, now);
    LimitRow {
        name: match limit {
            Limit::Domains => "Domains",
            Limit::Members => "Members",
        },
        room: format!("{used} of {most}"),
        is_full: used >= most,
        plans: Plan::ALL.iter().map(|plan| plan.most(limit)).collect(),
        trace: entitled.trace_of(limit, now),
    }
}

fn exception_row(made: &PlanOverride, now: Timestamp) -> ExceptionRow {
    ExceptionRow {
        subject: made.exception.subject(),
        says: match made.exception {
            Exception::Feature { is_on: true, .. } => "On".to_owned(),
            Exception::Feature { is_on: false, .. } => "Off".to_owned(),
            Exception::Limit { most, .. } => format!("Up to {most}"),
        },
        reason: made.reason.clone(),
        ends: made.expires_at.map(Time::new),
        counts: made.counts(now),
        made: Time::new(made.made_at),
        by: made.made_by.clone(),
    }
}

fn row((entitled, now): (&Entitlements, Timestamp), feature: Feature) -> Row {
    let (settings, why) = (&entitled.settings, entitled.why(feature, now));
    let of_plan = |plan: &Plan| match (plan.required_features().contains(&feature), plan.allows(feature)) {
        (true, _) => "required",
        (false, true) => "allowed",
        (false, false) => "–",
    };
    Row {
        value: feature.as_str(),
        name: feature_name(feature),
        carried: carried_by(feature),
        does: feature_does(feature),
        recommended: recommended_because(feature).filter(|_| why == Entitlement::Available),
        why: entitlement_badge(why),
        trace: entitled.trace(feature, now),
        is_required: settings.why(feature) == Entitlement::Required,
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
