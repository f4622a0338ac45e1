//! Tenants: made whole in one transaction, moved between their states, looked up.

mod explain;
mod out;
mod provision;
mod status;

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
