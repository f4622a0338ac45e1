//! Plans, the features they carry, and what a tenant has of them.

use serde::Serialize;

use crate::{Money, TenantId, text_enum::text_enum};

text_enum! {
    /// What a tenant pays for.
    pub enum Plan {
        /// A site and a pipeline.
        Starter = "starter",
        /// And knowing what visitors do.
        Growth = "growth",
        /// And domains and suggestions.
        Pro = "pro",
        /// The same for a team.
        Team = "team",
    }
}

text_enum! {
    /// Something a tenant can have switched on.
    pub enum Feature {
        /// Leads on a board.
        CrmPipeline = "crm_pipeline",
        /// Forms that become leads.
        LeadCapture = "lead_capture",
        /// What visitors look at, beside their contact.
        BehaviorIntelligence = "behavior_intelligence",
        /// Follow-ups that send themselves.
        AutomationSequences = "automation_sequences",
        /// The next best action, suggested.
        AiNba = "ai_nba",
        /// Domains of the tenant's own, by themselves.
        DomainOps = "domain_ops",
    }
}

use Feature::{AiNba, AutomationSequences, BehaviorIntelligence, CrmPipeline, DomainOps, LeadCapture};

impl Plan {
    /// What joining costs, once.
    pub const fn setup_price(self) -> Money {
        // In cents.
        Money::from_cents(match self {
            Self::Starter => 250_000,
            Self::Growth => 400_000,
            Self::Pro => 650_000,
            Self::Team => 950_000,
        })
    }

    /// What a month costs.
    pub const fn monthly_price(self) -> Money {
        // In cents.
        Money::from_cents(match self {
            Self::Starter => 39_900,
            Self::Growth => 74_900,
            Self::Pro => 119_900,
            Self::Team => 189_900,
        })
    }

    /// What every tenant of the plan has, whether it asked or not.
    pub const fn required_features(self) -> &'static [Feature] {
        &[CrmPipeline, LeadCapture]
    }

    /// What a tenant of the plan may have; the required ones among them.
    pub const fn allowed_features(self) -> &'static [Feature] {
        match self {
            Self::Starter => &[CrmPipeline, LeadCapture],
            Self::Growth => &[
                CrmPipeline,
                LeadCapture,
                BehaviorIntelligence,
                AutomationSequences,
            ],
            Self::Pro | Self::Team => &[
                CrmPipeline,
                LeadCapture,
                BehaviorIntelligence,
                AutomationSequences,
                AiNba,
                DomainOps,
            ],
        }
    }

    /// Whether a tenant of the plan may switch `feature` on.
    pub fn allows(self, feature: Feature) -> bool {
        self.allowed_features().contains(&feature)
    }
}

/// A feature that the plan does not carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{feature} is not part of the plan {plan}")]
pub struct FeatureNotAllowed {
    /// The plan.
    pub plan: Plan,
    /// What it lacks.
    pub feature: Feature,
}

/// What a tenant has: its plan, and the features switched on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantControlSettings {
    /// Whose these are.
    pub tenant_id: TenantId,
    /// The plan.
    pub plan_code: Plan,
    /// What is switched on, in the order of [`Feature::ALL`], each once.
    pub feature_flags: Vec<Feature>,
    /// What was switched on under a larger plan, and comes back with it: a downgrade forgets nothing.
    pub dormant_flags: Vec<Feature>,
}

impl TenantControlSettings {
    /// The settings of a tenant that asks for `features` on `plan`; the required ones come by themselves.
    ///
    /// # Errors
    ///
    /// The first feature that the plan does not allow.
    pub fn new(tenant_id: TenantId, plan: Plan, features: &[Feature]) -> Result<Self, FeatureNotAllowed> {
        if let Some(&feature) = features.iter().find(|feature| !plan.allows(**feature)) {
            return Err(FeatureNotAllowed { plan, feature });
        }
        Ok(Self::stored(tenant_id, plan, features))
    }

    /// The settings of a tenant that once chose `features` and is on `plan` now.
    pub fn stored(tenant_id: TenantId, plan: Plan, features: &[Feature]) -> Self {
        let chosen = |feature: &Feature| features.contains(feature);
        let all = || Feature::ALL.iter().copied();
        Self {
            tenant_id,
            plan_code: plan,
            feature_flags: all()
                .filter(|feature| {
                    plan.required_features().contains(feature) || (chosen(feature) && plan.allows(*feature))
                })
                .collect(),
            dormant_flags: all()
                .filter(|feature| chosen(feature) && !plan.allows(*feature))
                .collect(),
        }
    }

