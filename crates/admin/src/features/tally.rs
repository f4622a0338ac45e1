//! Counts which tenants have a feature and why, and who would gain or lose it.
//!
//! Each tenant is asked with the one check that everybody asks ([`types::Entitlements`]), so that what is foretold is what
//! happens.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use types::{Entitlement, Feature, FeatureFlag, TenantId};

use super::Tenants;

/// As many tenants are named that would gain or lose something.
const NAMED: usize = 10;

/// How many tenants have a feature, by why they have it or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Reasons that hold for somebody, those of having it first.
    pub(crate) by_reason: Vec<(Entitlement, usize)>,
    /// How many were looked at.
    pub(crate) looked_at: usize,
    /// Whether that is everybody.
    pub(crate) is_all: bool,
}

impl Tally {
    pub(super) fn of(feature: Feature, tenants: &Tenants, now: Timestamp) -> Self {
        let mut counts: BTreeMap<Entitlement, usize> = BTreeMap::new();
        for entitled in &tenants.entitled {
            *counts.entry(entitled.why(feature, now)).or_default() += 1;
        }
        let mut by_reason: Vec<_> = counts.into_iter().collect();
        by_reason.sort_by_key(|(why, _)| !why.is_on());
        Self {
            by_reason,
            looked_at: tenants.entitled.len(),
            is_all: tenants.are_all,
        }
    }

    /// How many have it.
    pub(crate) fn on(&self) -> usize {
        let have = self.by_reason.iter().filter(|(why, _)| why.is_on());
        have.map(|(_, count)| count).sum()
    }
}

/// What a change would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Effect {
    /// How many would have the feature who have it not, and the first of them.
    pub(crate) gains: (usize, Vec<TenantId>),
    /// How many would have it no more, and the first of them.
    pub(crate) losses: (usize, Vec<TenantId>),
    /// How many were looked at.
    pub(crate) looked_at: usize,
    /// Whether that is everybody.
    pub(crate) is_all: bool,
}

impl Effect {
    pub(super) fn of(
        feature: Feature,
        after: Option<FeatureFlag>,
        (tenants, now): (&Tenants, Timestamp),
    ) -> Self {
        let others = tenants.flags.iter().filter(|flag| flag.feature != feature);
        let flags: Arc<[FeatureFlag]> = others.cloned().chain(after).collect();
        let mut effect = Self {
            gains: (0, Vec::new()),
            losses: (0, Vec::new()),
            looked_at: tenants.entitled.len(),
            is_all: tenants.are_all,
        };
        for entitled in &tenants.entitled {
            let mut then = entitled.clone();
            then.flags = Arc::clone(&flags);
            let side = match (entitled.has(feature, now), then.has(feature, now)) {
                (false, true) => &mut effect.gains,
                (true, false) => &mut effect.losses,
                _ => continue,
            };
            side.0 += 1;
            if side.1.len() < NAMED {
                side.1.push(entitled.settings.tenant_id.clone());
            }
        }
        effect
    }

    /// In one sentence.
    pub(crate) fn sentence(&self) -> String {
        let (gain, lose) = (self.gains.0, self.losses.0);
        let tenants = if gain == 1 { "tenant" } else { "tenants" };
        format!("{gain} {tenants} would gain it, {lose} would lose it.")
    }
}
