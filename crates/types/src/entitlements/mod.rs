//! What a tenant is entitled to now: what its plan carries, what was chosen, what operators made an exception of, and
//! what they switched for the whole platform.
//!
//! This is the one check for pages, APIs and the worker, and it can say why it answers as it does.

#[cfg(test)]
mod tests;
mod trace;

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
pub use trace::TraceStep;

use crate::{
    Entitlement, Feature, FeatureFlag, Plan, Switch, TenantControlSettings, feature_flags::bucket,
    text_enum::text_enum,
};

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
}

/// What a tenant is entitled to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlements {
    /// Its plan and what was chosen.
    pub settings: TenantControlSettings,
    /// The exceptions, those that ended too.
    pub overrides: Vec<PlanOverride>,
    /// What is switched for the whole platform, for all tenants the same.
    pub flags: Arc<[FeatureFlag]>,
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

    /// What is switched about a feature for the whole platform.
    pub fn flag(&self, feature: Feature) -> Option<&FeatureFlag> {
        self.flags.iter().find(|flag| flag.feature == feature)
    }

    fn switch(&self, feature: Feature) -> Option<Switch> {
        self.flag(feature).map(|flag| flag.switch)
    }

    fn is_rolled_out(&self, feature: Feature) -> bool {
        let share = self.switch(feature).and_then(Switch::percentage);
        share.is_some_and(|share| share.takes_in(bucket(feature, &self.settings.tenant_id)))
    }

    /// Whether the tenant may use a feature now.
    pub fn has(&self, feature: Feature, now: Timestamp) -> bool {
        self.why(feature, now).is_on()
    }

    /// In one word, why the tenant has a feature or not.
    ///
    /// The kill switch is stronger than everything, an exception stronger than plan, choice and rollout.
    pub fn why(&self, feature: Feature, now: Timestamp) -> Entitlement {
        if self.switch(feature) == Some(Switch::Off) {
            return Entitlement::Killed;
        }
        match self.counting(feature.as_str(), now) {
            Some(Exception::Feature { is_on: true, .. }) => Entitlement::Granted,
            Some(Exception::Feature { is_on: false, .. }) => Entitlement::Withheld,
            _ => match self.settings.why(feature) {
                Entitlement::Available if self.is_rolled_out(feature) => Entitlement::RolledOut,
                why => why,
            },
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
}