    /// The same tenant on another plan, or with other features, or both.
    ///
    /// # Errors
    ///
    /// The first feature asked for that the plan does not allow.
    pub fn changed(
        &self,
        plan: Option<Plan>,
        features: Option<&[Feature]>,
    ) -> Result<Self, FeatureNotAllowed> {
        let (tenant_id, plan) = (self.tenant_id.clone(), plan.unwrap_or(self.plan_code));
        match features {
            Some(features) => Self::new(tenant_id, plan, features),
            None => Ok(Self::stored(tenant_id, plan, &self.chosen())),
        }
    }

    /// Everything the tenant chose, whether its plan has it or not: what is stored.
    pub fn chosen(&self) -> Vec<Feature> {
        let chosen =
            |feature: &Feature| self.feature_flags.contains(feature) || self.dormant_flags.contains(feature);
        Feature::ALL.iter().copied().filter(chosen).collect()
    }

    /// Whether plan and choice carry `feature`. What the tenant is entitled to, exceptions and all, says
    /// [`crate::Entitlements`].
    pub fn has(&self, feature: Feature) -> bool {
        self.feature_flags.contains(&feature)
    }

    /// Why the tenant has `feature`, or has it not.
    pub fn why(&self, feature: Feature) -> Entitlement {
        if self.plan_code.required_features().contains(&feature) {
            Entitlement::Required
        } else if self.has(feature) {
            Entitlement::Chosen
        } else if self.dormant_flags.contains(&feature) {
            Entitlement::Dormant
        } else if self.plan_code.allows(feature) {
            Entitlement::Available
        } else {
            Entitlement::BeyondPlan
        }
    }
}

text_enum! {
    /// Why a tenant has a feature, or has it not.
    pub enum Entitlement {
        /// Every tenant of the plan has it.
        Required = "required",
        /// The plan allows it, and it was switched on.
        Chosen = "chosen",
        /// The plan allows it, and it is off.
        Available = "available",
        /// It was switched on, and the plan does not carry it any more.
        Dormant = "dormant",
        /// The plan does not carry it.
        BeyondPlan = "beyond_plan",
        /// An operator made an exception: it is on.
        Granted = "granted",
        /// An operator made an exception: it is off.
        Withheld = "withheld",
        /// The plan allows it, and it is on for the share of tenants that this one is among.
        RolledOut = "rolled_out",
        /// It is off for every tenant of the platform.
        Killed = "killed",
    }
}

impl Entitlement {
    /// Whether the tenant has it.
    pub const fn is_on(self) -> bool {
        match self {
            Self::Required | Self::Chosen | Self::Granted | Self::RolledOut => true,
            Self::Available | Self::Dormant | Self::BeyondPlan | Self::Withheld | Self::Killed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(plan: Plan, features: &[Feature]) -> Result<TenantControlSettings, FeatureNotAllowed> {
        TenantControlSettings::new("tenant_a".parse().unwrap(), plan, features)
    }

    #[test]
    fn required_features_come_by_themselves() {
        let settings = settings(Plan::Growth, &[BehaviorIntelligence]).unwrap();

        assert_eq!(
            settings.feature_flags,
            [CrmPipeline, LeadCapture, BehaviorIntelligence]
        );
    }

    #[test]
    fn a_feature_beyond_the_plan_is_refused_by_name() {
        let refused = settings(Plan::Starter, &[DomainOps]).unwrap_err();

        assert_eq!(refused.to_string(), "domain_ops is not part of the plan starter");
    }

    #[test]
    fn a_smaller_plan_forgets_nothing() {
        let pro = settings(Plan::Pro, &[DomainOps, BehaviorIntelligence]).unwrap();

        let starter = pro.changed(Some(Plan::Starter), None).unwrap();
        let again = starter.changed(Some(Plan::Pro), None).unwrap();

        assert_eq!(starter.feature_flags, [CrmPipeline, LeadCapture]);
        assert_eq!(starter.why(DomainOps), Entitlement::Dormant);
        assert_eq!(starter.why(AiNba), Entitlement::BeyondPlan);
        assert_eq!(starter.why(LeadCapture), Entitlement::Required);
        assert_eq!(again, pro);
        assert_eq!(
            (again.why(DomainOps), again.why(AiNba)),
            (Entitlement::Chosen, Entitlement::Available)
        );
    }

    #[test]
    fn every_plan_allows_what_it_requires() {
        for plan in Plan::ALL {
            assert!(
                plan.required_features()
                    .iter()
                    .all(|feature| plan.allows(*feature)),
                "{plan}"
            );
        }
    }
}
