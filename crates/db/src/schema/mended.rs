//! Steps whose text was mended after somebody may have applied it.

use sqlx::migrate::{Migration, Migrator};

use crate::{Db, Result, backend::Pool};

/// The version of a step, and the checksum (SHA-384) of a text it had before. Whoever applied that text has what the
/// text of today makes: only what made a step fail is ever mended, for those it failed.
const MENDED: [(i64, &str); 2] = [
    (
        49,
        "781686fab0577dd18dd20e1ad9a260abd1b862b09fcba957c8ace9dda1f69aa6aec357f4622dc952e53c4d970ccc1d7e",
    ),
    (
        49,
        "d34495f1106d67f4b09210d4143dae81f29a1c29f2aeb081b199241323e9ea9019c5618ca663b6232a6ee4d94d8c627f",
    ),
];

/// Whether what was applied under this checksum is this step, as it is or as it was.
pub(super) fn is_applied(step: &Migration, checksum: &[u8]) -> bool {
    let was = |(version, before): &(i64, &str)| *version == step.version && hex::encode(checksum) == *before;
    *step.checksum == *checksum || MENDED.iter().any(was)
}

/// Writes down that the steps that were mended are those of today. Idempotent.
pub(super) async fn take_over(db: &Db, migrator: &Migrator, applied: &[(i64, Vec<u8>)]) -> Result<()> {
    const WRITE: &str = "UPDATE _sqlx_migrations SET checksum = $1 WHERE version = $2";
    for step in migrator.iter() {
        let was = applied.iter().find(|(version, _)| *version == step.version);
        if was.is_none_or(|(_, checksum)| **checksum == *step.checksum || !is_applied(step, checksum)) {
            continue;
        }
        match db.pool() {
            Pool::Sqlite { write, .. } => {
                let write_it = sqlx::query(WRITE).bind(&*step.checksum).bind(step.version);
                write_it.execute(write).await?;
            }
            Pool::Postgres { pool, .. } => {
                let write_it = sqlx::query(WRITE).bind(&*step.checksum).bind(step.version);
                write_it.execute(pool).await?;
            }
        }
    }
    Ok(())
}
