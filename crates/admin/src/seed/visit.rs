//! What somebody of the demo did on the site: homes they looked at and kept, and what they looked for.

use std::collections::BTreeMap;

use serde_json::json;
use types::{
    Activity, ActivityId, ActivityType,
    listings::{Listing, ListingId},
};

use super::{
    file::{SeedContact, Visit, VisitStep},
    lead::Cast,
};

/// The homes of a demo tenant, by the key its visits call them by.
pub(super) type Homes = BTreeMap<ListingId, Listing>;

/// The steps of a contact, in the worker's words.
pub(super) fn made((name, seed): (&str, &SeedContact), homes: &Homes, cast: &Cast<'_>) -> Vec<Activity> {
    let step = |(visit, number): (&Visit, usize)| {
        let (activity_type, summary, metadata) = told(&visit.step, homes);
        let id = cast.ids.of(&format!("visit/{name}/{number}"));
        Activity {
            id: ActivityId::from(id),
            contact_id: Some(cast.contact(name)),
            lead_id: None,
            activity_type,
            occurred_at: cast.now - visit.ago.0,
            summary,
            metadata,
            actor: None,
        }
    };
    seed.visits.iter().zip(1..).map(step).collect()
}

fn told(step: &VisitStep, homes: &Homes) -> (ActivityType, String, serde_json::Value) {
    let (activity_type, verb, key) = match step {
        VisitStep::Viewed(key) => (ActivityType::WebsiteListingViewed, "Looked at", key),
        VisitStep::Saved(key) => (ActivityType::WebsiteListingFavorited, "Saved", key),
        VisitStep::Searched(words) => {
            let metadata = json!({ "source": "home-search", "searchContext": { "query": words } });
            let summary = format!("Searched for {words}");
            return (ActivityType::WebsiteSearchPerformed, summary, metadata);
        }
    };
    let home = homes.get(key);
    let home =
        home.unwrap_or_else(|| panic!("seeds/demo.json names {key}, which is no listing of its tenant"));
    let address = format!("{}, {}", home.headline(), home.address.city);
    let metadata = json!({ "source": "listing", "listing": {
        "id": home.id, "address": address, "city": home.address.city, "state": home.address.state,
        "zip": home.address.zip, "propertyType": home.property_type, "price": home.price, "beds": home.beds,
        "baths": home.baths, "sqft": home.sqft,
    } });
    (activity_type, format!("{verb} {address}"), metadata)
}
