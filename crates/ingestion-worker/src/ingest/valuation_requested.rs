//! A visitor asked what a home is worth: with a way to reach them one lead, without it a line on the timeline.
//!
//! A lead starts the clock of the first response and waits in the pipeline until somebody answers. Nobody can answer
//! a visitor who left no address and no number, so an anonymous valuation makes no lead: it is shown among the
//! tenant's activities, since somebody is curious about that home. When the same visitor gives a contact with a
//! second request, that one makes their one lead; and when they change the facts after that, the same lead has the new
//! ones.

use jiff::Timestamp;
use types::{
    ActivityType, LeadProperty, LeadType,
    effects::{Effects, Happening, Wish},
    events::{ValuationContact, ValuationRequested},
    matching::Person,
    sources,
};

use super::behaviour::visitor;

pub(super) fn effects(valuation: &ValuationRequested, occurred_at: Timestamp) -> Effects {
    let person = valuation.contact.as_ref().and_then(reachable);
    Effects {
        occurred_at,
        visitor: visitor(valuation.actor.as_ref()),
        behaviour: None,
        corrects: valuation.corrects.as_ref().map(ToString::to_string),
        held: None,
        wish: person.is_some().then(|| wish(valuation)),
        person,
        happening: Some(Happening {
            activity_type: ActivityType::ValuationRequested,
            summary: summary(valuation),
            metadata: serde_json::to_value(valuation).expect("a payload that was read from JSON is JSON"),
        }),
    }
}

fn summary(valuation: &ValuationRequested) -> String {
    let address = valuation.address.as_str();
    match valuation.corrects {
        Some(_) => format!("Asked again what {address} is worth, with other facts"),
        None => format!("Asked what {address} is worth"),
    }
}

/// The person, if there is a way to reach them.
fn reachable(contact: &ValuationContact) -> Option<Person> {
    contact.is_reachable().then(|| Person {
        name: contact.name.as_ref().map(|name| name.as_str().to_owned()),
        email: contact.email.clone(),
        phone: contact.number(),
        source: sources::WEBSITE_VALUATION.to_owned(),
        tags: Vec::new(),
    })
}

fn wish(valuation: &ValuationRequested) -> Wish {
    Wish {
        lead_type: LeadType::ValuationRequest,
        source: sources::WEBSITE_VALUATION.to_owned(),
        timeframe: valuation.timeframe.as_ref().map(ToString::to_string),
        notes: None,
        property: LeadProperty {
            listing_address: Some(valuation.address.as_str().to_owned()),
            property_type: Some(valuation.property_type.to_string()),
            beds: Some(valuation.beds.get().into()),
            baths: Some(valuation.baths.as_f64()),
            sqft: valuation.sqft.map(|sqft| sqft.get().into()),
            ..LeadProperty::default()
        },
    }
}
