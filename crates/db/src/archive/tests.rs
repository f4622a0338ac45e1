use std::collections::BTreeMap;

use types::{Role, TestIds};

use super::{export_tenant, inspect_sqlite};
use crate::{
    PlatformScope,
    archive::Place,
    testing::{TestDb, a_contact, a_lead, a_member, a_tenant},
};

#[tokio::test]
async fn a_copy_is_whole_and_has_what_was_committed() {
    let (test, ids) = (TestDb::new().await, TestIds::default());
    let Place::File(original) = test.db.place() else {
        return;
    };
    let scope = a_tenant(&test.db, &ids, "here").await;
    a_lead(&ids).insert(&test.db, &scope).await;
    let copy = original.with_extension("copy");

    test.db.copy_to(&copy).await.unwrap();

    let found = inspect_sqlite(&copy).await.unwrap();
    assert_eq!((found.tenants, found.leads, found.damage), (1, 1, None));
    assert_eq!(found.schema, found.newest);
    assert!(
        test.db.copy_to(&copy).await.is_err(),
        "a copy is not written over"
    );
}

#[tokio::test]
async fn an_export_has_every_row_of_one_tenant_and_no_other() {
    let (test, ids) = (TestDb::new().await, TestIds::default());
    let here = a_tenant(&test.db, &ids, "here").await;
    let there = a_tenant(&test.db, &ids, "there").await;
    for scope in [&here, &there] {
        let contact = a_contact(&ids)
            .email("ann@example.com")
            .insert(&test.db, scope)
            .await;
        a_lead(&ids).of(&contact).insert(&test.db, scope).await;
    }
    a_member(&test.db, &ids, &here, ("ava@example.com", "a hash"), Role::Owner).await;
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let platform = PlatformScope::of_command_line();
    let mut tx = test.db.read(&platform).await.unwrap();

    let mut write = |table: &str, row: &str| {
        rows.entry(table.to_owned()).or_default().push(row.to_owned());
        Ok(())
    };
    export_tenant(&mut tx, &platform, here.tenant_id(), &mut write)
        .await
        .unwrap();

    let counts: Vec<_> = rows
        .iter()
        .map(|(table, rows)| (table.as_str(), rows.len()))
        .collect();
    assert_eq!(
        counts,
        [
            ("contacts", 1),
            ("leads", 1),
            ("members", 1),
            ("people", 1),
            ("tenant_domains", 1),
            ("tenant_settings", 1),
            ("tenants", 1),
        ]
    );
    let all = rows.values().flatten().cloned().collect::<String>();
    assert!(!all.contains("tenant_there") && !all.contains("a hash"), "{all}");
    assert!(rows["people"][0].contains("ava@example.com"));
}
