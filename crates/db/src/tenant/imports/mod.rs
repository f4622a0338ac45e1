//! A tenant's imports: files of contacts, how far each is, and who works on it.
//!
//! Whoever works on an import holds it under a lease, by the database's clock. Every step names the lease's token, so
//! that one who wakes too late writes nothing.

pub mod people;
pub mod rows;

use jiff::{SignedDuration, Timestamp};
use types::{
    ImportId, Page, PageRequest,
    imports::{Delimiter, Import, ImportCounts, ImportStatus, TableFormat, Target},
};
use uuid::Uuid;

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Words},
    tenant::before,
};

macro_rules! select_imports {
    ($rest:literal) => {
        concat!(
            "SELECT id, file_name, status, header, mapping, row_count, rows_done, new_count, updated_count,
                    duplicate_count, error_count, taken_back_count, kept_count, created_by, started_by, created_at,
                    updated_at, delimiter, encoding, has_header
               FROM imports
              WHERE tenant_id = $1 ",
            $rest
        )
    };
}

/// Adds an import. Its rows follow, with [`rows::insert`].
pub async fn insert(tx: &mut Tx, scope: &TenantScope, import: &Import, header_key: &str) -> Result<()> {
    tx.query(
        "INSERT INTO imports
                (tenant_id, id, file_name, status, header, header_key, mapping, row_count, created_by, started_by,
                 created_at, updated_at, delimiter, encoding, has_header)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13, $14)",
    )
    .bind(scope.tenant_id())
    .bind(import.id)
    .bind(&import.file_name)
    .bind(import.status)
    .bind(Words(import.header.clone()))
    .bind(header_key.to_owned())
    .bind(stored(&import.mapping))
    .bind(import.row_count)
    .bind(import.created_by)
    .bind(import.created_at)
    .bind(import.updated_at)
    .bind(import.format.as_ref().map(|format| format.delimiter))
    .bind(import.format.as_ref().map(|format| format.encoding.clone()))
    .bind(import.format.as_ref().map(|format| format.has_header))
    .execute()
    .await?;
    Ok(())
}

/// Finds an import.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: ImportId) -> Result<Option<Import>> {
    tx.query(select_imports!("AND ($2 IS NULL OR created_by = $2) AND id = $3"))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(id)
        .fetch_optional()
        .await
}

/// Lists imports, newest first. Whoever does not see the leads of others sees the files of others neither.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    after: Option<(Timestamp, ImportId)>,
    page: PageRequest,
) -> Result<Page<Import>> {
    let (at, id) = before(after);
    let rows = tx
        .query(select_imports!(
            "AND ($2 IS NULL OR created_by = $2) AND (created_at, id) < ($3, $4)
             ORDER BY created_at DESC, id DESC
             LIMIT $5 OFFSET $6"
        ))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(at)
        .bind(id)
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Counts the imports that a list shows on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope) -> Result<i64> {
    let Only(count) = tx
        .query(
            "SELECT COUNT(*) AS value
               FROM imports
              WHERE tenant_id = $1 AND ($2 IS NULL OR created_by = $2)",
        )
        .bind(scope.tenant_id())
        .bind(scope.only())
        .fetch_one()
        .await?;
    Ok(count)
}

/// The newest import of a file with these columns: how they were mapped then.
pub async fn newest_of_kind(tx: &mut Tx, scope: &TenantScope, header_key: &str) -> Result<Option<Import>> {
    tx.query(select_imports!(
        "AND header_key = $2
         ORDER BY created_at DESC, id DESC
         LIMIT 1"
    ))
    .bind(scope.tenant_id())
    .bind(header_key.to_owned())
    .fetch_optional()
    .await
}

/// The last imports: how columns of their names were mapped.
pub async fn newest(tx: &mut Tx, scope: &TenantScope) -> Result<Vec<Import>> {
    tx.query(select_imports!(
        "ORDER BY created_at DESC, id DESC
         LIMIT 20"
    ))
    .bind(scope.tenant_id())
    .fetch_all()
    .await
}

