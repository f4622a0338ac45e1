//! What a tenant is entitled to now: what its plan carries, what was chosen, and what operators made an exception of.
//!
//! This is the one check for pages, APIs and the worker, and it can say why it answers as it does.

use jiff::Timestamp;
use serde::Serialize;

use crate::{Entitlement, Feature, Plan, TenantControlSettings, text_enum::text_enum};

text_enum! {
    /// Something that a plan has only so many of.
    pub enum Limit {
        /// Hostnames that were not given up.
        Domains = "domains",
        /// People who sign in.
        Members = "members",
    }
}

impl Plan {
    /// How many a tenant of the plan may have.
    pub const fn most(self, limit: Limit) -> i64 {
        match (self, limit) {
            (Self::Starter, Limit::Domains | Limit::Members) | (Self::Growth, Limit::Domains) => 10,
            (Self::Growth, Limit::Members) | (Self::Pro, Limit::Domains) => 25,
            (Self::Pro, Limit::Members) | (Self::Team, Limit::Domains) => 50,
            (Self::Team, Limit::Members) => 200,
        }
    }
}

/// What an exception from a plan says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Exception {
    /// A feature is on or off, whatever plan and choice say.
    Feature {
        /// The feature.
        subject: Feature,
        /// Whether the tenant has it.
        is_on: bool,
    },
    /// There may be so many.
    Limit {
        /// Of what.
        subject: Limit,
        /// The number.
        most: i64,
    },
}

impl Exception {
    /// What it is about, in one word: of each there is one exception at most.
    pub const fn subject(&self) -> &'static str {
        match self {
            Self::Feature { subject, .. } => subject.as_str(),
            Self::Limit { subject, .. } => subject.as_str(),
        }
    }

    /// The number it is kept as: how many, or 1 for on.
    pub const fn amount(&self) -> i64 {
        match self {
            Self::Feature { is_on, .. } => *is_on as i64,
            Self::Limit { most, .. } => *most,
        }
    }

    /// The exception that is kept so; none when nobody knows the word, or there cannot be so many.
    pub fn read(subject: &str, value: i64) -> Option<Self> {
        match (subject.parse::<Feature>(), subject.parse::<Limit>(), value) {
            (Ok(subject), _, 0 | 1) => Some(Self::Feature {
                subject,
                is_on: value == 1,
            }),
            (_, Ok(subject), 0..=MOST) => Some(Self::Limit { subject, most: value }),
            _ => None,
        }
    }
}

/// No list of either is longer.
const MOST: i64 = 200;

/// An exception from a tenant's plan, and who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanOverride {
    /// What it says.
    #[serde(flatten)]
    pub exception: Exception,
    /// Why it was made.
    pub reason: String,
    /// When it ends; without it, when somebody ends it.
    pub expires_at: Option<Timestamp>,
    /// Who made it, as the audit trail names them.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
}

impl PlanOverride {
    /// Whether it counts at a time.
    pub fn counts(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }

    /// In words.
    fn told(&self, now: Timestamp) -> String {
        let day = |at: Timestamp| at.strftime("%-d %b %Y");
        let what = match self.exception {
            Exception::Feature { is_on: true, .. } => "on".to_owned(),
            Exception::Feature { is_on: false, .. } => "off".to_owned(),
            Exception::Limit { most, .. } => most.to_string(),
        };
        let end = match self.expires_at {
            None => String::new(),
            Some(end) if self.counts(now) => format!(", until {}", day(end)),
            Some(end) => format!(", which ended on {} and counts no more", day(end)),
        };
        format!(
            "An exception of {} says {what}{end}: {}",
            day(self.made_at),
            self.reason
        )
    }
}

/// One thing that was asked on the way to an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceStep {
    /// What was asked: `plan`, `choice`, `override`.
    pub asked: &'static str,
    /// What it says, for people.
    pub says: String,
    /// Whether the answer is what it says.
    pub decides: bool,
}

/// What a tenant is entitled to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlements {
    /// Its plan and what was chosen.
    pub settings: TenantControlSettings,
    /// The exceptions, those that ended too.
    pub overrides: Vec<PlanOverride>,
}

