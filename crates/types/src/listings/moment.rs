//! Since when a home is offered, from the fields that say so, and on which day that was for people.

use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Listing;

/// A day or a moment. What is neither says nothing: no row falls by a field that others can stand in for.
pub(super) fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let said = Value::deserialize(deserializer)?;
    let text = said.as_str().unwrap_or_default().trim();
    let of_day = || text.parse().ok().and_then(start_of);
    Ok(text.parse().ok().or_else(of_day))
}

/// A day is kept as its first moment in UTC.
pub(super) fn start_of(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|start| start.timestamp())
}

/// A moment there. None at midnight in UTC, which is where services said a day and no time.
fn there(at: Timestamp, zone: &TimeZone) -> Option<Zoned> {
    let is_day = start_of(at.to_zoned(TimeZone::UTC).date()) == Some(at);
    (!is_day).then(|| at.to_zoned(zone.clone()))
}

/// The day of a moment there; a day stays the one that was said.
fn day(at: Timestamp, zone: &TimeZone) -> Date {
    let there = there(at, zone);
    there.unwrap_or_else(|| at.to_zoned(TimeZone::UTC)).date()
}

impl Listing {
    /// The day since which it is offered, for people there.
    pub fn listed_on(&self, zone: &TimeZone) -> Date {
        day(self.listed_at, zone)
    }

    /// The day it last changed, for people there.
    pub fn updated_on(&self, zone: &TimeZone) -> Date {
        day(self.updated_at, zone)
    }

    /// And when on that day, if that is known.
    pub fn updated_there(&self, zone: &TimeZone) -> Option<Zoned> {
        there(self.updated_at, zone)
    }

    /// The day it was sold, for people there.
    pub fn sold_on(&self, zone: &TimeZone) -> Option<Date> {
        self.sold_at.map(|at| day(at, zone))
    }
}
