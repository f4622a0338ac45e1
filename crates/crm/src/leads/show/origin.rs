//! How a lead came about: what led its visitor to the site, and what they allowed when they wrote.

use db::{
    TenantScope, Tx,
    tenant::activities::{self, ActivityFilter},
};
use jiff::Timestamp;
use serde_json::Value;
use server::Failure;
use types::{ActivityType, Lead, LeadId, Medium, PageRequest};

use super::view::Fact;
use crate::{words, zone::Zone};

/// What the form sent that a lead came by.
pub(crate) async fn submitted(
    tx: &mut Tx,
    scope: &TenantScope,
    id: LeadId,
) -> Result<Option<Value>, Failure> {
    for form in [ActivityType::LeadSubmitted, ActivityType::ValuationRequested] {
        let of_lead = ActivityFilter {
            lead_id: Some(id),
            activity_type: Some(form),
            ..ActivityFilter::default()
        };
        let newest = activities::list(tx, scope, &of_lead, PageRequest::new(1, 0)).await?;
        if let Some(row) = newest.items.into_iter().next() {
            return Ok(Some(row.activity.metadata));
        }
    }
    Ok(None)
}

/// What is known of it, `submitted` being what the form sent.
pub(crate) fn source(lead: &Lead, submitted: Option<&Value>, zone: &Zone) -> Vec<Fact> {
    let mut facts = vec![Fact::new("Form", words::source(&lead.source))];
    if let Some(sent) = submitted {
        let (first, last) = (touch(sent, "first"), touch(sent, "last"));
        let again = last.filter(|last| Some(last) != first.as_ref());
        let page = sent["attribution"]["first"]["landingPath"].as_str();
        let known = [
            ("Came by", first),
            ("Came back by", again),
            ("First page", page.map(str::to_owned)),
            ("Consent", Some(consent(&sent["consent"], zone))),
        ];
        let known = known
            .into_iter()
            .filter_map(|(name, value)| Some(Fact::new(name, value?)));
        facts.extend(known);
    }
    facts.push(Fact::code("Lead", lead.id.to_string()));
    facts
}

/// Clicks that advertisers count, as people call them.
const CLICKS: [(&str, &str); 3] = [
    ("gclid", "Google advertisement"),
    ("msclkid", "Microsoft advertisement"),
    ("fbclid", "Facebook"),
];

/// `newsletter, email, autumn; Facebook`: who sent them, by what means, in which campaign, or else from which site, and
/// what they clicked there; or else what kind of way it was.
fn touch(sent: &Value, which: &str) -> Option<String> {
    let touch = &sent["attribution"][which];
    let said = |names: &[&str]| {
        let words: Vec<_> = names.iter().filter_map(|name| touch[name].as_str()).collect();
        (!words.is_empty()).then(|| words.join(", "))
    };
    let sent_by = said(&["utm_source", "utm_medium", "utm_campaign"]).or_else(|| said(&["referrer"]));
    let clicked = CLICKS.iter().filter(|(name, _)| touch[name] == true);
    let clicked = clicked.map(|(_, words)| (*words).to_owned());
    let medium: Option<Medium> = touch["medium"].as_str().and_then(|word| word.parse().ok());
    let known: Vec<_> = sent_by.into_iter().chain(clicked).collect();
    match (&*known, medium) {
        ([], medium) => medium.map(|medium| medium.label().to_owned()),
        ([site], Some(medium)) if touch["referrer"] == **site => Some(format!("{site} ({})", medium.label())),
        _ => Some(known.join("; ")),
    }
}

/// `Marketing e-mail, no calls; given 17 Nov 2026`.
fn consent(given: &Value, zone: &Zone) -> String {
    let allows = |name: &str| given[name] == Value::Bool(true);
    let what = match (allows("marketingEmail"), allows("marketingCalls")) {
        (true, true) => "Marketing e-mail and calls",
        (true, false) => "Marketing e-mail, no calls",
        (false, true) => "Marketing calls, no e-mail",
        (false, false) => return "No marketing".to_owned(),
    };
    let agreed: Option<Timestamp> = given["agreedAt"].as_str().and_then(|at| at.parse().ok());
    match agreed {
        Some(at) => format!("{what}; given {}", zone.date(at)),
        None => what.to_owned(),
    }
}
