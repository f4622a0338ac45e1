//! What visitors do: searches, homes looked at, marked and let go. It reaches a timeline once the visitor is known.
//!
//! An activity belongs to a person, and a browser's cookie is none. So it waits with its visitor until they send a
//! lead, or ask what a home is worth and say who they are; a timeline full of strangers' clicks would hide the people
//! in it. Without a cookie it is nobody's for ever, and only noted as ingested.

use jiff::Timestamp;
use serde::Serialize;
use types::{
    ActivityType,
    effects::{Effects, Happening},
    events::{Actor, ListingBehaviour, SearchPerformed},
};

/// A search.
pub(super) fn search(search: &SearchPerformed, occurred_at: Timestamp) -> Effects {
    let words = search.search_context.query.as_ref().map(|query| query.as_str());
    let summary = match words {
        Some(words) => format!("Searched for {words}"),
        None => "Searched for homes".to_owned(),
    };
    effects(
        (ActivityType::WebsiteSearchPerformed, summary),
        search,
        search.actor.as_ref(),
        occurred_at,
    )
}

/// Something that was done with a home, and how a timeline says it.
pub(super) fn listing(
    (activity_type, verb): (ActivityType, &str),
    behaviour: &ListingBehaviour,
    occurred_at: Timestamp,
) -> Effects {
    let home = &behaviour.listing;
    let home = home
        .address
        .as_ref()
        .map_or(home.id.as_str(), |address| address.as_str());
    effects(
        (activity_type, format!("{verb} {home}")),
        behaviour,
        behaviour.actor.as_ref(),
        occurred_at,
    )
}

fn effects(
    (activity_type, summary): (ActivityType, String),
    payload: &impl Serialize,
    actor: Option<&Actor>,
    occurred_at: Timestamp,
) -> Effects {
    Effects {
        occurred_at,
        visitor: visitor(actor),
        person: None,
        wish: None,
        happening: None,
        corrects: None,
        held: None,
        behaviour: Some(Happening {
            activity_type,
            summary,
            metadata: serde_json::to_value(payload).expect("a payload that was read from JSON is JSON"),
        }),
    }
}

/// The browser, if it said which it is.
pub(super) fn visitor(actor: Option<&Actor>) -> Option<String> {
    Some(actor?.visitor_id.as_ref()?.as_str().to_owned())
}