/// There is no room for one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{used} of {most} {limit}")]
pub struct LimitReached {
    /// Of what.
    pub limit: Limit,
    /// How many there are.
    pub used: i64,
    /// How many there may be.
    pub most: i64,
}

impl Entitlements {
    /// The exception about something, counting or not.
    pub fn exception(&self, subject: &str) -> Option<&PlanOverride> {
        self.overrides
            .iter()
            .find(|found| found.exception.subject() == subject)
    }

    fn counting(&self, subject: &str, now: Timestamp) -> Option<Exception> {
        let found = self.exception(subject).filter(|found| found.counts(now));
        found.map(|found| found.exception)
    }

    /// Whether the tenant may use a feature now.
    pub fn has(&self, feature: Feature, now: Timestamp) -> bool {
        match self.counting(feature.as_str(), now) {
            Some(Exception::Feature { is_on, .. }) => is_on,
            _ => self.settings.has(feature),
        }
    }

    /// In one word, why the tenant has a feature or not.
    pub fn why(&self, feature: Feature, now: Timestamp) -> Entitlement {
        match self.counting(feature.as_str(), now) {
            Some(Exception::Feature { is_on: true, .. }) => Entitlement::Granted,
            Some(Exception::Feature { is_on: false, .. }) => Entitlement::Withheld,
            _ => self.settings.why(feature),
        }
    }

    /// How many of something the tenant may have now.
    pub fn most(&self, limit: Limit, now: Timestamp) -> i64 {
        match self.counting(limit.as_str(), now) {
            Some(Exception::Limit { most, .. }) => most,
            _ => self.settings.plan_code.most(limit),
        }
    }

    /// Whether there is room for one more of something, of which there are so many. More than there may be, after a
    /// smaller plan, stay: none is added.
    ///
    /// # Errors
    ///
    /// When there is not.
    pub fn room_for(&self, limit: Limit, used: i64, now: Timestamp) -> Result<(), LimitReached> {
        let most = self.most(limit, now);
        match used < most {
            true => Ok(()),
            false => Err(LimitReached { limit, used, most }),
        }
    }

    /// Why the tenant has a feature or not: everything that was asked, in order. The last that says something decides.
    pub fn trace(&self, feature: Feature, now: Timestamp) -> Vec<TraceStep> {
        let plan = self.settings.plan_code;
        let required = plan.required_features().contains(&feature);
        let carries = match (required, plan.allows(feature)) {
            (true, _) => "carries it, for every tenant",
            (false, true) => "carries it for those who choose it",
            (false, false) => "does not carry it",
        };
        let chosen = match self.settings.chosen().contains(&feature) {
            true => "It was chosen",
            false => "It was not chosen",
        };
        let mut trace = vec![step("plan", format!("The plan {plan} {carries}."))];
        if plan.allows(feature) && !required {
            trace.push(step("choice", format!("{chosen}.")));
        }
        self.decided(trace, feature.as_str(), now)
    }

    /// Why there may be so many of something.
    pub fn trace_of(&self, limit: Limit, now: Timestamp) -> Vec<TraceStep> {
        let plan = self.settings.plan_code;
        let says = format!("The plan {plan} has {} {limit}.", plan.most(limit));
        self.decided(vec![step("plan", says)], limit.as_str(), now)
    }

    fn decided(&self, mut trace: Vec<TraceStep>, subject: &str, now: Timestamp) -> Vec<TraceStep> {
        let mut decisive = trace.len() - 1;
        if let Some(exception) = self.exception(subject) {
            trace.push(step("override", exception.told(now)));
            if exception.counts(now) {
                decisive += 1;
            }
        }
        trace[decisive].decides = true;
        trace
    }
}

