//! Times as people read them, in the zone of whoever reads.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use jiff::{
    Timestamp, Zoned,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use server::{bearer, cookie};
use types::PlannedTime;

use crate::member::Member;

const BY_UTC: &str = "By the clock of UTC.";

/// The reader's zone, which our script tells in a cookie. Without one it is the workspace's, and says so.
#[derive(Debug, Clone)]
pub(crate) struct Zone {
    zone: TimeZone,
    /// What whoever types a time has to know of it.
    clock: &'static str,
}

impl<S: Sync> FromRequestParts<S> for Zone {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        if let Some(name) = cookie::get(&parts.headers, "zone") {
            return Ok(Self::named(name));
        }
        // Programs go by UTC, whoever they act for.
        if bearer::of(&parts.headers).is_some() {
            return Ok(Self::UTC);
        }
        // Handlers ask who it is first: what they may see hangs on it.
        let member = parts.extensions.get::<Member>();
        Ok(member.map_or(Self::UTC, |member| member.zone.clone()))
    }
}

/// A time, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct When {
    /// For machines.
    pub(crate) iso: String,
    /// Date, time and zone.
    pub(crate) full: String,
    /// As one would say it: `3 min ago`, `Yesterday`, `17 Nov`.
    pub(crate) short: String,
}

impl Zone {
    /// That of whoever has none.
    pub(crate) const UTC: Self = Self {
        zone: TimeZone::UTC,
        clock: BY_UTC,
    };

    /// `America/New_York`; a name nobody knows is UTC.
    pub(crate) fn named(name: &str) -> Self {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"/_-+".contains(&byte);
        let is_name = name.len() <= 64 && name.bytes().all(good);
        let found = is_name.then(|| TimeZone::get(name).ok()).flatten();
        let zone = found.unwrap_or(TimeZone::UTC);
        let clock = if zone == TimeZone::UTC { BY_UTC } else { "" };
        Self { zone, clock }
    }

    /// The zone that an owner said the workspace is in, of somebody whose own is not known.
    pub(crate) fn of_workspace(name: &str) -> Self {
        let clock = "By the clock of the workspace.";
        match Self::named(name) {
            utc if utc.clock == BY_UTC => utc,
            zone => Self { clock, ..zone },
        }
    }

    /// How long ago, or the day when that is long.
    pub(crate) fn when(&self, at: Timestamp, now: Timestamp) -> When {
        let (then, today) = (self.local(at), self.local(now).date());
        self.saying(at, ago(&then, today, now))
    }

    /// The same for a timeline, which has the day as a heading already: long ago is a time of day.
    pub(crate) fn when_that_day(&self, at: Timestamp, now: Timestamp) -> When {
        let (then, today) = (self.local(at), self.local(now).date());
        let short = if then.date() == today {
            ago(&then, today, now)
        } else {
            then.strftime("%H:%M").to_string()
        };
        self.saying(at, short)
    }

    /// The day as a heading: `Today`, `Yesterday`, `Tuesday 17 November`.
    pub(crate) fn day(&self, at: Timestamp, now: Timestamp) -> String {
        let (day, today) = (self.local(at).date(), self.local(now).date());
        if day == today {
            "Today".to_owned()
        } else if is_yesterday(day, today) {
            "Yesterday".to_owned()
        } else if day.year() == today.year() {
            day.strftime("%A %-d %B").to_string()
        } else {
            day.strftime("%A %-d %B %Y").to_string()
        }
    }

    /// The date alone: `17 Nov 2026`.
    pub(crate) fn date(&self, at: Timestamp) -> String {
        self.local(at).strftime("%-d %b %Y").to_string()
    }

    /// The date and the time of day: `17 Nov 2026, 14:00`.
    pub(crate) fn exactly(&self, at: Timestamp) -> When {
        self.saying(at, self.local(at).strftime("%-d %b %Y, %H:%M").to_string())
    }

    /// The date, with its year when that is not this one: `17 Nov`.
    pub(crate) fn short_date(&self, at: Timestamp, now: Timestamp) -> String {
        let (then, today) = (self.local(at), self.local(now));
        let form = if then.year() == today.year() {
            "%-d %b"
        } else {
            "%-d %b %Y"
        };
        then.strftime(form).to_string()
    }

