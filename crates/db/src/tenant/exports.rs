//! A tenant's exports, and the parts their files lie in.

use jiff::{SignedDuration, Timestamp};
use types::{ExportId, ExportStatus, PersonId, RemovedReason, TenantExport};
use uuid::Uuid;

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row},
};

/// Bytes of a part. Each but the last is so long, so whoever wants the middle of a file knows where it lies.
pub const PART: usize = 1 << 20;

macro_rules! select_exports {
    ($rest:literal) => {
        concat!(
            "SELECT id, status, files_done, file_count, row_count, byte_count, sha256, removed_reason, attempts, created_by,
                    created_at, finished_at, expires_at, download_count, last_downloaded_by, last_downloaded_at
               FROM tenant_exports
              WHERE tenant_id = $1 ",
            $rest
        )
    };
}

/// Adds an export that somebody is to work on. False, and nothing added, when one is being prepared already.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, export: &TenantExport) -> Result<bool> {
    let added = tx
        .query(
            "INSERT INTO tenant_exports
                    (tenant_id, id, status, created_by, created_at, updated_at)
             VALUES ($1, $2, 'preparing', $3, $4, $4)
                 ON CONFLICT (tenant_id) WHERE status = 'preparing' DO NOTHING",
        )
        .bind(scope.tenant_id())
        .bind(export.id)
        .bind(export.created_by)
        .bind(export.created_at)
        .execute()
        .await?;
    Ok(added == 1)
}

/// Finds an export.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: ExportId) -> Result<Option<TenantExport>> {
    tx.query(select_exports!("AND id = $2"))
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_optional()
        .await
}

/// Lists the exports that are remembered, newest first.
pub async fn list(tx: &mut Tx, scope: &TenantScope) -> Result<Vec<TenantExport>> {
    tx.query(select_exports!("ORDER BY created_at DESC, id DESC LIMIT $2"))
        .bind(scope.tenant_id())
        .bind(TenantExport::MOST)
        .fetch_all()
        .await
}

