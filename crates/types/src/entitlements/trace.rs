//! Why a tenant has a feature or not, and why there may be so many of something: everything that was asked, in order.

use jiff::Timestamp;
use serde::Serialize;

use super::{Entitlements, Exception, Limit, PlanOverride};
use crate::{Entitlement, Feature, FeatureFlag, Switch, feature_flags::bucket};

/// One thing that was asked on the way to an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceStep {
    /// What was asked: `kill_switch`, `override`, `plan`, `choice`, `rollout`.
    pub asked: &'static str,
    /// What it says, for people.
    pub says: String,
    /// Whether the answer is what it says.
    pub decides: bool,
}

impl Entitlements {
    /// Why the tenant has a feature or not: everything that is asked, in order, and which of it decides.
    pub fn trace(&self, feature: Feature, now: Timestamp) -> Vec<TraceStep> {
        let decides = self.decisive(feature, now);
        let mut trace = vec![
            step("kill_switch", self.kill_switch(feature)),
            step("override", self.about_exception(feature.as_str(), now)),
            step("plan", self.plan(feature)),
        ];
        let plan = self.settings.plan_code;
        if plan.allows(feature) && !plan.required_features().contains(&feature) {
            trace.push(step("choice", self.choice(feature).to_owned()));
            trace.push(step("rollout", self.rollout(feature)));
        }
        for step in &mut trace {
            step.decides = step.asked == decides;
        }
        trace
    }

    /// What of all that is asked about a feature decides.
    fn decisive(&self, feature: Feature, now: Timestamp) -> &'static str {
        match self.why(feature, now) {
            Entitlement::Killed => "kill_switch",
            Entitlement::Granted | Entitlement::Withheld => "override",
            Entitlement::Required | Entitlement::Dormant | Entitlement::BeyondPlan => "plan",
            Entitlement::Chosen => "choice",
            Entitlement::RolledOut => "rollout",
            // Nobody chose it; where there is a rollout, it had the last word.
            Entitlement::Available if self.flag(feature).is_some() => "rollout",
            Entitlement::Available => "choice",
        }
    }

    fn kill_switch(&self, feature: Feature) -> String {
        match self.flag(feature) {
            Some(flag) if flag.switch == Switch::Off => {
                format!("Kill switch: off for every tenant, {}", set(flag))
            }
            _ => "Kill switch: none.".to_owned(),
        }
    }

    fn about_exception(&self, subject: &str, now: Timestamp) -> String {
        match self.exception(subject) {
            Some(exception) => exception.told(now),
            None => "Exception: none.".to_owned(),
        }
    }

    fn plan(&self, feature: Feature) -> String {
        let plan = self.settings.plan_code;
        let carries = match (plan.required_features().contains(&feature), plan.allows(feature)) {
            (true, _) => "carries it, for every tenant",
            (false, true) => "carries it for those who choose it",
            (false, false) => "does not carry it",
        };
        format!("The plan {plan} {carries}.")
    }

    fn choice(&self, feature: Feature) -> &'static str {
        match self.settings.chosen().contains(&feature) {
            true => "It was chosen.",
            false => "It was not chosen.",
        }
    }

    fn rollout(&self, feature: Feature) -> String {
        let flag = self.flag(feature);
        let share = flag.and_then(|flag| flag.switch.percentage());
        let (Some(flag), Some(share)) = (flag, share) else {
            return "Rollout: none.".to_owned();
        };
        let place = bucket(feature, &self.settings.tenant_id);
        let answer = match share.takes_in(place) {
            true => "on",
            false => "off",
        };
        let (share, set) = (share.get(), set(flag));
        format!("Rollout: {share} %, this tenant is at {place}: {answer}; {set}")
    }

    /// Why there may be so many of something.
    pub fn trace_of(&self, limit: Limit, now: Timestamp) -> Vec<TraceStep> {
        let plan = self.settings.plan_code;
        let mut trace = vec![
            step("override", self.about_exception(limit.as_str(), now)),
            step(
                "plan",
                format!("The plan {plan} has {} {limit}.", plan.most(limit)),
            ),
        ];
        let decisive = usize::from(self.counting(limit.as_str(), now).is_none());
        trace[decisive].decides = true;
        trace
    }

    /// Everybody who made an exception or threw a switch, as the audit trail names them.
    pub fn actors(&self) -> impl Iterator<Item = &str> {
        let made = self.overrides.iter().map(|made| made.made_by.as_str());
        made.chain(self.flags.iter().map(|flag| flag.set_by.as_str()))
    }

    /// The same for people to read, with actors by the names they have; who has none is called what the trail calls
    /// them.
    #[must_use]
    pub fn named(&self, name: impl Fn(&str) -> Option<String>) -> Self {
        let mut named = self.clone();
        let rename = |actor: &mut String| {
            if let Some(name) = name(actor) {
                *actor = name;
            }
        };
        named
            .overrides
            .iter_mut()
            .for_each(|made| rename(&mut made.made_by));
        let mut flags = named.flags.to_vec();
        flags.iter_mut().for_each(|flag| rename(&mut flag.set_by));
        named.flags = flags.into();
        named
    }
}

impl PlanOverride {
    /// In words.
    fn told(&self, now: Timestamp) -> String {
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
        let (by, on, why) = (&self.made_by, day(self.made_at), &self.reason);
        format!("Exception: made by {by} on {on}, says {what}{end}: {why}")
    }
}

/// Who switched it, when and why.
fn set(flag: &FeatureFlag) -> String {
    format!("set by {} on {}: {}", flag.set_by, day(flag.set_at), flag.reason)
}

fn day(at: Timestamp) -> impl std::fmt::Display {
    at.strftime("%-d %b %Y")
}

const fn step(asked: &'static str, says: String) -> TraceStep {
    TraceStep {
        asked,
        says,
        decides: false,
    }
}
