//! Exceptions from a plan, for tests of what a tenant has and has not.

use types::{Clock as _, Exception, PlanOverride, TestClock};

use crate::{Db, PlatformScope, TenantScope, platform::overrides};

/// Makes an exception from a tenant's plan that nobody ends.
pub async fn an_exception(db: &Db, scope: &TenantScope, exception: Exception) {
    let made = PlanOverride {
        exception,
        reason: "a test".to_owned(),
        expires_at: None,
        made_by: "a test".to_owned(),
        made_at: TestClock::default().now(),
    };
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await.expect("the test database takes writes");
    overrides::upsert(&mut tx, &platform, scope.tenant_id(), &made)
        .await
        .expect("the tenant is there");
    tx.commit().await.expect("the test database commits");
}
