//! `/api/features`: what is switched for the whole platform, how many tenants have what and why; and switching.

use axum::response::Response;
use serde_json::{Value, json};
use server::{Failure, Fields, Path, etag::IfMatch, json as answer};
use types::{Feature, FlagState, Percentage, Switch, TenantId, Text};

use super::{Effect, FeatureState, FlagChange, Tally};
use crate::operator::Operator;

/// Lists every feature.
pub(crate) async fn list(operator: Operator) -> Result<Response, Failure> {
    let features = super::list(&operator.acting()).await?;
    let features: Vec<Value> = features.iter().map(told).collect();
    Ok(answer::ok(json!({ "features": features })))
}

/// Shows one.
pub(crate) async fn show(operator: Operator, Path(feature): Path<Feature>) -> Result<Response, Failure> {
    let state = super::find(&operator.acting(), feature).await?;
    let body = json!({ "feature": told(&state) });
    Ok(state.version().on(answer::ok(body)))
}

/// Switches one for every tenant, or only says what that would do.
pub(crate) async fn update(
    operator: Operator,
    Path(feature): Path<Feature>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let dry_run = fields.optional("dryRun").unwrap_or(false);
    let to = read_switch(&mut fields);
    let reason = fields.required::<Text<500>>("reason");
    fields.finish()?;
    let told_missing = "what could not be read was refused";
    let change = FlagChange {
        feature,
        to: to.expect(told_missing),
        reason: reason.expect(told_missing),
    };
    let (mut state, effect) = super::rehearse(&acting, &change).await?;
    if !dry_run {
        state = super::change(&acting, &change, &seen).await?;
    }
    let body = json!({ "feature": told(&state), "effect": told_effect(&effect), "dryRun": dry_run });
    Ok(state.version().on(answer::ok(body)))
}

fn read_switch(fields: &mut Fields) -> Option<Option<Switch>> {
    let state = fields.required::<FlagState>("state");
    let number = fields.optional::<Value>("percentage");
    let trouble = match (state?, number) {
        (FlagState::Default, None) => return Some(None),
        (FlagState::Off, None) => return Some(Some(Switch::Off)),
        (FlagState::Rollout, Some(number)) => match number.as_i64().and_then(Percentage::new) {
            Some(percentage) => return Some(Some(Switch::Rollout { percentage })),
            None => ("invalid", "percentage must be a whole number from 0 to 100."),
        },
        (FlagState::Rollout, None) => (
            "required",
            "percentage is missing: say how many of a hundred tenants.",
        ),
        (_, Some(_)) => ("invalid", "percentage goes with the state rollout only."),
    };
    fields.refuse("percentage", trouble.0, trouble.1);
    None
}

/// A feature as programs read it.
pub(crate) fn told(state: &FeatureState) -> Value {
    let flag = state.flag.as_ref();
    let switch = flag.map(|flag| flag.switch);
    let Tally {
        by_reason,
        looked_at,
        is_all,
    } = &state.tally;
    let why = by_reason
        .iter()
        .map(|(why, count)| json!({ "why": why, "isOn": why.is_on(), "tenants": count }));
    json!({
        "feature": state.feature,
        "state": switch.map_or(FlagState::Default, Switch::state),
        "percentage": switch.and_then(Switch::percentage).map(Percentage::get),
        "reason": flag.map(|flag| &flag.reason),
        "setBy": flag.map(|flag| &flag.set_by),
        "setAt": flag.map(|flag| flag.set_at),
        "tenantsOn": state.tally.on(),
        "lookedAt": looked_at,
        "isAll": is_all,
        "why": why.collect::<Vec<_>>(),
    })
}

/// What a change would do, or did.
pub(crate) fn told_effect(effect: &Effect) -> Value {
    let ids = |tenants: &[TenantId]| tenants.iter().map(ToString::to_string).collect::<Vec<_>>();
    json!({
        "wouldGain": effect.gains.0,
        "wouldLose": effect.losses.0,
        "gaining": ids(&effect.gains.1),
        "losing": ids(&effect.losses.1),
        "lookedAt": effect.looked_at,
        "isAll": effect.is_all,
    })
}
