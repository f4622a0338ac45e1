//! Which homes somebody looked at: what an agent wants to know before they ring.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde_json::Value;

use crate::ActivityType;

/// Something that somebody did with a home.
#[derive(Debug, Clone, PartialEq)]
pub struct HomeStep {
    /// Looked at it, kept it, let it go.
    pub activity_type: ActivityType,
    /// When.
    pub occurred_at: Timestamp,
    /// The event's payload.
    pub metadata: Value,
}

/// A home that somebody looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeOfInterest {
    /// Its listing.
    pub listing_id: String,
    /// Where it stands, if the site said so.
    pub address: Option<String>,
    /// How often they looked.
    pub views: u32,
    /// When they last did something with it.
    pub last_at: Timestamp,
    /// Whether they keep it.
    pub is_kept: bool,
}

/// The homes of these steps, which come newest first; and so do the homes.
pub fn homes(steps: &[HomeStep]) -> Vec<HomeOfInterest> {
    let mut homes: Vec<HomeOfInterest> = Vec::new();
    let (mut places, mut decided) = (HashMap::new(), HashSet::new());
    for step in steps {
        let listing = &step.metadata["listing"];
        let Some(id) = listing["id"].as_str() else {
            continue;
        };
        let place = *places.entry(id).or_insert_with(|| {
            homes.push(HomeOfInterest::met(id, step.occurred_at));
            homes.len() - 1
        });
        let home = &mut homes[place];
        if step.activity_type == ActivityType::WebsiteListingViewed {
            home.views += 1;
        } else if decided.insert(id) {
            // The newest word on keeping it is the first one met.
            home.is_kept = step.activity_type == ActivityType::WebsiteListingFavorited;
        }
        if home.address.is_none() {
            home.address = listing["address"].as_str().map(str::to_owned);
        }
    }
    homes
}

impl HomeOfInterest {
    fn met(listing_id: &str, last_at: Timestamp) -> Self {
        Self {
            listing_id: listing_id.to_owned(),
            address: None,
            views: 0,
            last_at,
            is_kept: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use serde_json::json;

    use super::*;
    use crate::{Clock as _, TestClock};

    #[test]
    fn homes_are_counted_newest_first_with_the_last_word_on_keeping() {
        let now = TestClock::default().now();
        let step = |activity_type, minutes_ago: i64, listing: Value| HomeStep {
            activity_type,
            occurred_at: now - minutes_ago.minutes(),
            metadata: json!({ "listing": listing }),
        };
        let (viewed, kept, let_go) = (
            ActivityType::WebsiteListingViewed,
            ActivityType::WebsiteListingFavorited,
            ActivityType::WebsiteListingUnfavorited,
        );

        let homes = homes(&[
            step(viewed, 1, json!({"id": "b"})),
            step(let_go, 2, json!({"id": "a"})),
            step(kept, 3, json!({"id": "b", "address": "2 Elm St"})),
            step(kept, 4, json!({"id": "a"})),
            step(viewed, 5, json!({"id": "b"})),
            step(viewed, 6, Value::Null),
        ]);

        let told: Vec<_> = homes
            .iter()
            .map(|home| {
                (
                    home.listing_id.as_str(),
                    home.address.as_deref(),
                    home.views,
                    home.is_kept,
                )
            })
            .collect();
        assert_eq!(told, [("b", Some("2 Elm St"), 2, true), ("a", None, 0, false)]);
        assert_eq!(homes[0].last_at, now - 1.minutes());
    }
}
