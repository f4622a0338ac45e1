//! Puts a copy back: in the place of a file, or into an empty database of a server.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use db::{
    Db,
    archive::{self, Inspection},
};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use super::{draft_of, finish, postgres, remove};
use crate::Refusal;

/// Where a copy is put back.
pub enum Target<'a> {
    /// The file of a SQLite database.
    File(PathBuf),
    /// A database of a server, and its address.
    Server(&'a Db, &'a SecretString),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    /// The version of the schema that was put back.
    pub schema_version: i64,
    /// The version this program needs: when it is larger, `admin migrate` comes next.
    pub needed_version: i64,
    /// How many tenants are there now.
    pub tenants: i64,
    /// Where the database lies that was there before.
    pub kept: Option<PathBuf>,
}

/// Puts a copy back, after it was looked through. What a newer program wrote is refused.
pub async fn restore(file: &Path, target: Target<'_>, now: Timestamp) -> Result<Restored, Refusal> {
    let (found, kept) = match target {
        Target::File(database) => {
            let found = examined(file, true).await?;
            refuse_in_use(&database).await?;
            (found, put_in_place(file, &database, now).await?)
        }
        Target::Server(db, url) => {
            let found = examined(file, false).await?;
            if !db.is_empty().await? {
                let detail =
                    "The database is not empty; restore into a new one, and point DATABASE_URL at it.";
                return Err(Refusal::conflict("not_empty", detail));
            }
            postgres::load(file, url).await?;
            (found, None)
        }
    };
    Ok(restored(&found, kept))
}

/// Looks a copy through, and says what putting it back would bring.
pub async fn look_through(file: &Path, is_sqlite: bool) -> Result<Restored, Refusal> {
    Ok(restored(&examined(file, is_sqlite).await?, None))
}

fn restored(found: &Inspection, kept: Option<PathBuf>) -> Restored {
    Restored {
        schema_version: found.schema,
        needed_version: found.newest,
        tenants: found.tenants,
        kept,
    }
}

/// A copy that is there, whole, and not newer than this program.
async fn examined(file: &Path, is_sqlite: bool) -> Result<Inspection, Refusal> {
    if !file.is_file() {
        return Err(Refusal::NotFound(format!("There is no file {}.", file.display())));
    }
    let found = match is_sqlite {
        true => inspect(file).await?,
        false => postgres::inspect(file).await?,
    };
    refuse_newer(&found)?;
    Ok(found)
}

/// Whoever has the file open would go on writing to the one that is moved aside, and what it accepted would be lost.
async fn refuse_in_use(database: &Path) -> Result<(), Refusal> {
    if database.exists() && archive::is_in_use(database).await? {
        let detail = format!(
            "Something else has {} open; stop every process of Freehold first.",
            database.display()
        );
        return Err(Refusal::conflict("in_use", detail));
    }
    Ok(())
}

async fn inspect(file: &Path) -> Result<Inspection, Refusal> {
    let refuse =
        |what: String| Refusal::invalid("/file", "not_a_backup", format!("{}: {what}.", file.display()));
    let found = archive::inspect_sqlite(file)
        .await
        .map_err(|_| refuse("not a backup of Freehold".to_owned()))?;
    match &found.damage {
        None => Ok(found),
        Some(damage) => Err(refuse(format!("damaged: {damage}"))),
    }
}

fn refuse_newer(found: &Inspection) -> Result<(), Refusal> {
    if found.schema > found.newest {
        return Err(Refusal::CheckFailed(format!(
            "the backup's schema is at version {}, newer than the {} this program knows: install the newer Freehold",
            found.schema, found.newest
        )));
    }
    Ok(())
}

/// Puts a copy of the file where the database is. The present one moves aside with its log.
async fn put_in_place(file: &Path, database: &Path, now: Timestamp) -> Result<Option<PathBuf>, Refusal> {
    let draft = draft_of(database);
    remove(&draft).await?;
    let copying = async {
        if let Some(folder) = database.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        tokio::fs::copy(file, &draft).await
    };
    copying
        .await
        .with_context(|| format!("copying {}", file.display()))
        .map_err(Refusal::Unexpected)?;
    let kept = beside(database, &format!(".before-{}", now.strftime("%Y%m%dT%H%M%SZ")));
    let mut moved = None;
    for ending in ["", "-wal", "-shm"] {
        let (from, to) = (beside(database, ending), beside(&kept, ending));
        match tokio::fs::rename(&from, &to).await {
            Ok(()) if ending.is_empty() => moved = Some(kept.clone()),
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                let error = anyhow::Error::new(error).context(format!("moving {} aside", from.display()));
                return Err(Refusal::Unexpected(error));
            }
        }
    }
    finish(&draft, database).await.map_err(Refusal::Unexpected)?;
    Ok(moved)
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The file that a URL of SQLite names.
pub(crate) fn file_of(url: &SecretString) -> Option<PathBuf> {
    let url = url.expose_secret();
    let rest = url
        .strip_prefix("sqlite://")
        .or_else(|| url.strip_prefix("sqlite:"))?;
    Some(rest.split('?').next().unwrap_or(rest).into())
}
