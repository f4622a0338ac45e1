//! A program and a schema that do not fit each other say so.

use super::SchemaError;
use crate::{
    Db, Error, PlatformScope,
    testing::{TestDb, pretend_newer},
};

async fn refusal(db: &Db) -> SchemaError {
    match db.check_schema().await.unwrap_err() {
        Error::Schema(error) => error,
        other => panic!("not a refusal of the schema: {other:?}"),
    }
}

async fn execute(db: &Db, sql: &'static str) {
    let platform = PlatformScope::of_command_line();
    let mut tx = db.write(&platform).await.unwrap();
    tx.query(sql).execute().await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_empty_database_asks_to_be_migrated() {
    let test = TestDb::empty().await;

    assert_eq!(refusal(&test.db).await, SchemaError::Empty);

    assert!(test.db.migrate().await.unwrap() > 0);
    test.db.check_schema().await.unwrap();
    assert_eq!(test.db.migrate().await.unwrap(), 0);
}

#[tokio::test]
async fn an_older_schema_names_the_command_that_mends_it() {
    let test = TestDb::new().await;
    execute(
        &test.db,
        "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)",
    )
    .await;

    let refused = refusal(&test.db).await;

    assert!(matches!(refused, SchemaError::Behind { applied, newest } if applied + 1 == newest));
    assert!(refused.to_string().ends_with("run `admin migrate`"));
}

#[tokio::test]
async fn a_newer_schema_asks_for_the_newer_program() {
    let test = TestDb::new().await;
    execute(
        &test.db,
        "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
         SELECT version + 1, description, installed_on, success, checksum, execution_time
           FROM _sqlx_migrations
          WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)",
    )
    .await;

    assert!(
        matches!(refusal(&test.db).await, SchemaError::Ahead { applied, newest } if applied == newest + 1)
    );
}

#[tokio::test]
async fn migrating_what_a_newer_program_migrated_asks_for_that_program() {
    for missing in ["nothing", "the newest step of ours"] {
        let test = TestDb::new().await;
        if missing != "nothing" {
            let forget =
                "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)";
            execute(&test.db, forget).await;
        }
        pretend_newer(&test.db).await;

        let checked = refusal(&test.db).await;
        let migrated = test.db.migrate().await.unwrap_err();

        for refused in [checked.to_string(), migrated.to_string()] {
            assert!(
                refused.ends_with("install the newer Freehold"),
                "{missing} is missing: {refused}"
            );
        }
    }
}

#[tokio::test]
async fn a_migration_with_another_text_is_foreign() {
    let test = TestDb::new().await;
    let checksum =
        "UPDATE _sqlx_migrations SET checksum = (SELECT checksum FROM _sqlx_migrations WHERE version = 2)
                     WHERE version = 1";
    execute(&test.db, checksum).await;

    assert_eq!(refusal(&test.db).await, SchemaError::Foreign(1));
}

/// What 0049 was when it landed: a contact without a single word made it fail on SQLite.
#[tokio::test]
async fn a_step_that_was_mended_since_is_taken_over() {
    const LANDED: [&str; 2] = [
        "781686fab0577dd18dd20e1ad9a260abd1b862b09fcba957c8ace9dda1f69aa6aec357f4622dc952e53c4d970ccc1d7e",
        "d34495f1106d67f4b09210d4143dae81f29a1c29f2aeb081b199241323e9ea9019c5618ca663b6232a6ee4d94d8c627f",
    ];
    let test = TestDb::new().await;
    let today = test.db.applied().await.unwrap();
    for checksum in LANDED {
        write_checksum(&test.db, 49, hex::decode(checksum).unwrap()).await;

        test.db.check_schema().await.unwrap();
        assert_eq!(test.db.migrate().await.unwrap(), 0);
        assert_eq!(test.db.applied().await.unwrap(), today);
    }
    write_checksum(&test.db, 48, hex::decode(LANDED[0]).unwrap()).await;

    assert_eq!(refusal(&test.db).await, SchemaError::Foreign(48));
    assert!(test.db.migrate().await.is_err());
}

async fn write_checksum(db: &Db, version: i64, checksum: Vec<u8>) {
    let platform = PlatformScope::of_command_line();
    let mut tx = db.write(&platform).await.unwrap();
    let write = tx.query("UPDATE _sqlx_migrations SET checksum = $1 WHERE version = $2");
    write.bind(checksum).bind(version).execute().await.unwrap();
    tx.commit().await.unwrap();
}
