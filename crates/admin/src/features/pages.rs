//! Features on pages: how each stands for the whole platform, the form that switches one, and what that would do.

use std::collections::HashMap;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use server::{Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, etag::IfMatch, page};
use types::{Feature, FlagState, Percentage, Switch, TenantId, Text};

use super::{Effect, FeatureState, FlagChange};
use crate::{
    Acting, Refusal,
    operator::{Operator, Permission},
    operators,
    shell::console_shell,
    tenants::new::{carried_by, feature_does, feature_name},
    view::{Badge, Time, entitlement_badge},
};

#[derive(Template)]
#[template(path = "features/list.html")]
struct ListPage {
    frame: Frame,
    features: Vec<Row>,
}

#[derive(Template)]
#[template(path = "features/show.html")]
struct ShowPage {
    frame: Frame,
    feature: Row,
    form: Filled,
    states: Vec<(&'static str, &'static str)>,
    may_switch: bool,
}

#[derive(Template)]
#[template(path = "features/confirm.html")]
struct ConfirmPage {
    frame: Frame,
    feature: Row,
    question: String,
    effect: String,
    gaining: Vec<String>,
    more_gain: usize,
    losing: Vec<String>,
    more_lose: usize,
    /// Why it cannot go on like this.
    trouble: Option<&'static str>,
    state: &'static str,
    percentage: String,
    reason: String,
    version: String,
}

/// A feature with how it stands.
struct Row {
    value: &'static str,
    name: &'static str,
    does: &'static str,
    carried: String,
    state: Badge,
    /// How many of a hundred tenants, where it is rolled out.
    share: Option<i64>,
    set: Option<Set>,
    on: usize,
    looked_at: usize,
    is_all: bool,
    reasons: Vec<(Badge, usize)>,
}

/// Who switched it, when and why.
struct Set {
    by: String,
    at: Time,
    reason: String,
}

/// Shows every feature.
pub(crate) async fn list(operator: Operator, frame: Frame) -> Result<Response, Failure> {
    let acting = operator.acting();
    let states = super::list(&acting).await?;
    let names = names(&acting, &states).await?;
    page::private(&ListPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        features: states.into_iter().map(|state| row(state, &names)).collect(),
    })
}

/// Shows one, with the form that switches it.
pub(crate) async fn show(
    operator: Operator,
    Path(feature): Path<Feature>,
    frame: Frame,
) -> Result<Response, Failure> {
    let state = super::find(&operator.acting(), feature).await?;
    let switch = state.flag.as_ref().map(|flag| flag.switch);
    let share = switch.and_then(Switch::percentage).map(Percentage::get);
    let form = Submitted::default()
        .with("state", switch.map_or(FlagState::Default, Switch::state).as_str())
        .with(
            "percentage",
            share.map(|share| share.to_string()).unwrap_or_default(),
        );
    let filled = Filled::new(form, FieldErrors::default());
    page::private(&drawn(&operator, frame, (state, filled)).await?)
}

async fn drawn(
    operator: &Operator,
    frame: Frame,
    (state, form): (FeatureState, Filled),
) -> Result<ShowPage, Failure> {
    let names = names(&operator.acting(), std::slice::from_ref(&state)).await?;
    Ok(ShowPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        feature: row(state, &names),
        form,
        states: vec![
            ("default", "As plans, choices and exceptions say"),
            ("rollout", "On for a share of the tenants"),
            ("off", "Off for every tenant"),
        ],
        may_switch: operator.has(Permission::SetFeature),
    })
}

/// What those are called who switched these.
async fn names(acting: &Acting<'_>, states: &[FeatureState]) -> Result<HashMap<String, String>, Failure> {
    let flags = states.iter().filter_map(|state| state.flag.as_ref());
    let mut tx = acting.db.read(acting.platform).await?;
    let named = operators::names(&mut tx, acting, flags.map(|flag| flag.set_by.as_str()));
    Ok(named.await?)
}

fn row(state: FeatureState, names: &HashMap<String, String>) -> Row {
    let reasons = state.tally.by_reason.iter();
    let switch = state.flag.as_ref().map(|flag| flag.switch);
    Row {
        value: state.feature.as_str(),
        name: feature_name(state.feature),
        does: feature_does(state.feature),
        carried: carried_by(state.feature),
        state: state_badge(switch),
        share: switch.and_then(Switch::percentage).map(Percentage::get),
        on: state.tally.on(),
        reasons: reasons
            .map(|(why, count)| (entitlement_badge(*why), *count))
            .collect(),
        looked_at: state.tally.looked_at,
        is_all: state.tally.is_all,
        set: state.flag.map(|flag| Set {
            by: names.get(&flag.set_by).cloned().unwrap_or(flag.set_by),
            at: Time::new(flag.set_at),
            reason: flag.reason,
        }),
    }
}

