use std::collections::BTreeMap;

use futures::TryStreamExt as _;
use types::{Role, TestIds};

use super::{
    Moment, export_tenant,
    fates::{FATES, Fate, WITHHELD, fate_of},
    inspect_sqlite,
    owner::columns,
};
use crate::{
    Access, ConnectOptions, Db, PlatformScope, TenantScope,
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
            ("contact_words", 4),
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

/// What nobody outside may know is called so.
const SECRET_WORDS: [&str; 6] = ["hash", "secret", "salt", "token", "password", "code"];

/// Columns that are called so and are none.
const NO_SECRETS: [&str; 2] = ["activities.api_token_id", "tenant_settings.plan_code"];

#[tokio::test]
async fn somebody_decided_about_every_table_of_a_tenant() {
    let test = TestDb::new().await;
    let mut tx = test.db.read(&PlatformScope::of_command_line()).await.unwrap();
    let all = columns(&mut tx).await.unwrap();

    let of_tenants = all.iter().filter(|column| column.name == "tenant_id");
    let mut there: Vec<_> = of_tenants.map(|column| column.table.as_str()).collect();
    there.extend(["people", "tenants"]);
    there.sort_unstable();
    let decided: Vec<_> = FATES.iter().map(|(table, _)| *table).collect();

    assert_eq!(
        there, decided,
        "archive/fates.rs says of every table whether owners are given it"
    );
    for (table, name, _) in WITHHELD {
        let is_there = all
            .iter()
            .any(|column| (*table == "*" || column.table == *table) && column.name == *name);
        assert!(is_there, "no {table} has a column {name} to withhold");
    }
}

#[tokio::test]
async fn no_column_that_owners_are_given_is_called_like_a_secret() {
    let test = TestDb::new().await;
    let here = a_tenant(&test.db, &TestIds::default(), "here").await;

    let tables = Moment::hold(&test.db, &here)
        .await
        .unwrap()
        .tables()
        .await
        .unwrap();

    assert!(tables.len() > 30, "only {} tables are given", tables.len());
    let all = tables.iter().flat_map(|table| {
        let columns = table.columns.iter();
        columns.map(|column| format!("{}.{}", table.name, column.name))
    });
    let secrets: Vec<_> = all
        .filter(|name| SECRET_WORDS.iter().any(|word| name.contains(word)))
        .filter(|name| !NO_SECRETS.contains(&name.as_str()))
        .collect();
    assert_eq!(secrets, [""; 0]);
}

/// On SQLite it compares SQLite with itself; the PostgreSQL run is the one that can fail.
#[tokio::test]
async fn owners_are_given_the_same_columns_by_both_engines() {
    let folder = tempfile::tempdir().unwrap();
    let options = ConnectOptions {
        url: format!("sqlite://{}", folder.path().join("beside.db").display()),
        max_connections: 1,
        access: Access::Create,
        instance: uuid::Uuid::nil(),
    };
    let sqlite = Db::connect(&options).await.unwrap();
    sqlite.migrate().await.unwrap();
    let test = TestDb::new().await;
    let given = async |db: &Db| {
        let here = a_tenant(db, &TestIds::default(), "here").await;
        let tables = Moment::hold(db, &here).await.unwrap().tables().await.unwrap();
        let all = tables.into_iter().flat_map(|table| {
            let columns = table.columns.into_iter();
            columns.map(move |column| format!("{}.{} is {:?}", table.name, column.name, column.kind))
        });
        all.collect::<std::collections::BTreeSet<_>>()
    };

    let (here, there) = (given(&test.db).await, given(&sqlite).await);

    let only_here: Vec<_> = here.difference(&there).collect();
    let only_in_sqlite: Vec<_> = there.difference(&here).collect();
    assert!(
        only_here.is_empty() && only_in_sqlite.is_empty(),
        "only here: {only_here:#?}\nonly in SQLite: {only_in_sqlite:#?}"
    );
}

async fn contacts_in(moment: &mut Moment) -> Vec<String> {
    let tables = moment.tables().await.unwrap();
    let contacts = tables.iter().find(|table| table.name == "contacts").unwrap();
    moment.rows(contacts).try_collect().await.unwrap()
}

#[tokio::test]
async fn a_moment_has_what_was_there_and_nothing_that_came_since() {
    let (test, ids) = (TestDb::new().await, TestIds::default());
    let (here, there) = (
        a_tenant(&test.db, &ids, "here").await,
        a_tenant(&test.db, &ids, "there").await,
    );
    let known = async |email: &str, scope: &TenantScope| {
        a_contact(&ids).email(email).insert(&test.db, scope).await;
    };
    known("ann@example.com", &here).await;
    known("eve@example.com", &there).await;
    let mut moment = Moment::hold(&test.db, &here).await.unwrap();
    let before = contacts_in(&mut moment).await;

    known("bob@example.com", &here).await;
    let after = contacts_in(&mut moment).await;
    drop(moment);
    let now = contacts_in(&mut Moment::hold(&test.db, &here).await.unwrap()).await;

    assert_eq!((before.len(), now.len()), (1, 2));
    assert!(before[0].contains("ann@example.com"), "{before:?}");
    assert_eq!(after, before);
}

#[tokio::test]
async fn operators_are_not_given_what_nobody_may_have() {
    let (test, ids) = (TestDb::new().await, TestIds::default());
    let here = a_tenant(&test.db, &ids, "here").await;
    let statement =
        "INSERT INTO sign_in_links (tenant_id, token_hash, email, next_path, created_at, expires_at)
                     SELECT id, 'a hash', 'v@example.com', '/', created_at, updated_at FROM tenants";
    crate::testing::by_sql(&test.db, statement).await.unwrap();
    let platform = PlatformScope::of_command_line();
    let mut tx = test.db.read(&platform).await.unwrap();
    let mut tables = Vec::new();

    let mut write = |table: &str, _row: &str| {
        tables.push(table.to_owned());
        Ok(())
    };
    export_tenant(&mut tx, &platform, here.tenant_id(), &mut write)
        .await
        .unwrap();

    assert_eq!(
        fate_of("sign_in_links").map(|fate| matches!(fate, Fate::Secret(_))),
        Some(true)
    );
    assert!(tables.contains(&"tenants".to_owned()) && !tables.contains(&"sign_in_links".to_owned()));
}
