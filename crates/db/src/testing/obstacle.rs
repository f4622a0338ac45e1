//! An obstacle in the middle of a batch's effects, for tests of what becomes of a process that ends there.

use std::path::PathBuf;

use sqlx::{PgPool, Postgres, SqlitePool, Transaction};

use super::TestDb;
use crate::backend::Pool;

/// Where every batch stands still: before it tells the feeds, with everything else written and nothing committed.
#[derive(Debug)]
pub struct Obstacle(Way);

#[derive(Debug)]
enum Way {
    /// SQLite: a trigger that never ends, after so much was written that it no longer fits the writer's memory.
    Trigger { write: SqlitePool, log: PathBuf },
    /// PostgreSQL: somebody holds the table.
    Lock {
        pool: PgPool,
        held: Transaction<'static, Postgres>,
    },
}

/// What the trigger writes: far more than the log has from anything else in a test.
const BALLAST: u64 = 64 << 20;

impl TestDb {
    /// Puts an obstacle in the way.
    pub async fn obstacle(&self) -> Obstacle {
        let way = match self.db.pool() {
            Pool::Sqlite { write, .. } => {
                let file = self.url.trim_start_matches("sqlite://");
                raise(write).await;
                Way::Trigger {
                    write: write.clone(),
                    log: PathBuf::from(format!("{file}-wal")),
                }
            }
            Pool::Postgres { pool, .. } => {
                let mut held = pool.begin().await.expect("the test database takes writes");
                sqlx::query("LOCK TABLE changes IN SHARE MODE")
                    .execute(&mut *held)
                    .await
                    .expect("nobody else holds the feeds");
                Way::Lock {
                    pool: pool.clone(),
                    held,
                }
            }
        };
        Obstacle(way)
    }
}

async fn raise(write: &SqlitePool) {
    let trigger = format!(
        "CREATE TABLE ballast (bytes BLOB);
         CREATE VIEW endless AS WITH RECURSIVE step (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step) SELECT n FROM step;
         CREATE TRIGGER obstacle BEFORE INSERT ON changes BEGIN
             INSERT INTO ballast VALUES (zeroblob({BALLAST}));
             SELECT COUNT(*) FROM endless;
         END"
    );
    let raised = sqlx::raw_sql(sqlx::AssertSqlSafe(trigger)).execute(write).await;
    raised.expect("the test database takes triggers");
}

impl Obstacle {
    /// Whether somebody stands before it.
    pub async fn has_somebody(&self) -> bool {
        match &self.0 {
            // What does not fit the memory of whoever writes goes to the log before it is committed.
            Way::Trigger { log, .. } => std::fs::metadata(log).is_ok_and(|log| log.len() > BALLAST / 2),
            Way::Lock { pool, .. } => {
                const WAITING: &str =
                    "SELECT COUNT(*) FROM pg_locks WHERE relation = 'changes'::regclass AND NOT granted";
                let waiting: i64 = sqlx::query_scalar(WAITING)
                    .fetch_one(pool)
                    .await
                    .expect("locks can be seen");
                waiting > 0
            }
        }
    }

    /// Takes it away. Whoever stands there on SQLite must be gone by then: they never get further.
    pub async fn clear(self) {
        match self.0 {
            Way::Trigger { write, .. } => {
                let cleared = sqlx::raw_sql("DROP TRIGGER obstacle; DROP VIEW endless; DROP TABLE ballast");
                cleared
                    .execute(&write)
                    .await
                    .expect("the test database takes changes");
            }
            Way::Lock { held, .. } => held.rollback().await.expect("nothing was written"),
        }
    }
}
