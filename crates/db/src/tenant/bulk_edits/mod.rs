//! A tenant's bulk edits: one change to many leads or contacts, how far each is, and who works on it.
//!
//! Whoever works on an edit holds it under a lease, by the database's clock. Every step names the lease's token, so that
//! one who wakes too late writes nothing.

pub mod numbers;
pub mod records;
pub mod removed;

use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use types::{BulkChange, BulkEdit, BulkEditId, BulkEditStatus, EditCounts, EditSubject, Page, PageRequest};
use uuid::Uuid;

use crate::{
    Error, Result, TenantScope, Tx,
    backend::{FromRow, Only, Row},
    tenant::before,
};

macro_rules! select_edits {
    ($rest:literal) => {
        concat!(
            "SELECT id, subject, change, meant, status, record_count, records_done, last_created_at, last_record_id, changed_count,
                    same_count, skipped_count, put_back_count, kept_count, created_by, started_by, created_at,
                    updated_at, forget_at
               FROM bulk_edits
              WHERE tenant_id = $1 ",
            $rest
        )
    };
}

/// Adds an edit that somebody is to work on.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, edit: &BulkEdit) -> Result<()> {
    tx.query(
        "INSERT INTO bulk_edits
                (tenant_id, id, subject, change, meant, status, record_count, created_by, started_by,
                 support_session_id, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(scope.tenant_id())
    .bind(edit.id)
    .bind(edit.subject)
    .bind(stored(&edit.change))
    .bind(stored(&edit.meant))
    .bind(edit.status)
    .bind(edit.record_count)
    .bind(edit.created_by)
    .bind(edit.started_by)
    .bind(scope.support())
    .bind(edit.created_at)
    .bind(edit.updated_at)
    .execute()
    .await?;
    Ok(())
}

/// Finds an edit.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: BulkEditId) -> Result<Option<BulkEdit>> {
    tx.query(select_edits!("AND ($2 IS NULL OR created_by = $2) AND id = $3"))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(id)
        .fetch_optional()
        .await
}

/// Lists edits, those about one kind of record or all, newest first. Whoever does not see the leads of others sees
/// their edits neither.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    subject: Option<EditSubject>,
    after: Option<(Timestamp, BulkEditId)>,
    page: PageRequest,
) -> Result<Page<BulkEdit>> {
    let (at, id) = before(after);
    let rows = tx
        .query(select_edits!(
            "AND ($2 IS NULL OR created_by = $2) AND ($3 IS NULL OR subject = $3)
              AND (created_at, id) < ($4, $5)
             ORDER BY created_at DESC, id DESC
             LIMIT $6 OFFSET $7"
        ))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(subject)
        .bind(at)
        .bind(id)
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Counts the edits that a list shows on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope, subject: Option<EditSubject>) -> Result<i64> {
    let Only(count) = tx
        .query(
            "SELECT COUNT(*) AS value
               FROM bulk_edits
              WHERE tenant_id = $1 AND ($2 IS NULL OR created_by = $2) AND ($3 IS NULL OR subject = $3)",
        )
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(subject)
        .fetch_one()
        .await?;
    Ok(count)
}

