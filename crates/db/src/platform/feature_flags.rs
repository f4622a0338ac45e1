//! Features that operators switched for the whole platform, and what all tenants have of them.

use std::{collections::HashMap, str::FromStr, sync::Arc};

use types::{
    Entitlements, Feature, FeatureFlag, FlagState, Limit, Plan, PlanOverride, Switch, TenantControlSettings,
    TenantId,
};

use super::{overrides::Of, tenants::features};
use crate::{
    Error, PlatformScope, Result, Tx,
    backend::{FromRow, Row},
};

/// There are fewer features.
const MOST: i64 = 100;

/// Lists what is switched.
pub async fn list(tx: &mut Tx, _platform: &PlatformScope) -> Result<Arc<[FeatureFlag]>> {
    let kept: Vec<Kept> = tx
        .query(
            "SELECT feature, state, percentage, reason, set_by, set_at
               FROM feature_flags
              ORDER BY feature
              LIMIT $1",
        )
        .bind(MOST)
        .fetch_all()
        .await?;
    Ok(kept.into_iter().filter_map(|Kept(flag)| flag).collect())
}

/// What is switched about a feature, held until the transaction ends. What is not switched cannot be held:
/// [`insert`] tells whether somebody else was faster.
pub async fn hold(tx: &mut Tx, _platform: &PlatformScope, feature: Feature) -> Result<Option<FeatureFlag>> {
    let kept: Option<Kept> = tx
        .query(
            "UPDATE feature_flags
                SET feature = feature
              WHERE feature = $1
          RETURNING feature, state, percentage, reason, set_by, set_at",
        )
        .bind(feature)
        .fetch_optional()
        .await?;
    Ok(kept.and_then(|Kept(flag)| flag))
}

/// Switches a feature that was not. False when somebody else did a moment ago.
pub async fn insert(tx: &mut Tx, _platform: &PlatformScope, flag: &FeatureFlag) -> Result<bool> {
    let inserted = tx
        .query(
            "INSERT INTO feature_flags (feature, state, percentage, reason, set_by, set_at)
             VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (feature) DO NOTHING",
        )
        .bind(flag.feature)
        .bind(flag.switch.state())
        .bind(flag.switch.percentage().map(types::Percentage::get))
        .bind(flag.reason.as_str())
        .bind(flag.set_by.as_str())
        .bind(flag.set_at)
        .execute()
        .await?;
    Ok(inserted == 1)
}

/// Switches a feature otherwise, which is held.
pub async fn update(tx: &mut Tx, _platform: &PlatformScope, flag: &FeatureFlag) -> Result<()> {
    tx.query(
        "UPDATE feature_flags
            SET state = $2, percentage = $3, reason = $4, set_by = $5, set_at = $6
          WHERE feature = $1",
    )
    .bind(flag.feature)
    .bind(flag.switch.state())
    .bind(flag.switch.percentage().map(types::Percentage::get))
    .bind(flag.reason.as_str())
    .bind(flag.set_by.as_str())
    .bind(flag.set_at)
    .execute()
    .await?;
    Ok(())
}

/// Lets plans decide about a feature again.
pub async fn delete(tx: &mut Tx, _platform: &PlatformScope, feature: Feature) -> Result<()> {
    tx.query("DELETE FROM feature_flags WHERE feature = $1")
        .bind(feature)
        .execute()
        .await?;
    Ok(())
}

