//! Tenants: made whole in one transaction, moved between their states, looked up.

pub(crate) mod api;
mod explain;
pub(crate) mod explain_page;
mod explain_steps;
pub(crate) mod new;
mod out;
pub(crate) mod page;
mod provision;
pub(crate) mod show;
mod status;
pub(crate) mod status_page;
#[cfg(test)]
mod tests;
mod usage;

use db::{PlatformScope, Tx, platform::tenants::TenantOverview};

pub(crate) use explain::{Explanation, SiteAnswer, explain};
pub use out::TenantOut;
pub use provision::{NewTenant, provision};
pub(crate) use provision::{insert_whole, neutral_website, taken};
pub use status::{may_set_status, set_status};

use types::Tenant;

use crate::{Acting, Refusal};

/// Finds a tenant by its id or its slug, before anything is done to it.
pub(crate) async fn look_up(acting: &Acting<'_>, id_or_slug: &str) -> Result<Tenant, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    db::platform::tenants::find(&mut tx, acting.platform, id_or_slug)
        .await?
        .ok_or_else(|| Refusal::no_tenant(id_or_slug))
}

/// Finds a tenant by its id or its slug, with what belongs to it.
pub async fn find(
    tx: &mut Tx,
    platform: &PlatformScope,
    id_or_slug: &str,
) -> Result<TenantOverview, Refusal> {
    db::platform::tenants::overview(tx, platform, id_or_slug)
        .await?
        .ok_or_else(|| Refusal::no_tenant(id_or_slug))
}