const fn state_badge(switch: Option<Switch>) -> Badge {
    let (word, class) = match switch {
        None => ("As plans say", "badge"),
        Some(Switch::Rollout { .. }) => ("Rolled out", "badge badge-info"),
        Some(Switch::Off) => ("Off for everybody", "badge badge-danger"),
    };
    Badge { word, class }
}

/// Shows what would happen; or does it, once that was confirmed.
pub(crate) async fn update(
    operator: Operator,
    Path(feature): Path<Feature>,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut errors = FieldErrors::default();
    let Some(change) = read(feature, &typed, &mut errors) else {
        let state = super::find(&acting, feature).await?;
        let form = Filled::new(typed, errors);
        return page::refused(&drawn(&operator, frame, (state, form)).await?);
    };
    if typed.get("confirmed") != "yes" {
        let page = foretold(&operator, frame, (&change, None)).await?;
        return page::private(&page);
    }
    let seen = IfMatch::of_form(typed.get("version"));
    match super::change(&acting, &change, &seen).await {
        Ok(state) => {
            let told = match change.to {
                None => "Plans decide about it again.".to_owned(),
                Some(_) => format!(
                    "{} of {} tenants have it now.",
                    state.tally.on(),
                    state.tally.looked_at
                ),
            };
            let told = format!("{} is switched. {told}", feature_name(feature));
            Ok(Flash::success(told).on(page::see_other("/features"), &facts))
        }
        Err(Refusal::Stale) => {
            let trouble = "Somebody else switched it meanwhile. This is what would happen now.";
            let page = foretold(&operator, frame, (&change, Some(trouble))).await?;
            page::with_status(StatusCode::PRECONDITION_FAILED, &page)
        }
        Err(other) => Err(other.into()),
    }
}

fn read(feature: Feature, typed: &Submitted, errors: &mut FieldErrors) -> Option<FlagChange> {
    let state = typed.get("state").parse::<FlagState>();
    let state = state.map_err(|_| "Choose one of the three.");
    let state = errors.keep("state", "unknown", state);
    let reason = typed.get("reason").parse::<Text<500>>();
    let reason = reason.map_err(|error| format!("The reason {error}."));
    let reason = errors.keep("reason", "invalid", reason);
    let to = match state? {
        FlagState::Default => None,
        FlagState::Off => Some(Switch::Off),
        FlagState::Rollout => {
            let number = typed.get("percentage").trim().trim_end_matches('%').trim_end();
            let share = number.parse().ok().and_then(Percentage::new);
            let share = share.ok_or("Write a whole number from 0 to 100.");
            let percentage = errors.keep("percentage", "invalid", share)?;
            Some(Switch::Rollout { percentage })
        }
    };
    Some(FlagChange {
        feature,
        to,
        reason: reason?,
    })
}

/// The dry run.
async fn foretold(
    operator: &Operator,
    frame: Frame,
    (change, trouble): (&FlagChange, Option<&'static str>),
) -> Result<ConfirmPage, Failure> {
    let acting = operator.acting();
    let (state, effect) = super::rehearse(&acting, change).await?;
    let name = feature_name(change.feature);
    let share = change.to.and_then(Switch::percentage).map(Percentage::get);
    let question = match (change.to, share) {
        (None, _) => format!("Let plans decide about {name} again?"),
        (Some(_), Some(share)) => format!("Roll {name} out to {share} % of the tenants?"),
        (Some(_), None) => format!("Switch {name} off for every tenant?"),
    };
    let version = state.version().to_string();
    let names = names(&acting, std::slice::from_ref(&state)).await?;
    let effect_says = effect.sentence();
    let Effect { gains, losses, .. } = effect;
    let slugs = |ids: &[TenantId]| {
        let slugs = ids.iter().map(|id| id.as_str().trim_start_matches("tenant_"));
        slugs.map(str::to_owned).collect::<Vec<_>>()
    };
    Ok(ConfirmPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        feature: row(state, &names),
        question,
        effect: effect_says,
        more_gain: gains.0 - gains.1.len(),
        gaining: slugs(&gains.1),
        more_lose: losses.0 - losses.1.len(),
        losing: slugs(&losses.1),
        trouble,
        state: change.to.map_or(FlagState::Default, Switch::state).as_str(),
        percentage: share.map(|share| share.to_string()).unwrap_or_default(),
        reason: change.reason.as_str().to_owned(),
        version,
    })
}