/// Sets an import to work from its first row. False, and nothing changed, when it is not at `from` any more.
pub async fn start(
    tx: &mut Tx,
    scope: &TenantScope,
    import: &Import,
    (from, to): (ImportStatus, ImportStatus),
    now: Timestamp,
) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE imports
                SET status = $4, mapping = $5, rows_done = 0, new_count = 0, updated_count = 0, duplicate_count = 0,
                    error_count = 0, taken_back_count = 0, kept_count = 0, lease_token = NULL, leased_until = NULL,
                    started_by = $6, updated_at = $7
              WHERE tenant_id = $1 AND id = $2 AND status = $3",
        )
        .bind(scope.tenant_id())
        .bind(import.id)
        .bind(from)
        .bind(to)
        .bind(stored(&import.mapping))
        .bind(import.started_by)
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Takes an import to work on. False when nobody has to, or somebody does.
///
/// Commit before it is read: one that cannot be read is then held for a while, and the others have their turn.
pub async fn take(
    tx: &mut Tx,
    scope: &TenantScope,
    id: ImportId,
    token: Uuid,
    lease: SignedDuration,
) -> Result<bool> {
    let now = tx.time().await?;
    let touched = tx
        .query(
            "UPDATE imports
                SET lease_token = $3, leased_until = $4
              WHERE tenant_id = $1 AND id = $2 AND status IN ('checking', 'importing', 'undoing')
                AND (leased_until IS NULL OR leased_until <= $5)",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(token)
        .bind(now + lease)
        .bind(now)
        .execute()
        .await?;
    Ok(touched > 0)
}

/// Notes how far the work is, and holds on to it; once every row is done, lets go.
///
/// False when somebody else took it over: then nothing of this step may be committed.
pub async fn advance(
    tx: &mut Tx,
    scope: &TenantScope,
    import: &Import,
    token: Uuid,
    lease: SignedDuration,
) -> Result<bool> {
    let now = tx.time().await?;
    let counts = &import.counts;
    let leased_until = import.status.is_working().then(|| now + lease);
    let touched = tx
        .query(
            "UPDATE imports
                SET status = $4, rows_done = $5, new_count = $6, updated_count = $7, duplicate_count = $8,
                    error_count = $9, taken_back_count = $10, kept_count = $11, leased_until = $12, updated_at = $13
              WHERE tenant_id = $1 AND id = $2 AND lease_token = $3",
        )
        .bind(scope.tenant_id())
        .bind(import.id)
        .bind(token)
        .bind(import.status)
        .bind(import.rows_done)
        .bind(counts.new)
        .bind(counts.updated)
        .bind(counts.duplicate)
        .bind(counts.error)
        .bind(counts.taken_back)
        .bind(counts.kept)
        .bind(leased_until)
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Lets go of an import that is not finished, so that another process goes on at once.
pub async fn release(tx: &mut Tx, scope: &TenantScope, id: ImportId, token: Uuid) -> Result<()> {
    tx.query(
        "UPDATE imports
            SET leased_until = NULL
          WHERE tenant_id = $1 AND id = $2 AND lease_token = $3",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .bind(token)
    .execute()
    .await?;
    Ok(())
}

/// Takes away at most `limit` rows of an import that is being received for longer than `most`, and after the last of
/// them the import. True once nothing is left of it.
pub async fn forget_broken_off(
    tx: &mut Tx,
    scope: &TenantScope,
    id: ImportId,
    (most, limit): (SignedDuration, u32),
) -> Result<bool> {
    let since = tx.time().await? - most;
    let rows = tx
        .query(
            "DELETE FROM import_rows
              WHERE tenant_id = $1 AND import_id = $2
                AND number IN (SELECT number FROM import_rows WHERE tenant_id = $1 AND import_id = $2
                                ORDER BY number LIMIT $4)
                AND EXISTS (SELECT 1 FROM imports
                             WHERE tenant_id = $1 AND id = $2 AND status = 'receiving' AND updated_at <= $3)",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(since)
        .bind(i64::from(limit))
        .execute()
        .await?;
    if rows >= u64::from(limit) {
        return Ok(false);
    }
    tx.query(
        "DELETE FROM imports WHERE tenant_id = $1 AND id = $2 AND status = 'receiving' AND updated_at <= $3",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .bind(since)
    .execute()
    .await?;
    Ok(true)
}

fn stored(mapping: &[Target]) -> Words {
    Words(mapping.iter().map(|target| target.as_str().to_owned()).collect())
}

impl FromRow for Import {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let mapping = row.get::<Words>("mapping")?.0;
        let delimiter: Option<Delimiter> = row.get("delimiter")?;
        let format = match delimiter {
            None => None,
            Some(delimiter) => Some(TableFormat {
                delimiter,
                encoding: row.get("encoding")?,
                has_header: row.get("has_header")?,
            }),
        };
        Ok(Self {
            id: row.get("id")?,
            file_name: row.get("file_name")?,
            status: row.get("status")?,
            format,
            header: row.get::<Words>("header")?.0,
            // A word of a newer version is a column this one leaves out.
            mapping: mapping
                .iter()
                .map(|word| word.parse().unwrap_or(Target::Ignore))
                .collect(),
            row_count: row.get("row_count")?,
            rows_done: row.get("rows_done")?,
            counts: ImportCounts {
                new: row.get("new_count")?,
                updated: row.get("updated_count")?,
                duplicate: row.get("duplicate_count")?,
                error: row.get("error_count")?,
                taken_back: row.get("taken_back_count")?,
                kept: row.get("kept_count")?,
            },
            created_by: row.get("created_by")?,
            started_by: row.get("started_by")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}
