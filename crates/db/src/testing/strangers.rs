//! What other programs write into the queue's table by SQL.

use sqlx::AssertSqlSafe;

use crate::{
    Db, PlatformScope, Result, Scope as _, TenantScope,
    backend::{Pool, Sql},
};

/// Takes away what refuses jobs that workers cannot read, as in a schema that was tampered with.
pub async fn lower_the_fence(db: &Db) {
    const TRIGGERS: [&str; 4] = [
        "DROP TRIGGER ingestion_jobs_come_in_shape",
        "DROP TRIGGER ingestion_jobs_stay_in_shape",
        "DROP TRIGGER ingestion_jobs_come_dead_in_shape",
        "DROP TRIGGER ingestion_jobs_die_in_shape",
    ];
    const CONSTRAINTS: [&str; 1] = ["ALTER TABLE ingestion_jobs
            DROP CONSTRAINT created_at_must_be_within_the_years_1_to_9999,
            DROP CONSTRAINT next_attempt_at_must_be_within_the_years_1_to_9999,
            DROP CONSTRAINT processed_at_must_be_within_the_years_1_to_9999,
            DROP CONSTRAINT dead_lettered_at_must_be_within_the_years_1_to_9999,
            DROP CONSTRAINT attempt_count_must_be_from_0_to_1000000"];
    let statements: &[&'static str] = match db.pool() {
        Pool::Sqlite { .. } => &TRIGGERS,
        Pool::Postgres { .. } => &CONSTRAINTS,
    };
    for statement in statements {
        by_sql(db, statement)
            .await
            .expect("the fence is there to be lowered");
    }
}

/// Puts the fence up again, as the migration that brought it does: what is wrong by now is mended.
pub async fn raise_the_fence(db: &Db) {
    const STEP: Sql = Sql {
        sqlite: include_str!("../../../../migrations/sqlite/0039_jobs_in_shape.sql"),
        postgres: include_str!("../../../../migrations/postgres/0039_jobs_in_shape.sql"),
    };
    let in_one = |step: &str| AssertSqlSafe(format!("BEGIN; {step} COMMIT;"));
    let done = match db.pool() {
        Pool::Sqlite { write, .. } => sqlx::raw_sql(in_one(STEP.sqlite)).execute(write).await.map(drop),
        Pool::Postgres { pool, .. } => sqlx::raw_sql(in_one(STEP.postgres)).execute(pool).await.map(drop),
    };
    done.expect("the migration runs");
}

/// Writes a job of this tenant that has been due for long, with this in one of its columns.
pub async fn write_a_job(db: &Db, scope: &TenantScope, column: &str, value: &str) -> Result<()> {
    let mut columns = vec![
        ("tenant_id", format!("'{}'", scope.row_security())),
        ("id", "'0199c5a4-7c1e-7d2b-9f0a-3b8d5e6f7a80'".to_owned()),
        ("event_key", "'a stranger''s'".to_owned()),
        ("event_type", "'website.lead.submitted'".to_owned()),
        ("payload", "'{}'".to_owned()),
        ("attempt_count", "0".to_owned()),
        ("next_attempt_at", "'2026-03-02T08:00:00Z'".to_owned()),
        ("created_at", "'2026-03-02T08:00:00Z'".to_owned()),
    ];
    let theirs = columns.iter_mut().find(|(name, _)| *name == column);
    theirs.expect("a column that everybody writes").1 = value.to_owned();
    let (names, values): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let statement = format!(
        "INSERT INTO ingestion_jobs ({}) VALUES ({})",
        names.join(", "),
        values.join(", ")
    );
    by_sql(db, statement.leak()).await
}

/// Runs a statement as whoever has a shell.
pub async fn by_sql(db: &Db, statement: &'static str) -> Result<()> {
    let mut tx = db.write(&PlatformScope::new()).await?;
    tx.query(statement).execute().await?;
    tx.commit().await
}
