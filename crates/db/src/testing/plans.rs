//! Plans, exceptions from them and switches of the platform, for tests of what a tenant has and has not.

use types::{
    Clock as _, Exception, Feature, FeatureFlag, Plan, PlanOverride, Switch, TenantControlSettings, TestClock,
};

use crate::{
    Db, PlatformScope, TenantScope,
    platform::{feature_flags, overrides, tenants},
};

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

/// Switches a feature for every tenant, instead of what it was switched to.
pub async fn a_flag(db: &Db, feature: Feature, switch: Switch) {
    let flag = FeatureFlag {
        feature,
        switch,
        reason: "a test".to_owned(),
        set_by: "a test".to_owned(),
        set_at: TestClock::default().now(),
    };
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await.expect("the test database takes writes");
    feature_flags::delete(&mut tx, &platform, feature)
        .await
        .expect("what is there is taken away");
    feature_flags::insert(&mut tx, &platform, &flag)
        .await
        .expect("nothing is there any more");
    tx.commit().await.expect("the test database commits");
}

/// Gives a tenant a plan, of which it chooses nothing.
pub async fn a_plan(db: &Db, scope: &TenantScope, plan: Plan) {
    let settings = TenantControlSettings::stored(scope.tenant_id().clone(), plan, &[]);
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await.expect("the test database takes writes");
    tenants::update_settings(&mut tx, &platform, &settings, TestClock::default().now())
        .await
        .expect("the tenant is there");
    tx.commit().await.expect("the test database commits");
}
