//! Switches of the whole platform: a feature off for every tenant, or on for a share of them; and what that would do.

pub(crate) mod api;
pub(crate) mod pages;
mod tally;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use db::platform::feature_flags as rows;
use serde_json::json;
use server::etag::{IfMatch, Version};
use types::{AuditAction, Entitlements, Feature, FeatureFlag, Switch, Text};

pub(crate) use tally::{Effect, Tally};

use crate::{Acting, Refusal, acting::Attempt};

/// More tenants than are looked at to say how many have a feature. Beyond them a page says that there are more.
const MOST: usize = 20_000;

/// What is to be switched about a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FlagChange {
    pub(crate) feature: Feature,
    /// To what; none lets plans decide again.
    pub(crate) to: Option<Switch>,
    pub(crate) reason: Text<500>,
}

impl FlagChange {
    fn flag(&self, acting: &Acting<'_>) -> Option<FeatureFlag> {
        self.to.map(|switch| FeatureFlag {
            feature: self.feature,
            switch,
            reason: self.reason.as_str().to_owned(),
            set_by: acting.actor.id.clone(),
            set_at: acting.now,
        })
    }
}

/// A feature, what is switched about it, and how many tenants have it.
pub(crate) struct FeatureState {
    pub(crate) feature: Feature,
    pub(crate) flag: Option<FeatureFlag>,
    pub(crate) tally: Tally,
}

impl FeatureState {
    fn of(feature: Feature, tenants: &Tenants, acting: &Acting<'_>) -> Self {
        Self {
            feature,
            flag: tenants.flag(feature),
            tally: Tally::of(feature, tenants, acting.now),
        }
    }

    /// Changes when another switch is thrown, and for no other reason.
    pub(crate) fn version(&self) -> Version {
        version(self.flag.as_ref())
    }
}

fn version(flag: Option<&FeatureFlag>) -> Version {
    Version::of_content(&flag)
}

/// What tenants that are not archived are entitled to, by their ids, and whether those are all.
pub(crate) struct Tenants {
    pub(crate) entitled: Vec<Entitlements>,
    pub(crate) are_all: bool,
    flags: Arc<[FeatureFlag]>,
}

impl Tenants {
    async fn look(acting: &Acting<'_>) -> Result<Self, Refusal> {
        let mut tx = acting.db.read(acting.platform).await?;
        let flags = rows::list(&mut tx, acting.platform).await?;
        let (entitled, are_all) = rows::of_tenants(&mut tx, acting.platform, MOST).await?;
        Ok(Self {
            entitled,
            are_all,
            flags,
        })
    }

    fn flag(&self, feature: Feature) -> Option<FeatureFlag> {
        self.flags.iter().find(|flag| flag.feature == feature).cloned()
    }
}

/// Every feature.
pub(crate) async fn list(acting: &Acting<'_>) -> Result<Vec<FeatureState>, Refusal> {
    let tenants = Tenants::look(acting).await?;
    let features = Feature::ALL.iter();
    Ok(features
        .map(|feature| FeatureState::of(*feature, &tenants, acting))
        .collect())
}

/// One of them.
pub(crate) async fn find(acting: &Acting<'_>, feature: Feature) -> Result<FeatureState, Refusal> {
    let tenants = Tenants::look(acting).await?;
    Ok(FeatureState::of(feature, &tenants, acting))
}

/// What a change would do, and how the feature stands before it. Nothing is changed.
pub(crate) async fn rehearse(
    acting: &Acting<'_>,
    change: &FlagChange,
) -> Result<(FeatureState, Effect), Refusal> {
    let tenants = Tenants::look(acting).await?;
    let state = FeatureState::of(change.feature, &tenants, acting);
    let effect = Effect::of(change.feature, change.flag(acting), (&tenants, acting.now));
    Ok((state, effect))
}

/// Switches a feature for every tenant, or lets plans decide about it again.
pub(crate) async fn change(
    acting: &Acting<'_>,
    change: &FlagChange,
    seen: &IfMatch,
) -> Result<FeatureState, Refusal> {
    let action = match change.to {
        Some(_) => AuditAction::FeatureFlagSet,
        None => AuditAction::FeatureFlagClear,
    };
    let attempt = acting.attempt(action, None).await?;
    attempt.end(carry_out(&attempt, change, seen)).await?;
    find(acting, change.feature).await
}

async fn carry_out(attempt: &Attempt<'_>, change: &FlagChange, seen: &IfMatch) -> Result<(), Refusal> {
    let (feature, platform) = (change.feature, attempt.platform);
    let mut tx = attempt.db.write(platform).await?;
    let before = rows::hold(&mut tx, platform, feature).await?;
    seen.allows(version(before.as_ref()))
        .map_err(|_| Refusal::Stale)?;
    let after = change.flag(attempt);
    match (&before, &after) {
        (Some(_), Some(flag)) => rows::update(&mut tx, platform, flag).await?,
        (None, Some(flag)) => {
            // Somebody else switched it a moment ago: whoever asked has not seen that.
            if !rows::insert(&mut tx, platform, flag).await? {
                return Err(Refusal::Stale);
            }
        }
        (_, None) => rows::delete(&mut tx, platform, feature).await?,
    }
    let details = json!({
        "feature": feature, "before": before, "after": after, "reason": change.reason,
    });
    attempt.succeeded(&mut tx, details).await?;
    Ok(tx.commit().await?)
}