    /// When something is due, seen from before or after.
    pub(crate) fn due(&self, at: Timestamp, now: Timestamp) -> When {
        let (then, today) = (self.local(at), self.local(now).date());
        let (day, time) = (then.date(), then.strftime("%H:%M"));
        let short = if at < now {
            format!("{} overdue", span(now.duration_since(at)))
        } else if day == today {
            format!("Today {time}")
        } else if is_yesterday(today, day) {
            format!("Tomorrow {time}")
        } else if day.year() == today.year() {
            then.strftime("%-d %b, %H:%M").to_string()
        } else {
            then.strftime("%-d %b %Y, %H:%M").to_string()
        };
        self.saying(at, short)
    }

    /// Whether two times are on one of the reader's days.
    pub(crate) fn is_same_day(&self, one: Timestamp, other: Timestamp) -> bool {
        self.local(one).date() == self.local(other).date()
    }

    /// The last days of the reader's, today's last: each from its midnight until the next, as a word.
    pub(crate) fn last_days(&self, count: i8, now: Timestamp) -> Vec<(String, (Timestamp, Timestamp))> {
        let today = self.local(now).date();
        let days = (0..i32::from(count)).rev().filter_map(|ago| {
            let day = today.checked_sub(jiff::Span::new().days(ago)).ok()?;
            let starts = day.to_zoned(self.zone.clone()).ok()?;
            let ends = day.tomorrow().ok()?.to_zoned(self.zone.clone()).ok()?;
            let word = day.strftime("%a").to_string();
            Some((word, (starts.timestamp(), ends.timestamp())))
        });
        days.collect()
    }

    /// The reader's day of a time.
    pub(crate) fn day_of(&self, at: Timestamp) -> Date {
        self.local(at).date()
    }

    /// When a day of the reader's begins; none for one beyond what times can say.
    pub(crate) fn begin(&self, day: Date) -> Option<Timestamp> {
        day.to_zoned(self.zone.clone())
            .ok()
            .map(|zoned| zoned.timestamp())
    }

    /// The end of the reader's day.
    pub(crate) fn midnight(&self, now: Timestamp) -> Timestamp {
        let tomorrow = self.local(now).date().tomorrow();
        let midnight = tomorrow.and_then(|day| day.to_zoned(self.zone.clone()));
        midnight.map_or(now, |zoned| zoned.timestamp())
    }

    /// The same time of day, days after the later of its own day and today: nothing put off comes sooner. Days and not
    /// hours, which differ where clocks are changed.
    pub(crate) fn put_off(&self, due_at: Timestamp, days: i8, now: Timestamp) -> Timestamp {
        let (due, today) = (self.local(due_at), self.local(now).date());
        let day = due.date().max(today).checked_add(jiff::Span::new().days(days));
        let later = day.and_then(|day| day.to_datetime(due.time()).to_zoned(self.zone.clone()));
        later.map_or(due_at, |later| later.timestamp())
    }

    /// `Saturday 21 November`.
    pub(crate) fn today(&self, now: Timestamp) -> String {
        self.local(now).strftime("%A %-d %B").to_string()
    }

    /// A time as an `<input type="datetime-local">` holds it.
    pub(crate) fn typed(&self, at: Timestamp) -> String {
        self.local(at).strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// What whoever types a time has to know of the clock it is read by: nothing, where it is their own.
    pub(crate) const fn clock(&self) -> &'static str {
        self.clock
    }

    /// The time somebody typed into such an input; none when it is none that anybody plans for.
    pub(crate) fn read(&self, typed: &str) -> Option<Timestamp> {
        let local: DateTime = typed.trim().parse().ok()?;
        let zoned = local.to_zoned(self.zone.clone()).ok()?;
        PlannedTime::of(zoned.timestamp()).map(PlannedTime::time)
    }

    fn saying(&self, at: Timestamp, short: String) -> When {
        When {
            iso: at.to_string(),
            full: self.local(at).strftime("%-d %B %Y, %H:%M %Z").to_string(),
            short,
        }
    }

    fn local(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }
}

fn ago(then: &Zoned, today: Date, now: Timestamp) -> String {
    let minutes = now.duration_since(then.timestamp()).as_mins();
    let day = then.date();
    if minutes < 1 {
        "just now".to_owned()
    } else if minutes < 60 {
        format!("{minutes} min ago")
    } else if day == today {
        format!("{} h ago", minutes / 60)
    } else if is_yesterday(day, today) {
        "Yesterday".to_owned()
    } else if day.year() == today.year() {
        day.strftime("%-d %b").to_string()
    } else {
        day.strftime("%-d %b %Y").to_string()
    }
}

