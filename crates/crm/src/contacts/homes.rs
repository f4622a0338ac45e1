//! The homes that somebody looked at on the site, as their page and their leads' pages show them.

use types::interest::HomeOfInterest;

use crate::zone::{When, Zone};

/// As many as one takes in at a glance; the timeline has the rest.
const MOST: usize = 12;

/// A home that somebody looked at.
pub(crate) struct HomeSeen {
    /// Where it stands, else the listing's id.
    pub(crate) name: String,
    /// `Looked at 3 times`.
    pub(crate) told: String,
    pub(crate) is_kept: bool,
    pub(crate) last: When,
}

impl HomeSeen {
    /// The last ones first.
    pub(crate) fn all(homes: Vec<HomeOfInterest>, zone: &Zone, now: jiff::Timestamp) -> Vec<Self> {
        let seen = homes.into_iter().take(MOST).map(|home| Self {
            told: match home.views {
                0 => String::new(),
                1 => "Looked at once".to_owned(),
                many => format!("Looked at {many} times"),
            },
            name: home.address.unwrap_or(home.listing_id),
            is_kept: home.is_kept,
            last: zone.when(home.last_at, now),
        });
        seen.collect()
    }
}
