//! `/api/assignment-rules`: the list, new ones, changes, taking one away, and what they say of a lead.

use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::assignment;
use serde::Serialize;
use serde_json::json;
use server::{
    Failure, Fields, Path,
    etag::{IfMatch, Version},
    json as answer,
};
use types::{
    AssignmentRuleId, LeadType, Money, PersonId,
    assignment::{AssignmentRule, Day, RuleChange, TargetKind, TimeOfDay, ZipCode},
};

use super::{keep, read};
use crate::{
    app::App,
    member::{Owner, Writer},
};

/// A rule as the API tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleOut {
    id: AssignmentRuleId,
    name: String,
    /// Its place, from 1.
    position: usize,
    is_catch_all: bool,
    source: Option<String>,
    lead_type: Option<LeadType>,
    town: Option<String>,
    zips: Vec<ZipCode>,
    tag: Option<String>,
    /// Whole dollars.
    price_min: Option<i64>,
    price_max: Option<i64>,
    days: Vec<Day>,
    from: Option<TimeOfDay>,
    until: Option<TimeOfDay>,
    target: TargetKind,
    people: Vec<PersonId>,
    /// How many turns of a round each has, in the same order.
    shares: Vec<u8>,
}

impl RuleOut {
    fn new(rule: AssignmentRule, position: usize) -> Self {
        let criteria = rule.criteria;
        let window = criteria.window;
        Self {
            id: rule.id,
            is_catch_all: rule.id == AssignmentRule::catch_all_id(),
            name: rule.name,
            position,
            source: criteria.source,
            lead_type: criteria.lead_type,
            town: criteria.town,
            zips: criteria.zips,
            tag: criteria.tag,
            price_min: criteria.price_min.map(Money::whole_dollars),
            price_max: criteria.price_max.map(Money::whole_dollars),
            from: window.as_ref().map(|window| window.from),
            until: window.as_ref().map(|window| window.until),
            days: window.map(|window| window.days).unwrap_or_default(),
            target: rule.target.kind(),
            people: rule.target.people().to_vec(),
            shares: rule.target.shares().to_vec(),
        }
    }
}

/// Lists the rules in the order they are asked; the catch-all is the last.
pub(crate) async fn list(Owner(owner): Owner, State(app): State<App>) -> Result<Response, Failure> {
    let owner = Writer(owner);
    let scope = &owner.0.scope;
    let mut tx = app.db.read(scope).await?;
    let book = assignment::book(&mut tx, scope).await?;
    let rules: Vec<_> = (book.rules().iter().zip(1..))
        .map(|(rule, place)| RuleOut::new(rule.clone(), place))
        .collect();
    Ok(answer::ok(
        json!({ "tenantId": scope.tenant_id(), "rules": rules }),
    ))
}

/// Adds a rule.
pub(crate) async fn create(
    Owner(owner): Owner,
    State(app): State<App>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let owner = Writer(owner);
    let wanted = read::of_body(&mut fields);
    if wanted.name.is_none() && fields.is_fine() {
        fields.refuse("name", "required", "name is missing.");
    }
    if wanted.target.is_none() && fields.is_fine() {
        fields.refuse("target", "required", "target is missing.");
    }
    let place = fields.optional("position");
    fields.finish()?;
    let placed = keep::add(&app, &owner, wanted, place).await?;
    Ok(one(&owner.0, placed, StatusCode::CREATED))
}

/// Changes what the body mentions; null clears.
pub(crate) async fn update(
    Owner(owner): Owner,
    State(app): State<App>,
    Path(id): Path<AssignmentRuleId>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let owner = Writer(owner);
    let wanted = read::of_body(&mut fields);
    let place = fields.optional("position");
    fields.finish()?;
    if wanted == RuleChange::default() && place.is_none() {
        return Err(Failure::invalid(
            "",
            "nothing_to_change",
            "The body names nothing to change.",
        ));
    }
    let placed = keep::change(&app, &owner, (id, &seen), wanted, place).await?;
    Ok(one(&owner.0, placed, StatusCode::OK))
}

/// Takes a rule away.
pub(crate) async fn delete(
    Owner(owner): Owner,
    State(app): State<App>,
    Path(id): Path<AssignmentRuleId>,
    seen: IfMatch,
) -> Result<Response, Failure> {
    let owner = Writer(owner);
    keep::remove(&app, &owner, (id, &seen)).await?;
    Ok(answer::ok(json!({ "tenantId": owner.0.scope.tenant_id() })))
}

fn one(owner: &crate::member::Member, (rule, place): keep::Placed, status: StatusCode) -> Response {
    let version = Version::of(rule.version);
    let rule = json!({ "tenantId": owner.scope.tenant_id(), "rule": RuleOut::new(rule, place) });
    version.on(answer::ok_with(status, rule))
}
