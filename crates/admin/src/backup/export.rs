//! Everything of one tenant as a file that any program reads: JSON lines, a head, the rows, and an end that counts them.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use types::{AuditAction, Tenant};

use super::{draft_of, finish, must_be_free, remove};
use crate::{Acting, Refusal, acting::Attempt, tenants::look_up};

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    /// Where it is.
    pub file: PathBuf,
    /// How large it is.
    pub bytes: u64,
    /// How many rows of each table.
    pub rows: BTreeMap<String, u64>,
    /// SHA-256 of all lines before the last.
    pub sha256: String,
}

/// Writes everything of a tenant to a file that is not there yet.
pub async fn export_tenant(acting: &Acting<'_>, id_or_slug: &str, file: &Path) -> Result<Exported, Refusal> {
    let tenant = look_up(acting, id_or_slug).await?;
    must_be_free(file)?;
    let attempt = acting
        .attempt(AuditAction::TenantExport, Some(&tenant.id))
        .await?;
    attempt.end(export_at_once(&attempt, &tenant, file)).await
}

async fn export_at_once(attempt: &Attempt<'_>, tenant: &Tenant, file: &Path) -> Result<Exported, Refusal> {
    let draft = draft_of(file);
    remove(&draft).await?;
    let mut lines = Lines::create(&draft).map_err(Refusal::Unexpected)?;
    lines.write(&json!({
        "format": "freehold-tenant", "version": 1, "tenantId": tenant.id, "exportedAt": attempt.now,
        "schemaVersion": db::archive::newest_schema(),
    }))?;
    let mut tx = attempt.db.read(attempt.platform).await?;
    let mut write = |table: &str, row: &str| lines.row(table, row);
    db::archive::export_tenant(&mut tx, attempt.platform, &tenant.id, &mut write).await?;
    drop(tx);
    let (rows, sha256) = lines.end()?;
    let bytes = finish(&draft, file).await.map_err(Refusal::Unexpected)?;
    let mut tx = attempt.db.write(attempt.platform).await?;
    let details = json!({ "rows": rows.values().sum::<u64>(), "sha256": sha256 });
    attempt.succeeded(&mut tx, details).await?;
    tx.commit().await?;
    Ok(Exported {
        file: file.to_owned(),
        bytes,
        rows,
        sha256,
    })
}

struct Lines {
    file: BufWriter<File>,
    hash: Sha256,
    rows: BTreeMap<String, u64>,
}

impl Lines {
    fn create(path: &Path) -> anyhow::Result<Self> {
        let file = File::create_new(path).with_context(|| format!("making {}", path.display()))?;
        Ok(Self {
            file: BufWriter::new(file),
            hash: Sha256::new(),
            rows: BTreeMap::new(),
        })
    }

    fn write(&mut self, line: &serde_json::Value) -> Result<(), Refusal> {
        self.line(&line.to_string()).map_err(unwritten)
    }

    fn row(&mut self, table: &str, row: &str) -> std::io::Result<()> {
        *self.rows.entry(table.to_owned()).or_default() += 1;
        self.line(&format!("{{\"table\":\"{table}\",\"row\":{row}}}"))
    }

    fn line(&mut self, line: &str) -> std::io::Result<()> {
        self.hash.update(line);
        self.hash.update("\n");
        writeln!(self.file, "{line}")
    }

    fn end(mut self) -> Result<(BTreeMap<String, u64>, String), Refusal> {
        let sha256 = hex::encode(self.hash.finalize());
        let end = json!({ "end": true, "rows": self.rows, "sha256": sha256 });
        writeln!(self.file, "{end}").map_err(unwritten)?;
        self.file.flush().map_err(unwritten)?;
        Ok((self.rows, sha256))
    }
}

fn unwritten(error: std::io::Error) -> Refusal {
    Refusal::Unexpected(anyhow::Error::new(error).context("writing the export"))
}
