//! Tenants: made whole in one transaction, moved between their states, looked up.

pub(crate) mod api;
mod explain;
mod out;
pub(crate) mod page;
mod provision;
mod status;
#[cfg(test)]
mod tests;

use db::{PlatformScope, Tx, platform::tenants::TenantOverview};

pub use explain::{Explanation, SiteAnswer, explain};
pub use out::TenantOut;
pub use provision::{NewTenant, provision};
pub(crate) use provision::{insert_whole, taken};
pub use status::{may_set_status, set_status};

use crate::Refusal;

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
