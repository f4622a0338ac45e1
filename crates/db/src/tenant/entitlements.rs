//! What a tenant is entitled to, for pages, APIs and the worker: its plan, what was chosen, the
//! exceptions, and what is switched for the whole platform.

use types::Entitlements;

use crate::{PlatformScope, Result, TenantScope, Tx, platform};

/// What the tenant is entitled to; none when it is gone.
pub async fn find(tx: &mut Tx, scope: &TenantScope) -> Result<Option<Entitlements>> {
    // The same three statements for everybody who asks; in a tenant's transaction the engine shows nobody else's rows.
    platform::overrides::entitlements(tx, &PlatformScope::new(), scope.tenant_id()).await
}
