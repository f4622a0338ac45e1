//! What a tenant uses, beside what it may: its limits, and what came this month.

use db::{
    Tx,
    platform::tenants::{self as rows, TenantOverview},
};
use jiff::{Timestamp, tz::TimeZone};
use server::page::thousands;
use types::Limit;

use crate::{Acting, Refusal, settings::overrides};

/// So much of something.
pub(crate) struct Share {
    pub(crate) name: &'static str,
    /// `2 of 10`, or how many where nothing ends them.
    pub(crate) room: String,
    /// How many there are and may be, where something ends them.
    pub(crate) of: Option<(i64, i64)>,
    pub(crate) is_full: bool,
}

/// What a tenant uses.
pub(crate) async fn of(
    tx: &mut Tx,
    acting: &Acting<'_>,
    overview: &TenantOverview,
) -> Result<Vec<Share>, Refusal> {
    let tenant_id = &overview.tenant.id;
    let entitled = overrides::entitlements(tx, acting, tenant_id).await?;
    let used = overrides::Used::by(tx, acting, overview).await?;
    let leads = rows::leads_since(tx, acting.platform, tenant_id, month_of(acting.now)).await?;
    let mut shares: Vec<Share> = [Limit::Members, Limit::Domains]
        .into_iter()
        .map(|limit| limited(limit, used.of(limit), entitled.most(limit, acting.now)))
        .collect();
    shares.push(Share {
        name: "Leads this month",
        room: thousands(leads),
        of: None,
        is_full: false,
    });
    Ok(shares)
}

fn limited(limit: Limit, used: i64, most: i64) -> Share {
    Share {
        name: match limit {
            Limit::Domains => "Domains",
            Limit::Members => "Members",
        },
        room: format!("{used} of {most}"),
        of: Some((used, most)),
        is_full: used >= most,
    }
}

/// When the month began, in UTC: operators look at tenants of every time zone.
fn month_of(now: Timestamp) -> Timestamp {
    let month = now
        .to_zoned(TimeZone::UTC)
        .first_of_month()
        .and_then(|day| day.start_of_day());
    month.map_or(Timestamp::MIN, |day| day.timestamp())
}