/// Takes an export to put it together from the start. False when nobody has to, or somebody does.
///
/// What another attempt left behind is gone: no two attempts see the same moment. Commit before it is read: one that
/// cannot be read is then held for a while, and the others have their turn.
pub async fn take(
    tx: &mut Tx,
    scope: &TenantScope,
    id: ExportId,
    (token, lease): (Uuid, SignedDuration),
) -> Result<bool> {
    let now = tx.time().await?;
    let touched = tx
        .query(
            "UPDATE tenant_exports
                SET lease_token = $3, leased_until = $4, attempts = attempts + 1, files_done = 0, file_count = 0,
                    row_count = 0, byte_count = 0, updated_at = $5
              WHERE tenant_id = $1 AND id = $2 AND status = 'preparing'
                AND (leased_until IS NULL OR leased_until <= $5)",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(token)
        .bind(now + lease)
        .bind(now)
        .execute()
        .await?;
    if touched > 0 {
        remove_parts(tx, scope, id).await?;
    }
    Ok(touched > 0)
}

/// Notes how far the work is, and holds on to it; lets go of what is no longer being prepared.
///
/// False when somebody else took it over: then nothing of this step may be committed.
pub async fn advance(
    tx: &mut Tx,
    scope: &TenantScope,
    export: &TenantExport,
    (token, lease): (Uuid, SignedDuration),
) -> Result<bool> {
    let now = tx.time().await?;
    let goes_on = export.status == ExportStatus::Preparing;
    let touched = tx
        .query(
            "UPDATE tenant_exports
                SET status = $4, files_done = $5, file_count = $6, row_count = $7, byte_count = $8, sha256 = $9,
                    finished_at = $10, expires_at = $11, leased_until = $12, updated_at = $13
              WHERE tenant_id = $1 AND id = $2 AND lease_token = $3 AND status = 'preparing'",
        )
        .bind(scope.tenant_id())
        .bind(export.id)
        .bind(token)
        .bind(export.status)
        .bind(export.files_done)
        .bind(export.file_count)
        .bind(export.row_count)
        .bind(export.byte_count)
        .bind(export.sha256.clone())
        .bind(export.finished_at)
        .bind(export.expires_at)
        .bind(goes_on.then(|| now + lease))
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Lets go of an export that is not whole, so that another process begins at once. It counts as no attempt.
pub async fn release(tx: &mut Tx, scope: &TenantScope, id: ExportId, token: Uuid) -> Result<()> {
    tx.query(
        "UPDATE tenant_exports
            SET leased_until = NULL, attempts = attempts - 1
          WHERE tenant_id = $1 AND id = $2 AND lease_token = $3 AND status = 'preparing'",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .bind(token)
    .execute()
    .await?;
    Ok(())
}

/// Adds a part of a file, counted from nought. Only in the transaction of an [`advance`] that held.
pub async fn add_part(
    tx: &mut Tx,
    scope: &TenantScope,
    (id, number): (ExportId, i64),
    bytes: Vec<u8>,
) -> Result<()> {
    tx.query("INSERT INTO tenant_export_parts (tenant_id, export_id, number, bytes) VALUES ($1, $2, $3, $4)")
        .bind(scope.tenant_id())
        .bind(id)
        .bind(number)
        .bind(bytes)
        .execute()
        .await?;
    Ok(())
}

/// Reads a part of the file of an export that is ready.
pub async fn part(
    tx: &mut Tx,
    scope: &TenantScope,
    (id, number): (ExportId, i64),
) -> Result<Option<Vec<u8>>> {
    let found: Option<Only<Vec<u8>>> = tx
        .query(
            "SELECT part.bytes AS value
               FROM tenant_export_parts AS part
               JOIN tenant_exports AS export ON export.tenant_id = part.tenant_id AND export.id = part.export_id
              WHERE part.tenant_id = $1 AND part.export_id = $2 AND part.number = $3 AND export.status = 'ready'",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(number)
        .fetch_optional()
        .await?;
    Ok(found.map(|Only(bytes)| bytes))
}

/// Notes that somebody takes the file away.
pub async fn note_download(
    tx: &mut Tx,
    scope: &TenantScope,
    id: ExportId,
    (who, now): (PersonId, Timestamp),
) -> Result<()> {
    tx.query(
        "UPDATE tenant_exports
            SET download_count = download_count + 1, last_downloaded_by = $3, last_downloaded_at = $4
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .bind(who)
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// Takes the file of an export away that was ready. False when it was not.
pub async fn remove(tx: &mut Tx, scope: &TenantScope, id: ExportId, why: RemovedReason) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE tenant_exports
                SET status = 'removed', removed_reason = $3
              WHERE tenant_id = $1 AND id = $2 AND status = 'ready'",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(why)
        .execute()
        .await?;
    remove_parts(tx, scope, id).await?;
    Ok(touched == 1)
}

/// Keeps the newest files only, and forgets exports that are old.
pub async fn keep_newest(tx: &mut Tx, scope: &TenantScope) -> Result<()> {
    let surplus: Vec<Only<ExportId>> = tx
        .query(
            "SELECT id AS value
               FROM tenant_exports
              WHERE tenant_id = $1 AND status = 'ready'
              ORDER BY created_at DESC, id DESC
              LIMIT $2 OFFSET $3",
        )
        .bind(scope.tenant_id())
        .bind(TenantExport::MOST)
        .bind(TenantExport::MOST_READY)
        .fetch_all()
        .await?;
    for Only(id) in surplus {
        remove(tx, scope, id, RemovedReason::Newer).await?;
    }
    tx.query(
        "DELETE FROM tenant_exports
          WHERE tenant_id = $1 AND status IN ('failed', 'removed')
            AND id NOT IN (SELECT id FROM tenant_exports WHERE tenant_id = $1
                            ORDER BY created_at DESC, id DESC LIMIT $2)",
    )
    .bind(scope.tenant_id())
    .bind(TenantExport::MOST)
    .execute()
    .await?;
    Ok(())
}

/// Takes every file away, and has what is being prepared begun anew: somebody was erased who may stand in them.
///
/// Call it after the feed was appended to in this transaction: whoever begins an export meanwhile waits there, and
/// sees nobody who was erased.
pub async fn withdraw(tx: &mut Tx, scope: &TenantScope) -> Result<()> {
    for withdrawing in [
        "UPDATE tenant_exports
            SET status = 'removed', removed_reason = 'erased'
          WHERE tenant_id = $1 AND status = 'ready'",
        "UPDATE tenant_exports
            SET lease_token = NULL, leased_until = NULL, attempts = 0
          WHERE tenant_id = $1 AND status = 'preparing'",
        "DELETE FROM tenant_export_parts WHERE tenant_id = $1",
    ] {
        tx.query(withdrawing).bind(scope.tenant_id()).execute().await?;
    }
    Ok(())
}

/// Takes away what was stored of an export. Of one that is being prepared, only in the transaction of an [`advance`]
/// that held.
pub async fn remove_parts(tx: &mut Tx, scope: &TenantScope, id: ExportId) -> Result<()> {
    tx.query("DELETE FROM tenant_export_parts WHERE tenant_id = $1 AND export_id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .execute()
        .await?;
    Ok(())
}

impl FromRow for TenantExport {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let last: (Option<PersonId>, Option<Timestamp>) =
            (row.get("last_downloaded_by")?, row.get("last_downloaded_at")?);
        Ok(Self {
            id: row.get("id")?,
            status: row.get("status")?,
            files_done: row.get("files_done")?,
            file_count: row.get("file_count")?,
            row_count: row.get("row_count")?,
            byte_count: row.get("byte_count")?,
            sha256: row.get("sha256")?,
            removed: row.get("removed_reason")?,
            attempts: row.get("attempts")?,
            created_by: row.get("created_by")?,
            created_at: row.get("created_at")?,
            finished_at: row.get("finished_at")?,
            expires_at: row.get("expires_at")?,
            download_count: row.get("download_count")?,
            last_download: last.0.zip(last.1),
        })
    }
}
