//! "Test a lead": what every rule says of one, and why; nothing is given to anybody, and nobody's turn is used up.

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    Tx,
    tenant::{assignment, leads},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use server::{Failure, FieldErrors, Fields, Filled, Frame, Params, json as answer, page};
use types::{
    AssignmentRuleId, LeadId, LeadType, Money,
    assignment::{Answer, Check, Decision, LeadFacts, ListedHome, Verdict},
};

use super::read::price;
use crate::{
    app::App,
    member::{Owner, Writer},
    workspace::Workspace,
    zone::Zone,
};

/// What a rule says, as the API tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VerdictOut {
    rule_id: AssignmentRuleId,
    rule: String,
    answer: Answer,
    checks: Vec<CheckOut>,
}

#[derive(Debug, Serialize)]
struct CheckOut {
    what: &'static str,
    wanted: String,
    found: String,
    fits: bool,
}

impl From<Verdict> for VerdictOut {
    fn from(verdict: Verdict) -> Self {
        let check = |check: Check| CheckOut {
            what: check.what,
            wanted: check.wanted,
            found: check.found,
            fits: check.fits,
        };
        Self {
            rule_id: verdict.rule_id,
            rule: verdict.rule,
            answer: verdict.answer,
            checks: verdict.checks.into_iter().map(check).collect(),
        }
    }
}

/// `POST /api/assignment-rules/test`: about a lead that is there, or one that might come.
pub(crate) async fn over_api(
    Owner(owner): Owner,
    State(app): State<App>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let owner = Writer(owner);
    let scope = &owner.0.scope;
    let lead_id = fields.optional::<LeadId>("leadId");
    let listing_id = fields.optional::<String>("listingId");
    let (least, most) = (price(&mut fields, "priceMin"), price(&mut fields, "priceMax"));
    let mut facts = LeadFacts {
        source: fields.optional("source").unwrap_or_default(),
        lead_type: fields.optional("leadType").unwrap_or(LeadType::WebsiteLead),
        town: None,
        zip: None,
        address: fields.optional("listingAddress"),
        tags: fields.tags().apply(None).unwrap_or_default(),
        price: both(least.apply(None), most.apply(None)),
        at: fields.optional("at").unwrap_or_else(|| app.clock.now()),
    };
    fields.finish()?;
    let mut tx = app.db.read(scope).await?;
    if let Some(id) = lead_id {
        let lead = leads::find(&mut tx, scope, id)
            .await?
            .ok_or(Failure::NotFound)?
            .lead;
        let home = home(&mut tx, &owner, lead.property.listing_id.as_deref()).await?;
        let theirs = match lead.contact_id {
            Some(contact_id) => assignment::tags_of(&mut tx, scope, contact_id).await?,
            None => Vec::new(),
        };
        facts = LeadFacts::of(&lead, home.as_ref()).from_somebody_tagged(&theirs);
    } else if let Some(home) = home(&mut tx, &owner, listing_id.as_deref()).await? {
        facts.price = facts.price.or(Some((home.price, home.price)));
        (facts.town, facts.zip) = (Some(home.city), home.zip);
    }
    let (verdicts, decision) = assignment::book(&mut tx, scope).await?.explain(&facts);
    Ok(answer::ok(json!({
        "tenantId": scope.tenant_id(),
        "decision": {
            "ruleId": decision.rule_id, "rule": decision.rule, "assignedTo": decision.to,
            "assigneeName": decision.name, "why": decision.why(),
        },
        "rules": verdicts.into_iter().map(VerdictOut::from).collect::<Vec<_>>(),
    })))
}

async fn home(tx: &mut Tx, owner: &Writer, listing_id: Option<&str>) -> Result<Option<ListedHome>, Failure> {
    match listing_id {
        Some(id) => Ok(assignment::home_of(tx, &owner.0.scope, id).await?),
        None => Ok(None),
    }
}

/// Whichever is given stands for both.
fn both(least: Option<Money>, most: Option<Money>) -> Option<(Money, Money)> {
    let one = least.or(most)?;
    Some((least.unwrap_or(one), most.unwrap_or(one)))
}

#[derive(Template)]
#[template(path = "assignment/trial.html")]
struct Trial {
    frame: Frame,
    form: Filled,
    types: Vec<(&'static str, &'static str)>,
    zone: String,
    told: Option<Told>,
}

/// What the rules say.
struct Told {
    decision: Decision,
    verdicts: Vec<Verdict>,
}

impl Trial {
    /// The class and the words of what a rule says.
    const fn said(verdict: &Verdict) -> (&'static str, &'static str) {
        match verdict.answer {
            Answer::Decides => ("badge badge-success", "Decides"),
            Answer::Passes => ("badge", "Does not match"),
            Answer::ComesTooLate => ("badge badge-info", "Would match, comes too late"),
        }
    }
}

/// `GET /settings/assignment/test`: the form is the address, so what it says can be sent to a colleague.
pub(crate) async fn show(
    Owner(owner): Owner,
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let owner = Writer(owner);
    let scope = &owner.0.scope;
    let mut tx = app.db.read(scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let zone = assignment::settings(&mut tx, scope).await?.zone;
    let (facts, errors) = read(&params, (&zone, workspace.now));
    let is_asked = params.0.pairs().next().is_some() && errors.is_empty();
    let book = assignment::book(&mut tx, scope).await?;
    let told = is_asked.then(|| {
        let (verdicts, decision) = book.explain(&facts);
        Told { decision, verdicts }
    });
    let refused = !errors.is_empty();
    let shown = Trial {
        frame: workspace.framed(&counts),
        form: Filled::new(params.0, errors),
        types: LeadType::ALL
            .iter()
            .map(|kind| (kind.as_str(), kind.label()))
            .collect(),
        zone,
        told,
    };
    match refused {
        true => page::refused(&shown),
        false => page::private(&shown),
    }
}

/// Words with commas between them.
fn words(text: &str) -> Vec<String> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn read(params: &Params, (zone, now): (&str, Timestamp)) -> (LeadFacts, FieldErrors) {
    let mut errors = FieldErrors::default();
    let price = params.filled("price").map(crate::leads::dollars).transpose();
    let price = errors.keep("price", "invalid", price).flatten();
    let at = match params.filled("at") {
        None => Ok(now),
        Some(text) => Zone::named(zone)
            .read(text)
            .ok_or("When must be a date and a time, such as 2026-12-01T09:00."),
    };
    let facts = LeadFacts {
        source: params.filled("source").unwrap_or_default().to_owned(),
        lead_type: params
            .one_of("leadType", &mut errors)
            .unwrap_or(LeadType::WebsiteLead),
        town: None,
        zip: None,
        address: params.filled("listingAddress").map(str::to_owned),
        tags: words(params.get("tags")),
        price: price.map(|price| (price, price)),
        at: errors.keep("at", "invalid", at).unwrap_or(now),
    };
    (facts, errors)
}