/// Sets a done edit to be taken back. False, and nothing changed, when it is not done (any more), or when it is a
/// deletion whose time is up.
pub async fn undo(tx: &mut Tx, scope: &TenantScope, edit: &BulkEdit, now: Timestamp) -> Result<bool> {
    let kept_after = (edit.change == BulkChange::Delete).then_some(now);
    let touched = tx
        .query(
            "UPDATE bulk_edits
                SET status = $4, records_done = 0, lease_token = NULL, leased_until = NULL, started_by = $5,
                    support_session_id = $6, updated_at = $7, forget_at = NULL
              WHERE tenant_id = $1 AND id = $2 AND status = $3 AND ($8 IS NULL OR forget_at > $8)",
        )
        .bind(scope.tenant_id())
        .bind(edit.id)
        .bind(BulkEditStatus::Done)
        .bind(BulkEditStatus::Undoing)
        .bind(edit.started_by)
        .bind(scope.support())
        .bind(now)
        .bind(kept_after)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Takes an edit to work on. None when nobody has to, or somebody does.
pub async fn take(
    tx: &mut Tx,
    scope: &TenantScope,
    id: BulkEditId,
    token: Uuid,
    lease: SignedDuration,
) -> Result<Option<BulkEdit>> {
    let now = tx.time().await?;
    let touched = tx
        .query(
            "UPDATE bulk_edits
                SET lease_token = $3, leased_until = $4
              WHERE tenant_id = $1 AND id = $2 AND status IN ('running', 'undoing')
                AND (leased_until IS NULL OR leased_until <= $5)",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(token)
        .bind(now + lease)
        .bind(now)
        .execute()
        .await?;
    if touched == 0 {
        return Ok(None);
    }
    find(tx, scope, id).await
}

/// Notes how far the work is, and holds on to it; once every record had its turn, lets go.
///
/// False when somebody else took it over: then nothing of this step may be committed.
pub async fn advance(
    tx: &mut Tx,
    scope: &TenantScope,
    edit: &BulkEdit,
    token: Uuid,
    lease: SignedDuration,
) -> Result<bool> {
    let now = tx.time().await?;
    let (counts, leased_until) = (&edit.counts, edit.status.is_working().then(|| now + lease));
    let touched = tx
        .query(
            "UPDATE bulk_edits
                SET status = $4, records_done = $5, last_created_at = $6, last_record_id = $7, changed_count = $8,
                    same_count = $9, skipped_count = $10, put_back_count = $11, kept_count = $12, leased_until = $13,
                    updated_at = $14, forget_at = $15
              WHERE tenant_id = $1 AND id = $2 AND lease_token = $3",
        )
        .bind(scope.tenant_id())
        .bind(edit.id)
        .bind(token)
        .bind(edit.status)
        .bind(edit.records_done)
        .bind(edit.last.map(|(at, _)| at))
        .bind(edit.last.map(|(_, id)| id))
        .bind(counts.changed)
        .bind(counts.same)
        .bind(counts.skipped)
        .bind(counts.put_back)
        .bind(counts.kept)
        .bind(leased_until)
        .bind(now)
        .bind(edit.forget_at)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Lets go of an edit that is not finished, so that another process goes on at once.
pub async fn release(tx: &mut Tx, scope: &TenantScope, id: BulkEditId, token: Uuid) -> Result<()> {
    tx.query(
        "UPDATE bulk_edits
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

/// Notes that what a deletion took is forgotten.
pub async fn forgotten(tx: &mut Tx, scope: &TenantScope, id: BulkEditId) -> Result<()> {
    tx.query("UPDATE bulk_edits SET forget_at = NULL WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .execute()
        .await?;
    Ok(())
}

fn stored(what: &impl Serialize) -> Value {
    serde_json::to_value(what).expect("our own words are always JSON")
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|error| Error::Unavailable(sqlx::Error::Decode(error.into())))
}

impl FromRow for BulkEdit {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let last: (Option<Timestamp>, Option<Uuid>) =
            (row.get("last_created_at")?, row.get("last_record_id")?);
        Ok(Self {
            id: row.get("id")?,
            subject: row.get("subject")?,
            change: read(row.get("change")?)?,
            meant: read(row.get("meant")?)?,
            record_count: row.get("record_count")?,
            records_done: row.get("records_done")?,
            last: last.0.zip(last.1),
            counts: EditCounts {
                changed: row.get("changed_count")?,
                same: row.get("same_count")?,
                skipped: row.get("skipped_count")?,
                put_back: row.get("put_back_count")?,
                kept: row.get("kept_count")?,
            },
            status: row.get("status")?,
            created_by: row.get("created_by")?,
            started_by: row.get("started_by")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            forget_at: row.get("forget_at")?,
        })
    }
}
