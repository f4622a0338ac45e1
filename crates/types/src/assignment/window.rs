//! When a rule holds: days of the week and hours, in the zone of the tenant.

use std::{fmt, str::FromStr};

use jiff::civil::{DateTime, Weekday};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::text_enum::text_enum;

text_enum! {
    /// A day of the week.
    pub enum Day {
        /// Monday.
        Monday = "mon",
        /// Tuesday.
        Tuesday = "tue",
        /// Wednesday.
        Wednesday = "wed",
        /// Thursday.
        Thursday = "thu",
        /// Friday.
        Friday = "fri",
        /// Saturday.
        Saturday = "sat",
        /// Sunday.
        Sunday = "sun",
    }
}

impl Day {
    /// The day as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Monday => "Monday",
            Self::Tuesday => "Tuesday",
            Self::Wednesday => "Wednesday",
            Self::Thursday => "Thursday",
            Self::Friday => "Friday",
            Self::Saturday => "Saturday",
            Self::Sunday => "Sunday",
        }
    }
}

impl From<Weekday> for Day {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}

/// A minute of a day: `09:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    const MINUTES: u16 = 24 * 60;

    /// So many minutes after midnight; none when the day is over by then.
    pub fn from_minutes(minutes: i64) -> Option<Self> {
        let minutes = u16::try_from(minutes).ok()?;
        (minutes < Self::MINUTES).then_some(Self(minutes))
    }

    /// Minutes after midnight.
    pub fn minutes(self) -> i64 {
        self.0.into()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// A text that is no time of a day. Reads as the end of "the time …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a time of the day, such as 09:30")]
pub struct TimeOfDayError;

impl FromStr for TimeOfDay {
    type Err = TimeOfDayError;

    fn from_str(text: &str) -> Result<Self, TimeOfDayError> {
        let (hours, minutes) = text.trim().split_once(':').ok_or(TimeOfDayError)?;
        let number = |digits: &str, most: u16| {
            let is_short = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
            let number: Option<u16> = is_short.then(|| digits.parse().ok()).flatten();
            number.filter(|number| *number <= most).ok_or(TimeOfDayError)
        };
        Ok(Self(number(hours, 23)? * 60 + number(minutes, 59)?))
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// Days and hours. What begins on one of the days and goes past midnight belongs to that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeWindow {
    /// On which days it begins; every day, when none is named.
    pub days: Vec<Day>,
    /// When it begins.
    pub from: TimeOfDay,
    /// When it is over; the next day, if that is not after it began.
    pub until: TimeOfDay,
}

impl TimeWindow {
    /// Whether it is open at this time, as the clock on the tenant's wall shows it.
    pub fn contains(&self, at: DateTime) -> bool {
        let today = Day::from(at.weekday());
        let yesterday = Day::from(at.weekday().previous());
        let minutes = i64::from(at.hour()) * 60 + i64::from(at.minute());
        let (from, until) = (self.from.minutes(), self.until.minutes());
        if from < until {
            return self.begins_on(today) && (from..until).contains(&minutes);
        }
        (minutes >= from && self.begins_on(today)) || (minutes < until && self.begins_on(yesterday))
    }

    /// Whether it begins on such a day.
    pub(crate) fn begins_on(&self, day: Day) -> bool {
        self.days.is_empty() || self.days.contains(&day)
    }
}

impl fmt::Display for TimeWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days: Vec<_> = self.days.iter().map(|day| day.label()).collect();
        let days = match days.as_slice() {
            [] => "Every day".to_owned(),
            days => days.join(", "),
        };
        if self.from == self.until && self.from == TimeOfDay::default() {
            return f.write_str(&days);
        }
        write!(f, "{days}, {} to {}", self.from, self.until)
    }
}
