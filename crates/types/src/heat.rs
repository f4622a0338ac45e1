//! What somebody did on the site lately that says to ring them now: each sign has its threshold.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

/// For so long a sign is fresh.
pub const FRESH: SignedDuration = SignedDuration::from_hours(7 * 24);

/// In so short a time many homes are many.
pub const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// So often they looked at one home.
pub const SAME_HOME: i64 = 3;

/// So many homes they looked at in a day.
pub const MANY_HOMES: i64 = 5;

/// Whoever was away for so many days has come back.
pub const DAYS_AWAY: i64 = 30;

/// What somebody did while it is fresh, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Steps {
    /// How often they looked at the home they looked at most.
    pub most_views: i64,
    /// How many homes they looked at in the last day.
    pub homes_in_a_day: i64,
    /// How many homes they saved.
    pub saved: i64,
    /// How often they asked what a home is worth.
    pub valuations: i64,
    /// The first of these steps.
    pub first_at: Option<Timestamp>,
    /// The last one before them.
    pub before_at: Option<Timestamp>,
}

/// Something that says to ring them now, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// They want to know what a home is worth.
    Valuation,
    /// They saved so many homes.
    Saved(i64),
    /// They looked at one home so often.
    SameHome(i64),
    /// They came back after so many days.
    Back(i64),
    /// They looked at so many homes in a day.
    ManyHomes(i64),
}

impl Steps {
    /// What these steps are signs of.
    pub fn signs(&self) -> Vec<Sign> {
        let away = self.first_at.zip(self.before_at);
        let away = away.map_or(0, |(first, before)| first.duration_since(before).as_hours() / 24);
        [
            (self.valuations > 0, Sign::Valuation),
            (self.saved > 0, Sign::Saved(self.saved)),
            (self.most_views >= SAME_HOME, Sign::SameHome(self.most_views)),
            (away >= DAYS_AWAY, Sign::Back(away)),
            (
                self.homes_in_a_day >= MANY_HOMES,
                Sign::ManyHomes(self.homes_in_a_day),
            ),
        ]
        .into_iter()
        .filter_map(|(is_there, sign)| is_there.then_some(sign))
        .collect()
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valuation => f.write_str("Asked what a home is worth"),
            Self::Saved(1) => f.write_str("Saved a home"),
            Self::Saved(homes) => write!(f, "Saved {homes} homes"),
            Self::SameHome(times) => write!(f, "Viewed the same home {times} times"),
            Self::Back(days) => write!(f, "Back after {days} days"),
            Self::ManyHomes(homes) => write!(f, "Viewed {homes} homes in a day"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock as _, TestClock};

    fn told(steps: Steps) -> Vec<String> {
        steps.signs().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_sign_has_its_threshold_and_the_strongest_comes_first() {
        let now = TestClock::default().now();
        let all = Steps {
            most_views: 3,
            homes_in_a_day: 5,
            saved: 2,
            valuations: 1,
            first_at: Some(now),
            before_at: Some(now - SignedDuration::from_hours(24 * 34)),
        };
        let none = Steps {
            most_views: 2,
            homes_in_a_day: 4,
            saved: 0,
            valuations: 0,
            before_at: Some(now - SignedDuration::from_hours(24 * 30 - 1)),
            ..all
        };
        let new_here = Steps {
            first_at: Some(now),
            saved: 1,
            ..Steps::default()
        };

        assert_eq!(
            told(all),
            [
                "Asked what a home is worth",
                "Saved 2 homes",
                "Viewed the same home 3 times",
                "Back after 34 days",
                "Viewed 5 homes in a day",
            ]
        );
        assert_eq!(told(none), [""; 0]);
        assert_eq!(told(new_here), ["Saved a home"]);
    }
}
