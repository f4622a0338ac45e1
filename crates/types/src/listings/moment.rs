//! Since when a home is offered, from the fields that say so, and on which day that was for people.

use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Listing, ListingStatus};

/// What a field says of a day or a moment. No row falls by one that can be read otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing.
    #[default]
    Nothing,
    /// This.
    At(Timestamp),
    /// Something that is neither.
    Unreadable,
}

impl Said {
    pub(super) const fn at(self) -> Option<Timestamp> {
        match self {
            Self::At(at) => Some(at),
            Self::Nothing | Self::Unreadable => None,
        }
    }

    fn of(text: &str) -> Self {
        let of_day = || text.parse().ok().and_then(start_of);
        match text.parse().ok().or_else(of_day) {
            Some(at) => Self::At(at),
            None if text.is_empty() => Self::Nothing,
            None => Self::Unreadable,
        }
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => Self::Nothing,
            Value::String(text) => Self::of(text.trim()),
            _ => Self::Unreadable,
        })
    }
}

/// A day is kept as its first moment in UTC.
fn start_of(day: Date) -> Option<Timestamp> {
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
        day(self.offered_from.unwrap_or(self.listed_at), zone)
    }

    /// The day from which it will be offered, for people there. None of one that is offered already.
    pub fn coming_on(&self, zone: &TimeZone, now: Timestamp) -> Option<Date> {
        let from = self.listed_on(zone);
        let is_to_come = self.status == ListingStatus::Active && from > now.to_zoned(zone.clone()).date();
        is_to_come.then_some(from)
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