/// What the tenants that are not archived are entitled to, by id and at most so many; and whether those are all. Three
/// statements, however many they are.
pub async fn of_tenants(
    tx: &mut Tx,
    platform: &PlatformScope,
    most: usize,
) -> Result<(Vec<Entitlements>, bool)> {
    let flags = list(tx, platform).await?;
    let one_more = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    // A row for each plan with its choices, not for each tenant: ten thousand tenants are a few rows, and a row is what
    // costs.
    let alike: Vec<Alike> = tx
        .query(
            "SELECT seen.plan_code, seen.feature_flags, string_agg(seen.tenant_id, ' ') AS tenant_ids
               FROM (SELECT tenant_settings.tenant_id, tenant_settings.plan_code, tenant_settings.feature_flags
                       FROM tenant_settings
                       JOIN tenants ON tenants.id = tenant_settings.tenant_id
                      WHERE tenants.status <> 'archived'
                      ORDER BY tenant_settings.tenant_id
                      LIMIT $1) AS seen
              GROUP BY seen.plan_code, seen.feature_flags",
        )
        .bind(one_more)
        .fetch_all()
        .await?;
    let mut settings: Vec<_> = alike.into_iter().flat_map(Alike::each).collect();
    settings.sort_unstable_by(|one, other| one.tenant_id.cmp(&other.tenant_id));
    let are_all = settings.len() <= most;
    settings.truncate(most);
    let mut made = exceptions(tx, most).await?;
    let entitled = settings.into_iter().map(|settings| Entitlements {
        overrides: made.remove(&settings.tenant_id).unwrap_or_default(),
        settings,
        flags: Arc::clone(&flags),
    });
    Ok((entitled.collect(), are_all))
}

/// The exceptions of as many tenants, the first by id.
async fn exceptions(tx: &mut Tx, tenants: usize) -> Result<HashMap<TenantId, Vec<PlanOverride>>> {
    // A tenant has one of each subject at most, so that none is cut off.
    let most = tenants * (Feature::ALL.len() + Limit::ALL.len());
    let of: Vec<Of> = tx
        .query(
            "SELECT made.tenant_id, made.subject, made.amount, made.reason, made.expires_at, made.made_by, made.made_at
               FROM plan_overrides AS made
               JOIN tenants ON tenants.id = made.tenant_id
              WHERE tenants.status <> 'archived'
              ORDER BY made.tenant_id, made.subject
              LIMIT $1",
        )
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all()
        .await?;
    let mut by_tenant: HashMap<TenantId, Vec<PlanOverride>> = HashMap::new();
    for Of { tenant_id, made } in of {
        by_tenant.entry(tenant_id).or_default().push(made);
    }
    Ok(by_tenant)
}

/// Tenants with the same plan and the same choices.
struct Alike {
    tenant_ids: Vec<TenantId>,
    plan: Plan,
    chosen: Vec<Feature>,
}

impl Alike {
    fn each(self) -> impl Iterator<Item = TenantControlSettings> {
        let Self {
            tenant_ids,
            plan,
            chosen,
        } = self;
        let ids = tenant_ids.into_iter();
        ids.map(move |tenant_id| TenantControlSettings::stored(tenant_id, plan, &chosen))
    }
}

impl FromRow for Alike {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let ids = row.get::<String>("tenant_ids")?;
        let parsed: Result<_, _> = ids.split(' ').map(str::parse).collect();
        Ok(Self {
            tenant_ids: parsed.map_err(|source: <TenantId as FromStr>::Err| Error::Corrupt {
                column: "tenant_id",
                source: source.into(),
            })?,
            plan: row.get("plan_code")?,
            chosen: features(&row.get("feature_flags")?)?,
        })
    }
}

/// A row; none of a feature that only a newer program knows, so that an older one beside it goes on.
struct Kept(Option<FeatureFlag>);

impl FromRow for Kept {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let Ok(feature) = row.get::<String>("feature")?.parse::<Feature>() else {
            return Ok(Self(None));
        };
        let state: FlagState = row.get("state")?;
        let switch = Switch::read(state, row.get("percentage")?).ok_or_else(|| Error::Corrupt {
            column: "percentage",
            source: format!("{state} does not go with it").into(),
        })?;
        Ok(Self(Some(FeatureFlag {
            feature,
            switch,
            reason: row.get("reason")?,
            set_by: row.get("set_by")?,
            set_at: row.get("set_at")?,
        })))
    }
}
