//! A visitor asked to be contacted: their contact, a lead, and a line on both their timelines.

use jiff::Timestamp;
use types::{
    ActivityType, LeadProperty, LeadType, Region,
    effects::{Effects, Happening, Wish},
    events::{LeadSubmitted, ListingRef},
    matching::Person,
};

use super::behaviour::visitor;

pub(super) fn effects(lead: &LeadSubmitted, occurred_at: Timestamp) -> Effects {
    Effects {
        occurred_at,
        visitor: visitor(lead.actor.as_ref()),
        behaviour: None,
        corrects: None,
        held: None,
        person: Some(person(lead)),
        wish: Some(Wish {
            lead_type: LeadType::WebsiteLead,
            source: lead.source.to_string(),
            timeframe: lead.timeframe.as_ref().map(ToString::to_string),
            notes: lead.message.as_ref().map(|message| message.as_str().to_owned()),
            property: property(lead),
        }),
        happening: Some(Happening {
            activity_type: ActivityType::LeadSubmitted,
            summary: summary(lead),
            metadata: serde_json::to_value(lead).expect("a payload that was read from JSON is JSON"),
        }),
    }
}
fn person(lead: &LeadSubmitted) -> Person {
    let contact = &lead.contact;
    Person {
        name: contact.name.as_ref().map(|name| name.as_str().to_owned()),
        email: Some(contact.email.clone()),
        phone: Some(contact.phone.in_region(Region::US)),
        source: lead.source.to_string(),
        tags: Vec::new(),
    }
}

/// The home: the listing they ask about, and the numbers of the one they own.
fn property(lead: &LeadSubmitted) -> LeadProperty {
    let listing = lead.listing.as_ref();
    let home = lead.property_details.as_ref();
    let own_address = || Some(home?.address.as_ref()?.as_str().to_owned());
    LeadProperty {
        listing_id: listing.and_then(|listing| listing.id.as_ref().map(ToString::to_string)),
        listing_url: listing.and_then(|listing| listing.url.as_ref().map(ToString::to_string)),
        listing_address: listing.and_then(address).or_else(own_address),
        property_type: home.map(|home| home.property_type.to_string()),
        beds: home.map(|home| home.beds.get().into()),
        baths: home.map(|home| home.baths.as_f64()),
        sqft: home.and_then(|home| home.sqft).map(|sqft| sqft.get().into()),
        price_min: None,
        price_max: None,
    }
}

fn address(listing: &ListingRef) -> Option<String> {
    listing.address.as_ref().map(ToString::to_string)
}

fn summary(lead: &LeadSubmitted) -> String {
    match lead.listing.as_ref().and_then(address) {
        Some(address) => format!("Asked about {address}"),
        None => format!("Sent the {} form", lead.source.replace(['-', '_'], " ")),
    }
}