fn is_yesterday(day: Date, today: Date) -> bool {
    day.tomorrow().is_ok_and(|next| next == today)
}

/// A span as a badge says it: `3 min`, `5 h`, `2 d`.
pub(crate) fn span(span: jiff::SignedDuration) -> String {
    match span.as_mins() {
        minutes if minutes < 60 => format!("{minutes} min"),
        minutes if minutes < 48 * 60 => format!("{} h", minutes / 60),
        minutes => format!("{} d", minutes / (24 * 60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn time_is_told_as_people_say_it() {
        let (zone, now) = (Zone::named("UTC"), at("2026-11-21T14:00:00Z"));
        for (then, short) in [
            ("2026-11-21T13:59:30Z", "just now"),
            ("2026-11-21T13:57:00Z", "3 min ago"),
            ("2026-11-21T09:00:00Z", "5 h ago"),
            ("2026-11-20T20:00:00Z", "Yesterday"),
            ("2026-11-17T20:00:00Z", "17 Nov"),
            ("2025-11-17T20:00:00Z", "17 Nov 2025"),
        ] {
            assert_eq!(zone.when(at(then), now).short, short);
        }
        assert_eq!(zone.day(at("2026-11-17T20:00:00Z"), now), "Tuesday 17 November");
        assert_eq!(zone.when_that_day(at("2026-11-17T20:04:00Z"), now).short, "20:04");
    }

    #[test]
    fn what_is_due_is_told_from_before_and_after() {
        let (zone, now) = (Zone::named("America/New_York"), at("2026-11-21T14:00:00Z"));
        for (then, short) in [
            ("2026-11-21T13:57:00Z", "3 min overdue"),
            ("2026-11-18T14:00:00Z", "3 d overdue"),
            ("2026-11-21T20:30:00Z", "Today 15:30"),
            ("2026-11-22T14:00:00Z", "Tomorrow 09:00"),
            ("2026-11-24T14:00:00Z", "24 Nov, 09:00"),
            ("2027-01-04T14:00:00Z", "4 Jan 2027, 09:00"),
        ] {
            assert_eq!(zone.due(at(then), now).short, short);
        }
        assert_eq!(zone.read(&zone.typed(now)), Some(now));
        assert_eq!(zone.read("tomorrow"), None);
    }

    #[test]
    fn what_is_put_off_keeps_its_time_of_day_and_never_comes_sooner() {
        // In New York, clocks are set back on 1 November 2026 and forward on 14 March 2027.
        let (zone, now) = (Zone::named("America/New_York"), at("2026-10-31T14:00:00Z"));
        for (due, days, later) in [
            ("2026-10-20T13:00:00Z", 1, "2026-11-01T14:00:00Z"),
            ("2026-10-31T20:00:00Z", 1, "2026-11-01T21:00:00Z"),
            ("2026-10-20T13:00:00Z", 7, "2026-11-07T14:00:00Z"),
            ("2027-03-12T14:00:00Z", 1, "2027-03-13T14:00:00Z"),
            ("2027-03-12T14:00:00Z", 7, "2027-03-19T13:00:00Z"),
            // There is no 02:30 that night.
            ("2027-03-13T07:30:00Z", 1, "2027-03-14T07:30:00Z"),
        ] {
            assert_eq!(zone.put_off(at(due), days, now), at(later), "{due}, {days} days");
        }
        assert_eq!(zone.put_off(Timestamp::MAX, 1, now), Timestamp::MAX);
    }

    #[test]
    fn a_day_begins_at_the_readers_midnight() {
        let (zone, now) = (Zone::named("America/New_York"), at("2026-11-21T14:00:00Z"));

        let late_evening = at("2026-11-21T03:00:00Z");

        assert_eq!(zone.day(late_evening, now), "Yesterday");
        assert_eq!(zone.when(late_evening, now).full, "20 November 2026, 22:00 EST");
    }

    #[test]
    fn a_zone_nobody_knows_is_utc() {
        for name in ["", "../../etc/passwd", "Mars/Olympus", &"a".repeat(1000)] {
            let full = Zone::named(name)
                .when(at("2026-11-21T14:00:00Z"), at("2026-11-21T14:00:00Z"))
                .full;
            assert_eq!(full, "21 November 2026, 14:00 UTC");
        }
    }
}
