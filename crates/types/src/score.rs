//! How promising a lead is, 0 to 100, always with the reasons.

use jiff::Timestamp;

use crate::{Contact, Lead};

/// What a lead's person did lately, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signals {
    /// When anything last happened with them.
    pub last_at: Option<Timestamp>,
    /// What happened in the last thirty days.
    pub recent_count: i64,
    /// Homes they looked at.
    pub view_count: i64,
    /// Homes they kept.
    pub favorite_count: i64,
    /// Searches they made.
    pub search_count: i64,
}

/// A score with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadScore {
    /// 0 to 100.
    pub value: u8,
    /// What each part brought, the greatest share first.
    pub reasons: Vec<ScoreReason>,
}

/// One part of a score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreReason {
    /// `Intent`.
    pub name: &'static str,
    /// The points it brought.
    pub points: u8,
    /// The most it can bring.
    pub most: u8,
    /// Why, as people say it.
    pub because: String,
}

impl LeadScore {
    /// Scores a lead by what is known of it now.
    pub fn of(lead: &Lead, contact: Option<&Contact>, signals: &Signals, now: Timestamp) -> Self {
        let reasons = vec![
            intent(signals),
            recency(lead, signals, now),
            frequency(signals),
            profile(lead, contact),
        ];
        Self {
            value: reasons.iter().map(|reason| reason.points).sum(),
            reasons,
        }
    }

    /// The score in a word.
    pub const fn label(&self) -> &'static str {
        match self.value {
            80.. => "Hot",
            60.. => "Warm",
            40.. => "Interested",
            20.. => "Cool",
            _ => "Cold",
        }
    }
}

fn reason(name: &'static str, most: u8, share: f64, because: String) -> ScoreReason {
    ScoreReason {
        name,
        // A share of 0 to 100 of a weight of at most 30 fits.
        points: (share.clamp(0.0, 100.0) * f64::from(most) / 100.0).round() as u8,
        most,
        because,
    }
}

/// 100 less 3.3 a day since anything happened.
fn recency(lead: &Lead, signals: &Signals, now: Timestamp) -> ScoreReason {
    let last = signals
        .last_at
        .map_or(lead.created_at, |at| at.max(lead.created_at));
    let days = now.duration_since(last).as_hours().max(0) / 24;
    let because = match days {
        0 => "something happened today".to_owned(),
        1 => "last heard of yesterday".to_owned(),
        days => format!("last heard of {days} days ago"),
    };
    reason("Recency", 25, 100.0 - 3.3 * days as f64, because)
}

/// 8 for everything that happened in thirty days.
fn frequency(signals: &Signals) -> ScoreReason {
    let count = signals.recent_count;
    let because = match count {
        0 => "nothing happened in 30 days".to_owned(),
        1 => "1 activity in 30 days".to_owned(),
        count => format!("{count} activities in 30 days"),
    };
    reason("Frequency", 25, 8.0 * count as f64, because)
}

/// How many of the homes they looked at they kept, and how often they searched.
fn intent(signals: &Signals) -> ScoreReason {
    let (views, favorites) = (signals.view_count, signals.favorite_count);
    let kept = match (favorites, views) {
        (0, _) => 0.0,
        (_, 0) => 100.0,
        (favorites, views) => (100.0 * favorites as f64 / views as f64).min(100.0),
    };
    let searched = (12.0 * signals.search_count as f64).min(100.0);
    let homes = if favorites == 1 { "home" } else { "homes" };
    let searches = match signals.search_count {
        1 => "1 search".to_owned(),
        count => format!("{count} searches"),
    };
    let because = format!("{favorites} {homes} saved of {views} viewed, {searches}");
    reason("Intent", 30, kept * 0.6 + searched * 0.4, because)
}

/// How much is known: the address, the kind of home, when, and how to reach them.
fn profile(lead: &Lead, contact: Option<&Contact>) -> ScoreReason {
    let is_reachable = contact.is_some_and(|contact| contact.email.is_some() || contact.phone.is_some());
    let known = [
        ("address", 30.0, lead.property.listing_address.is_some()),
        ("kind of home", 20.0, lead.property.property_type.is_some()),
        ("timeframe", 20.0, lead.timeframe.is_some()),
        ("contact", 30.0, is_reachable),
    ];
    let known: Vec<_> = known.into_iter().filter(|(_, _, is_known)| *is_known).collect();
    let because = if known.is_empty() {
        "nothing is known yet".to_owned()
    } else {
        let names: Vec<_> = known.iter().map(|(name, ..)| *name).collect();
        format!("known: {}", names.join(", "))
    };
    reason(
        "Profile",
        20,
        known.iter().map(|(_, worth, _)| worth).sum(),
        because,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, ContactId, LeadId, LeadType, TestClock, TestIds};

    fn a_lead() -> Lead {
        Lead {
            timeframe: Some("3 months".to_owned()),
            ..Lead::new(
                LeadId::new(&TestIds::default()),
                LeadType::WebsiteLead,
                "contact",
                TestClock::default().now(),
            )
        }
    }

    fn a_contact() -> Contact {
        Contact {
            email: Some("ana@example.com".parse().unwrap()),
            ..Contact::new(
                ContactId::new(&TestIds::default()),
                "contact",
                TestClock::default().now(),
            )
        }
    }

    fn later(days: i64) -> Timestamp {
        TestClock::default().now() + jiff::SignedDuration::from_hours(24 * days)
    }

    #[test]
    fn a_score_is_the_sum_of_its_reasons() {
        let signals = Signals {
            last_at: Some(later(10)),
            recent_count: 5,
            view_count: 4,
            favorite_count: 2,
            search_count: 3,
        };

        let score = LeadScore::of(&a_lead(), Some(&a_contact()), &signals, later(12));

        let told: Vec<_> = score
            .reasons
            .iter()
            .map(|reason| (reason.name, reason.points, reason.because.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                // 0.6 × 50 + 0.4 × 36 of 30
                ("Intent", 13, "2 homes saved of 4 viewed, 3 searches"),
                // 100 − 6.6 of 25
                ("Recency", 23, "last heard of 2 days ago"),
                // 40 of 25
                ("Frequency", 10, "5 activities in 30 days"),
                // 50 of 20
                ("Profile", 10, "known: timeframe, contact"),
            ]
        );
        assert_eq!((score.value, score.label()), (56, "Interested"));
    }

    #[test]
    fn one_of_anything_is_told_as_one() {
        let signals = Signals {
            recent_count: 1,
            view_count: 5,
            favorite_count: 1,
            search_count: 1,
            ..Signals::default()
        };

        let score = LeadScore::of(&a_lead(), None, &signals, later(12));

        let told: Vec<_> = score
            .reasons
            .iter()
            .map(|reason| reason.because.as_str())
            .collect();
        assert_eq!(told[0], "1 home saved of 5 viewed, 1 search");
        assert_eq!(told[2], "1 activity in 30 days");
    }

    #[test]
    fn a_score_stays_between_nothing_and_all() {
        let forgotten = LeadScore::of(&a_lead(), None, &Signals::default(), later(400));
        assert_eq!((forgotten.value, forgotten.label()), (4, "Cold"));
        let busy = Signals {
            last_at: Some(later(0)),
            recent_count: 900,
            view_count: 1,
            favorite_count: 9,
            search_count: 900,
        };
        let mut lead = a_lead();
        lead.property.listing_address = Some("12 Elm Street".to_owned());
        lead.property.property_type = Some("condo".to_owned());
        let best = LeadScore::of(&lead, Some(&a_contact()), &busy, later(0));
        assert_eq!((best.value, best.label()), (100, "Hot"));
    }
}
