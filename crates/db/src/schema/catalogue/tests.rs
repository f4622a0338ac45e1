//! The rules every table keeps, on whichever engine the run is on, and that both engines have the same tables.

use std::collections::BTreeSet;

use super::{Catalogue, ForeignKey, read};
use crate::{Access, ConnectOptions, Db, testing::TestDb};

/// Names a tenant without being a tenant's: the trail of what operators did outlives whom it was done to.
const TRAIL: &str = "admin_audit_events";

/// Kept by triggers of what they are the words of, and gone with it; a key would be looked up for each word.
const WORDS: [&str; 3] = ["activity_words", "contact_words", "lead_words"];

/// Unique over all tenants: a name leads to one site.
const SHARED: &str = "tenant_domains_hostname_key";

/// What breaks a rule, in words; the test shows them all at once.
fn broken(catalogue: &Catalogue, rule: impl Fn(&str, &super::Table) -> Vec<String>) -> Vec<String> {
    catalogue
        .iter()
        .filter(|(name, table)| table.is_tenants() && *name != TRAIL)
        .flat_map(|(name, table)| rule(name, table))
        .collect()
}

const NONE: [String; 0] = [];

#[tokio::test]
async fn every_row_of_a_tenant_says_whose_it_is_first() {
    let catalogue = read(&TestDb::new().await.db).await;

    let nullable = broken(&catalogue, |name, table| {
        let nullable = table.columns["tenant_id"].nullable;
        nullable
            .then(|| format!("{name}.tenant_id may be null"))
            .into_iter()
            .collect()
    });
    let not_leading = broken(&catalogue, |name, table| {
        let leads = table
            .primary_key
            .first()
            .is_some_and(|first| first == "tenant_id");
        (!leads)
            .then(|| format!("the primary key of {name} does not begin with tenant_id"))
            .into_iter()
            .collect()
    });

    assert_eq!(nullable, NONE);
    assert_eq!(not_leading, NONE);
}

#[tokio::test]
async fn what_a_tenant_has_goes_with_it() {
    let catalogue = read(&TestDb::new().await.db).await;
    let to_tenants = ForeignKey {
        columns: vec!["tenant_id".to_owned()],
        table: "tenants".to_owned(),
        to: vec!["id".to_owned()],
        cascades: true,
    };

    let staying = broken(&catalogue, |name, table| {
        let goes = table.foreign_keys.contains(&to_tenants) || WORDS.contains(&name);
        (!goes)
            .then(|| format!("{name} has no cascading foreign key from tenant_id to tenants"))
            .into_iter()
            .collect()
    });

    assert_eq!(staying, NONE);
}

#[tokio::test]
async fn no_link_leads_from_one_tenant_to_another() {
    let catalogue = read(&TestDb::new().await.db).await;

    let crossing = broken(&catalogue, |name, table| {
        table
            .foreign_keys
            .iter()
            .filter(|key| catalogue[&key.table].is_tenants())
            .filter(|key| key.columns[0] != "tenant_id" || key.to[0] != "tenant_id")
            .map(|key| {
                format!(
                    "{name} links to {} by {:?} without tenant_id",
                    key.table, key.columns
                )
            })
            .collect()
    });

    assert_eq!(crossing, NONE);
}

#[tokio::test]
async fn what_is_unique_is_unique_within_a_tenant() {
    let catalogue = read(&TestDb::new().await.db).await;

    let shared = broken(&catalogue, |name, table| {
        table
            .indexes
            .iter()
            .filter(|(index, of)| of.unique && of.columns[0] != "tenant_id" && *index != SHARED)
            .map(|(index, _)| format!("{index} makes {name} unique over all tenants"))
            .collect()
    });

    assert_eq!(shared, NONE);
}

/// What merging contacts knows of: it moves, removes or keeps each. A new link to contacts belongs here once it does.
const MERGED: [&str; 5] = [
    "activities",
    "duplicate_suggestions",
    "leads",
    "reminders",
    "visitors",
];

#[tokio::test]
async fn merging_contacts_forgets_no_table_that_names_one() {
    let catalogue = read(&TestDb::new().await.db).await;

    let named: Vec<_> = catalogue
        .iter()
        .filter(|(_, table)| table.foreign_keys.iter().any(|key| key.table == "contacts"))
        .map(|(name, _)| name.as_str())
        .collect();

    assert_eq!(named, MERGED);
}

/// On SQLite it compares SQLite with itself; the PostgreSQL run is the one that can fail.
#[tokio::test]
async fn both_engines_have_the_same_tables() {
    let folder = tempfile::tempdir().unwrap();
    let options = ConnectOptions {
        url: format!("sqlite://{}", folder.path().join("beside.db").display()),
        max_connections: 1,
        access: Access::Create,
        instance: uuid::Uuid::nil(),
    };
    let sqlite = Db::connect(&options).await.unwrap();
    sqlite.migrate().await.unwrap();

    let here = sentences(&read(&TestDb::new().await.db).await);
    let there = sentences(&read(&sqlite).await);

    let only_here: Vec<_> = here.difference(&there).collect();
    let only_in_sqlite: Vec<_> = there.difference(&here).collect();
    assert!(
        only_here.is_empty() && only_in_sqlite.is_empty(),
        "the engines differ\nonly here: {only_here:#?}\nonly in SQLite: {only_in_sqlite:#?}"
    );
}

/// All there is to say about the tables, a thing a line, so that a difference is one short line.
fn sentences(catalogue: &Catalogue) -> BTreeSet<String> {
    catalogue
        .iter()
        .flat_map(|(name, table)| {
            let columns = table.columns.iter();
            let indexes = table.indexes.iter();
            let lines = columns
                .map(|(column, of)| format!("{column} is {of}"))
                .chain([format!("primary key {:?}", table.primary_key)])
                .chain(table.foreign_keys.iter().map(ToString::to_string))
                .chain(indexes.map(|(index, of)| format!("{index} is {of}")))
                .chain(
                    table
                        .checked_words
                        .iter()
                        .map(|word| format!("checks for {word}")),
                );
            lines.map(move |line| format!("{name}: {line}"))
        })
        .collect()
}
