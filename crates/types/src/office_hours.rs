//! When an office answers: outside of its hours nobody waits for it.

use jiff::{SignedDuration, Span, Timestamp, civil::Date, tz::TimeZone};

use crate::assignment::{Day, TimeOfDay, TimeWindow};

/// Days looked at: a week and what goes past midnight. Hours are an hour on one day of the week at least.
const DAYS: i32 = 8;

/// The hours of an office, in its zone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfficeHours(Option<(TimeWindow, TimeZone)>);

impl OfficeHours {
    /// Open around the clock.
    pub const ALWAYS: Self = Self(None);

    /// Open so; around the clock without a window. A zone nobody knows is UTC.
    pub fn of(window: Option<TimeWindow>, zone: &str) -> Self {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        Self(window.map(|window| (window, zone)))
    }

    /// When the office has been open for so long since then.
    pub fn after(&self, from: Timestamp, open: SignedDuration) -> Timestamp {
        let Some((window, zone)) = &self.0 else {
            return from + open;
        };
        let first = from.to_zoned(zone.clone()).date();
        let mut left = open;
        for days in -1..=DAYS {
            let Some((begins, ends)) = span(window, zone, (first, days)) else {
                continue;
            };
            let begins = begins.max(from);
            let lasts = ends.duration_since(begins);
            if left <= lasts {
                return begins + left;
            }
            left -= lasts.max(SignedDuration::ZERO);
        }
        from + open
    }

    /// Since when the office has been open for so long: whoever waits since then or longer has waited that long.
    pub fn before(&self, until: Timestamp, open: SignedDuration) -> Timestamp {
        let Some((window, zone)) = &self.0 else {
            return until - open;
        };
        let last = until.to_zoned(zone.clone()).date();
        let mut left = open;
        for days in 0..=DAYS {
            let Some((begins, ends)) = span(window, zone, (last, -days)) else {
                continue;
            };
            let ends = ends.min(until);
            let lasts = ends.duration_since(begins);
            if left <= lasts {
                return ends - left;
            }
            left -= lasts.max(SignedDuration::ZERO);
        }
        until - open
    }
}

/// When the office opens so many days after a day, and closes; none when it does not.
fn span(window: &TimeWindow, zone: &TimeZone, (day, days): (Date, i32)) -> Option<(Timestamp, Timestamp)> {
    let day = day.checked_add(Span::new().days(days)).ok()?;
    if !window.begins_on(Day::from(day.weekday())) {
        return None;
    }
    let closes = match window.from < window.until {
        true => day,
        false => day.tomorrow().ok()?,
    };
    Some((at(zone, day, window.from)?, at(zone, closes, window.until)?))
}

fn at(zone: &TimeZone, day: Date, time: TimeOfDay) -> Option<Timestamp> {
    let minutes = i8::try_from(time.minutes() % 60).ok()?;
    let hours = i8::try_from(time.minutes() / 60).ok()?;
    let at = day.at(hours, minutes, 0, 0).to_zoned(zone.clone());
    at.ok().map(|at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTER: SignedDuration = SignedDuration::from_mins(15);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn open(days: &[Day], from: &str, until: &str) -> OfficeHours {
        let window = TimeWindow {
            days: days.to_vec(),
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
        };
        OfficeHours::of(Some(window), "America/New_York")
    }

    const WEEK: [Day; 5] = [
        Day::Monday,
        Day::Tuesday,
        Day::Wednesday,
        Day::Thursday,
        Day::Friday,
    ];

    #[test]
    fn nobody_waits_for_an_office_that_is_closed() {
        let office = open(&WEEK, "09:00", "17:00");
        for (came, due) in [
            // Monday noon, before it opens, late in the day, and on Friday evening.
            ("2026-03-02T12:00:00-05", "2026-03-02T12:15:00-05"),
            ("2026-03-02T07:00:00-05", "2026-03-02T09:15:00-05"),
            ("2026-03-02T16:50:00-05", "2026-03-03T09:05:00-05"),
            ("2026-03-02T16:45:00-05", "2026-03-02T17:00:00-05"),
            // Clocks are changed that weekend.
            ("2026-03-06T18:00:00-05", "2026-03-09T09:15:00-04"),
        ] {
            assert_eq!(office.after(at(came), QUARTER), at(due), "{came}");
        }
        let nights = open(&[Day::Saturday], "22:00", "02:00");
        assert_eq!(
            nights.after(at("2026-03-08T01:00:00-05"), QUARTER),
            at("2026-03-08T01:15:00-05")
        );
        let always = OfficeHours::ALWAYS;
        let noon = at("2026-03-01T12:00:00-05");
        assert_eq!(always.after(noon, QUARTER), noon + QUARTER);
        assert_eq!(always.before(noon, QUARTER), noon - QUARTER);
    }

    #[test]
    fn looking_back_is_looking_ahead_from_the_other_end() {
        let start = at("2026-03-05T00:00:00-05");
        let offices = [
            open(&WEEK, "09:00", "17:00"),
            open(&[Day::Friday], "22:00", "02:00"),
            open(&[], "08:30", "08:30"),
            open(&[Day::Sunday], "10:00", "11:00"),
            OfficeHours::ALWAYS,
        ];
        for office in offices {
            for came in (0..72).map(|step| start + SignedDuration::from_mins(97 * step)) {
                for now in (0..140).map(|step| came + SignedDuration::from_mins(73 * step)) {
                    let is_late = office.after(came, QUARTER) <= now;
                    let is_before = came <= office.before(now, QUARTER);
                    assert_eq!(is_late, is_before, "{came} {now} {office:?}");
                }
            }
        }
    }
}
