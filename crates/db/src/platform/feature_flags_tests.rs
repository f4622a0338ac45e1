//! Whoever asks what a tenant is entitled to hears of what is switched for all of them.

use types::{
    Clock as _, Entitlement, Exception, Feature, FeatureFlag, Percentage, Plan, Switch, TenantStatus,
    TestClock, TestIds,
};

use super::{feature_flags as rows, overrides, tenants};
use crate::{
    Db, PlatformScope,
    testing::{TestDb, a_flag, a_plan, a_tenant, an_exception},
};

fn rollout(number: i64) -> Switch {
    let percentage = Percentage::new(number).unwrap();
    Switch::Rollout { percentage }
}

fn switched(feature: Feature, switch: Switch) -> FeatureFlag {
    FeatureFlag {
        feature,
        switch,
        reason: "it is new".to_owned(),
        set_by: "cli:ann".to_owned(),
        set_at: TestClock::default().now(),
    }
}

async fn execute(db: &Db, sql: &'static str) {
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await.unwrap();
    tx.query(sql).execute().await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_flag_is_kept_as_it_was_set_changed_and_forgotten() {
    let test = TestDb::new().await;
    let platform = PlatformScope::new();
    let first = switched(Feature::AiNba, rollout(30));
    let second = switched(Feature::AiNba, Switch::Off);

    let mut tx = test.db.write(&platform).await.unwrap();
    assert_eq!(
        rows::hold(&mut tx, &platform, Feature::AiNba).await.unwrap(),
        None
    );
    assert!(rows::insert(&mut tx, &platform, &first).await.unwrap());
    let again = rows::insert(&mut tx, &platform, &second).await.unwrap();
    assert!(!again, "somebody was faster");
    let held = rows::hold(&mut tx, &platform, Feature::AiNba).await.unwrap();
    assert_eq!(held, Some(first));
    rows::update(&mut tx, &platform, &second).await.unwrap();
    let listed = rows::list(&mut tx, &platform).await.unwrap();
    assert_eq!(*listed, [second]);
    rows::delete(&mut tx, &platform, Feature::AiNba).await.unwrap();
    assert_eq!(*rows::list(&mut tx, &platform).await.unwrap(), []);
}

#[tokio::test]
async fn whoever_asks_hears_of_it_in_every_way_of_asking() {
    let test = TestDb::new().await;
    let here = a_tenant(&test.db, &TestIds::default(), "here").await;
    let on = Exception::Feature {
        subject: Feature::AiNba,
        is_on: true,
    };
    an_exception(&test.db, &here, on).await;
    a_plan(&test.db, &here, Plan::Growth).await;
    a_flag(&test.db, Feature::AiNba, Switch::Off).await;
    a_flag(&test.db, Feature::AutomationSequences, rollout(100)).await;
    let (platform, now) = (PlatformScope::new(), TestClock::default().now());
    let own = [here.tenant_id().clone()];

    let mut tx = test.db.read(&here).await.unwrap();
    let alone = crate::tenant::entitlements::find(&mut tx, &here).await.unwrap();
    drop(tx);
    let mut tx = test.db.read(&platform).await.unwrap();
    let among = overrides::entitlements_of(&mut tx, &platform, &own)
        .await
        .unwrap();
    let (all, are_all) = rows::of_tenants(&mut tx, &platform, 10).await.unwrap();

    assert!(are_all);
    for entitled in [alone.as_ref().unwrap(), &among[&own[0]], &all[0]] {
        assert_eq!(entitled.overrides.len(), 1);
        assert_eq!(entitled.why(Feature::AiNba, now), Entitlement::Killed);
        assert_eq!(
            entitled.why(Feature::AutomationSequences, now),
            Entitlement::RolledOut
        );
    }
}

#[tokio::test]
async fn so_many_tenants_are_looked_at_and_no_archived_one() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    for slug in ["ann", "ben", "cid", "dan"] {
        let scope = a_tenant(&test.db, &ids, slug).await;
        let on = Exception::Feature {
            subject: Feature::AiNba,
            is_on: true,
        };
        an_exception(&test.db, &scope, on).await;
    }
    let (platform, now) = (PlatformScope::new(), TestClock::default().now());
    let mut tx = test.db.write(&platform).await.unwrap();
    let moved = (TenantStatus::Active, TenantStatus::Archived);
    let ben = "tenant_ben".parse().unwrap();
    assert!(
        tenants::set_status(&mut tx, &platform, &ben, moved, now)
            .await
            .unwrap()
    );

    for (most, expected, all) in [
        (2, &["tenant_ann", "tenant_cid"][..], false),
        (3, &["tenant_ann", "tenant_cid", "tenant_dan"][..], true),
    ] {
        let (found, are_all) = rows::of_tenants(&mut tx, &platform, most).await.unwrap();
        let found_ids: Vec<_> = found.iter().map(|one| one.settings.tenant_id.as_str()).collect();
        assert_eq!((found_ids, are_all), (expected.to_vec(), all));
        assert!(found.iter().all(|one| one.overrides.len() == 1));
    }
}

#[tokio::test]
async fn a_feature_that_only_a_newer_program_knows_is_passed_over() {
    let test = TestDb::new().await;
    execute(
        &test.db,
        "INSERT INTO feature_flags (feature, state, reason, set_by, set_at)
         VALUES ('tea', 'off', 'it is late', 'cli:ann', CURRENT_TIMESTAMP)",
    )
    .await;
    a_flag(&test.db, Feature::AiNba, Switch::Off).await;

    let platform = PlatformScope::new();
    let mut tx = test.db.read(&platform).await.unwrap();
    let listed = rows::list(&mut tx, &platform).await.unwrap();

    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].feature, Feature::AiNba);
}
