//! What only somebody with the database's own shell can do.

use sqlx::AssertSqlSafe;
use types::PageRequest;

use crate::{
    Db, PlatformScope,
    backend::Pool,
    platform::audit::{self, AuditFilter},
};

/// The audit trail, oldest first, as `role action status tenant`.
pub async fn audit_trail(db: &Db) -> Vec<String> {
    let platform = PlatformScope::new();
    let mut tx = db.read(&platform).await.expect("the test database can be read");
    let all = audit::list(
        &mut tx,
        &platform,
        &AuditFilter::default(),
        PageRequest::new(200, 0),
    )
    .await;
    let lines = all.expect("the trail can be read").items;
    let told = lines.iter().rev().map(|line| {
        let tenant = line.tenant_id.as_ref().map_or("-", |id| id.as_str());
        format!("{} {} {} {tenant}", line.actor.role, line.action, line.status)
    });
    told.collect()
}

/// Takes the triggers away that keep the trail, and runs statements that they would not have let through.
pub async fn tamper_with_the_trail(db: &Db, statements: &[&str]) {
    const SQLITE: [&str; 2] = [
        "DROP TRIGGER IF EXISTS admin_audit_events_stay",
        "DROP TRIGGER IF EXISTS admin_audit_events_are_final",
    ];
    const POSTGRES: [&str; 1] = ["ALTER TABLE admin_audit_events DISABLE TRIGGER USER"];

    let before: &[&str] = match db.pool() {
        Pool::Sqlite { .. } => &SQLITE,
        Pool::Postgres { .. } => &POSTGRES,
    };
    for statement in before.iter().chain(statements) {
        let statement = AssertSqlSafe((*statement).to_owned());
        let done = match db.pool() {
            Pool::Sqlite { write, .. } => sqlx::query(statement).execute(write).await.map(drop),
            Pool::Postgres { pool, .. } => sqlx::query(statement).execute(pool).await.map(drop),
        };
        done.expect("whoever has the shell may do it");
    }
}

/// Notes a migration that no program of today knows.
pub async fn pretend_newer(db: &Db) {
    const NOTE: &str =
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                        VALUES (9999, 'of tomorrow', true, 'x', 0)";
    let done = match db.pool() {
        Pool::Sqlite { write, .. } => sqlx::query(NOTE).execute(write).await.map(drop),
        Pool::Postgres { pool, .. } => sqlx::query(NOTE).execute(pool).await.map(drop),
    };
    done.expect("a migration can be noted");
}
