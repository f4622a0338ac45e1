//! Copies of everything: made while the platform runs, looked at before they are trusted, and put back.

mod export;
mod postgres;
mod restore;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use db::archive::{self, Inspection, Place};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;
use types::AuditAction;

pub use export::{Exported, export_tenant};
pub(crate) use restore::file_of;
pub use restore::{Restored, Target, look_through, restore};

use crate::{Acting, Refusal, acting::Attempt};

/// A copy that was made and looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BackedUp {
    /// Where it is.
    pub file: PathBuf,
    /// How large it is.
    pub bytes: u64,
    /// The version of the schema in it.
    pub schema_version: i64,
    /// How many tenants are in it.
    pub tenants: i64,
}

/// What a file is called while it is written: nobody takes half a copy for a whole one.
pub(crate) fn draft_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

/// Copies the whole database to a file that is not there yet. `url` is what a server's own tool is told.
pub async fn back_up(acting: &Acting<'_>, file: &Path, url: &SecretString) -> Result<BackedUp, Refusal> {
    must_be_free(file)?;
    let attempt = acting.attempt(AuditAction::BackupCreate, None).await?;
    attempt.end(back_up_at_once(&attempt, file, url)).await
}

async fn back_up_at_once(
    attempt: &Attempt<'_>,
    file: &Path,
    url: &SecretString,
) -> Result<BackedUp, Refusal> {
    let draft = draft_of(file);
    remove(&draft).await?;
    let found = match attempt.db.place() {
        Place::File(_) => {
            attempt.db.copy_to(&draft).await?;
            whole(archive::inspect_sqlite(&draft).await?)?
        }
        Place::Server => {
            postgres::dump(&draft, url).await?;
            postgres::inspect(&draft).await?
        }
    };
    let bytes = finish(&draft, file).await.map_err(Refusal::Unexpected)?;
    let mut tx = attempt.db.write(attempt.platform).await?;
    let details = json!({ "bytes": bytes, "schemaVersion": found.schema, "tenants": found.tenants });
    attempt.succeeded(&mut tx, details).await?;
    tx.commit().await?;
    Ok(BackedUp {
        file: file.to_owned(),
        bytes,
        schema_version: found.schema,
        tenants: found.tenants,
    })
}

/// A copy that SQLite finds nothing wrong with.
fn whole(found: Inspection) -> Result<Inspection, Refusal> {
    match &found.damage {
        None => Ok(found),
        Some(damage) => Err(Refusal::Unexpected(anyhow::anyhow!(
            "the copy is damaged, and was not kept: {damage}"
        ))),
    }
}

/// Nothing is written over: an older copy may be the only one that is good. The folder is not made: a name with a typing
/// mistake would put the copy where nobody looks for it.
pub(crate) fn must_be_free(file: &Path) -> Result<(), Refusal> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        let detail = format!(
            "There is no folder {}; make it, or name another.",
            folder.display()
        );
        return Err(Refusal::invalid("/file", "no_folder", detail));
    }
    if file.exists() {
        let detail = format!("{} is there already; choose another name.", file.display());
        return Err(Refusal::conflict("file_exists", detail));
    }
    Ok(())
}

pub(crate) async fn remove(file: &Path) -> Result<(), Refusal> {
    match tokio::fs::remove_file(file).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            let error = anyhow::Error::new(error).context(format!("removing {}", file.display()));
            Err(Refusal::Unexpected(error))
        }
        _ => Ok(()),
    }
}

/// Gives a finished draft its name, once it is on the disk.
pub(crate) async fn finish(draft: &Path, file: &Path) -> anyhow::Result<u64> {
    let finishing = async {
        let written = tokio::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open(draft)
            .await?;
        // It has everybody's addresses and the hashes of their passwords.
        #[cfg(unix)]
        written
            .set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .await?;
        written.sync_all().await?;
        let bytes = written.metadata().await?.len();
        tokio::fs::rename(draft, file).await?;
        Ok::<_, std::io::Error>(bytes)
    };
    finishing
        .await
        .with_context(|| format!("writing {}", file.display()))
}