const fn step(asked: &'static str, says: String) -> TraceStep {
    TraceStep {
        asked,
        says,
        decides: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str) -> Timestamp {
        format!("2026-03-{day}T00:00:00Z").parse().unwrap()
    }

    fn until(exception: Exception, end: Option<&str>) -> PlanOverride {
        PlanOverride {
            exception,
            reason: "a trial".to_owned(),
            expires_at: end.map(at),
            made_by: "ops".to_owned(),
            made_at: at("01"),
        }
    }

    fn on(plan: Plan, overrides: Vec<PlanOverride>) -> Entitlements {
        let settings = TenantControlSettings::new("tenant_a".parse().unwrap(), plan, &[]);
        Entitlements {
            settings: settings.unwrap(),
            overrides,
        }
    }

    const TRIAL: Exception = Exception::Feature {
        subject: Feature::DomainOps,
        is_on: true,
    };

    #[test]
    fn an_exception_goes_before_the_plan_until_it_ends() {
        let tenant = on(Plan::Starter, vec![until(TRIAL, Some("10"))]);

        assert!(tenant.has(Feature::DomainOps, at("09")));
        assert!(!tenant.has(Feature::DomainOps, at("10")));
        assert!(!tenant.has(Feature::AiNba, at("09")), "it is about one feature");
    }

    #[test]
    fn an_exception_takes_away_what_the_plan_requires() {
        let off = Exception::Feature {
            subject: Feature::LeadCapture,
            is_on: false,
        };
        let tenant = on(Plan::Team, vec![until(off, None)]);

        assert!(!tenant.has(Feature::LeadCapture, at("09")));
    }

    #[test]
    fn a_limit_is_reached_and_not_passed() {
        let one = Exception::Limit {
            subject: Limit::Members,
            most: 1,
        };
        let tenant = on(Plan::Starter, vec![until(one, Some("10"))]);

        let full = tenant.room_for(Limit::Members, 1, at("09")).unwrap_err();
        assert_eq!(full.to_string(), "1 of 1 members");
        let over = tenant.room_for(Limit::Members, 7, at("09")).unwrap_err();
        assert_eq!(over.to_string(), "7 of 1 members");
        assert_eq!(tenant.room_for(Limit::Members, 9, at("10")), Ok(()));
        assert!(tenant.room_for(Limit::Members, 10, at("10")).is_err());
        assert_eq!(tenant.room_for(Limit::Domains, 9, at("09")), Ok(()));
    }

    #[test]
    fn the_trace_names_what_decides() {
        let tenant = on(Plan::Pro, vec![until(TRIAL, Some("10"))]);
        let told = |feature, day| {
            let trace = tenant.trace(feature, at(day));
            let told = trace.iter().map(|step| match step.decides {
                true => format!("> {}", step.says),
                false => step.says.clone(),
            });
            told.collect::<Vec<_>>()
        };

        assert_eq!(
            told(Feature::DomainOps, "09"),
            [
                "The plan pro carries it for those who choose it.",
                "It was not chosen.",
                "> An exception of 1 Mar 2026 says on, until 10 Mar 2026: a trial",
            ]
        );
        assert_eq!(
            told(Feature::DomainOps, "11"),
            [
                "The plan pro carries it for those who choose it.",
                "> It was not chosen.",
                "An exception of 1 Mar 2026 says on, which ended on 10 Mar 2026 and counts no more: a trial",
            ]
        );
        assert_eq!(
            told(Feature::LeadCapture, "09"),
            ["> The plan pro carries it, for every tenant."]
        );
    }

    #[test]
    fn an_exception_is_read_back_as_it_was() {
        for (subject, value) in [
            ("domain_ops", 0),
            ("domain_ops", 1),
            ("members", 0),
            ("domains", 40),
        ] {
            let read = Exception::read(subject, value).unwrap();
            assert_eq!((read.subject(), read.amount()), (subject, value));
        }
        for (subject, value) in [("domain_ops", 2), ("members", -1), ("tea", 1)] {
            assert_eq!(Exception::read(subject, value), None, "{subject} {value}");
        }
    }

    #[test]
    fn a_larger_plan_has_no_less() {
        for pair in Plan::ALL.windows(2) {
            for limit in Limit::ALL {
                assert!(pair[0].most(*limit) <= pair[1].most(*limit), "{pair:?} {limit}");
            }
        }
    }
}
