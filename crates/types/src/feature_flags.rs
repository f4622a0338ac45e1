//! Switches of the whole platform: a feature that is off for everybody, or on for a share of the tenants.

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{Feature, TenantId, text_enum::text_enum};

text_enum! {
    /// How a feature stands for the whole platform.
    pub enum FlagState {
        /// Nothing is switched: plans, choices and exceptions say who has it. Nothing is stored.
        Default = "default",
        /// Off for every tenant: the kill switch.
        Off = "off",
        /// On for a share of the tenants.
        Rollout = "rollout",
    }
}

/// A share of all tenants: a whole number from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Percentage(i64);

impl Percentage {
    /// The share; none when it is no such number.
    pub const fn new(number: i64) -> Option<Self> {
        match number {
            0..=100 => Some(Self(number)),
            _ => None,
        }
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether the tenant in this bucket is among them. Whoever is among few is among more.
    pub const fn takes_in(self, bucket: i64) -> bool {
        bucket < self.0
    }
}

/// What was switched for the whole platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum Switch {
    /// Off for every tenant, whatever plan, choice and exceptions say.
    Off,
    /// On for this share of the tenants whose plan allows it. Who chose it keeps it.
    Rollout {
        /// How many of a hundred.
        percentage: Percentage,
    },
}

impl Switch {
    /// Its word.
    pub const fn state(self) -> FlagState {
        match self {
            Self::Off => FlagState::Off,
            Self::Rollout { .. } => FlagState::Rollout,
        }
    }

    /// The share it is rolled out to, if it is.
    pub const fn percentage(self) -> Option<Percentage> {
        match self {
            Self::Off => None,
            Self::Rollout { percentage } => Some(percentage),
        }
    }

    /// The switch that is kept so; none when word and number do not go together.
    pub fn read(state: FlagState, percentage: Option<i64>) -> Option<Self> {
        match (state, percentage) {
            (FlagState::Off, None) => Some(Self::Off),
            (FlagState::Rollout, Some(number)) => {
                Percentage::new(number).map(|percentage| Self::Rollout { percentage })
            }
            _ => None,
        }
    }
}

/// A feature that somebody switched for the whole platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FeatureFlag {
    /// Which.
    pub feature: Feature,
    /// To what.
    #[serde(flatten)]
    pub switch: Switch,
    /// Why.
    pub reason: String,
    /// Who did, as the audit trail names them.
    pub set_by: String,
    /// When.
    pub set_at: Timestamp,
}

/// Where a tenant stands in the line for a feature, from 0 to 99: the same in every process and for ever, and another
/// for another feature, so that it is not always the same tenants who are first.
pub(crate) fn bucket(feature: Feature, tenant_id: &TenantId) -> i64 {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(feature.as_str())
        .chain_update([0])
        .chain_update(tenant_id.as_str())
        .finalize()
        .into();
    let (first, _) = hash
        .split_first_chunk()
        .expect("a hash has more than eight bytes");
    // Of 2^64 numbers no bucket gets more than one more than another.
    i64::try_from(u64::from_be_bytes(*first) % 100).expect("what is below a hundred fits")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn tenants() -> Vec<TenantId> {
        let id = |number| format!("tenant_agency-{number}").parse().unwrap();
        (0..2000).map(id).collect()
    }

    fn taken_in(feature: Feature, share: i64) -> HashSet<TenantId> {
        let share = Percentage::new(share).unwrap();
        let mut tenants = tenants();
        tenants.retain(|tenant| share.takes_in(bucket(feature, tenant)));
        tenants.into_iter().collect()
    }

    #[test]
    fn a_bucket_is_the_same_for_ever() {
        // printf 'ai_nba\0tenant_fairfield' | sha256sum, its first 16 digits as a number, modulo 100.
        let told = [Feature::AiNba, Feature::DomainOps]
            .map(|feature| bucket(feature, &"tenant_fairfield".parse().unwrap()));

        assert_eq!(told, [80, 11]);
    }

    #[test]
    fn a_share_is_about_that_many_and_others_for_another_feature() {
        for share in [0, 1, 10, 50, 99, 100] {
            let count = i64::try_from(taken_in(Feature::AiNba, share).len()).unwrap();
            assert!(
                (count - share * 20).abs() <= 60,
                "{count} of 2,000 are no {share} %"
            );
        }
        assert_eq!(taken_in(Feature::AiNba, 0).len(), 0);
        assert_eq!(taken_in(Feature::AiNba, 100).len(), 2000);
        let both = |feature| taken_in(feature, 10);
        let shared = both(Feature::AiNba)
            .intersection(&both(Feature::DomainOps))
            .count();
        assert!(shared < 60, "{shared} of about 200 are first for both features");
    }

    proptest! {
        #[test]
        fn a_larger_share_takes_it_from_nobody(
            tenant in "[a-z][a-z0-9]{2,20}", feature in 0..Feature::ALL.len(), one in 0i64..=100, other in 0i64..=100,
        ) {
            let tenant = format!("tenant_{tenant}").parse().unwrap();
            let bucket = bucket(Feature::ALL[feature], &tenant);
            let (less, more) = (one.min(other), one.max(other));

            prop_assert!((0..100).contains(&bucket));
            let has = |share| Percentage::new(share).unwrap().takes_in(bucket);
            prop_assert!(!has(less) || has(more), "in at {less} %, out at {more} %");
        }
    }

    #[test]
    fn a_switch_is_read_back_as_it_was_and_nonsense_is_none() {
        for (state, percentage) in [
            (FlagState::Off, None),
            (FlagState::Rollout, Some(0)),
            (FlagState::Rollout, Some(100)),
        ] {
            let read = Switch::read(state, percentage).unwrap();
            assert_eq!(
                (read.state(), read.percentage().map(Percentage::get)),
                (state, percentage)
            );
        }
        for (state, percentage) in [
            (FlagState::Default, None),
            (FlagState::Off, Some(1)),
            (FlagState::Rollout, None),
            (FlagState::Rollout, Some(101)),
            (FlagState::Rollout, Some(-1)),
        ] {
            assert_eq!(Switch::read(state, percentage), None, "{state} {percentage:?}");
        }
    }
}
