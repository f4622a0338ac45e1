//! Times that people plan for.

use std::str::FromStr;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Deserializer, de};

/// A time that somebody plans for.
///
/// PostgreSQL and SQLite order no more years than these alike, and nobody plans for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedTime(Timestamp);

/// What is wrong with such a time. Reads as the end of "this time …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a time of the years 1900 to 2999, such as 2026-12-01T09:00:00Z")]
pub struct PlannedTimeError;

impl PlannedTime {
    /// The time, if anybody could plan for it.
    pub fn of(time: Timestamp) -> Option<Self> {
        let utc: DateTime = TimeZone::UTC.to_datetime(time);
        (1900..=2999).contains(&utc.year()).then_some(Self(time))
    }

    /// The time.
    pub const fn time(self) -> Timestamp {
        self.0
    }
}

impl FromStr for PlannedTime {
    type Err = PlannedTimeError;

    fn from_str(text: &str) -> Result<Self, PlannedTimeError> {
        let time = text.parse().ok();
        time.and_then(Self::of).ok_or(PlannedTimeError)
    }
}

impl<'de> Deserialize<'de> for PlannedTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_plans_for_times_that_no_calendar_shows() {
        let read = |text: &str| text.parse::<PlannedTime>();

        assert!(read("2026-12-01T09:00:00Z").is_ok());
        for text in [
            "1899-12-31T23:59:59Z",
            "9999-12-31T00:00:00Z",
            "3000-01-01T00:00:00Z",
            "tomorrow",
        ] {
            assert_eq!(read(text), Err(PlannedTimeError), "{text}");
        }
    }
}
