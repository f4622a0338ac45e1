//! The trail as a chain: appending a line, and reading lines with their links to check them.

use jiff::Timestamp;
use types::{AuditEvent, AuditEventId, ChainLink, audit_proof::SealedRoot};

use crate::{
    Error, PlatformScope, Result, Tx,
    backend::{FromRow, Only, Row},
};

/// Appends a line, in the transaction of what it tells of.
pub async fn record(tx: &mut Tx, _platform: &PlatformScope, event: &AuditEvent) -> Result<()> {
    // Taking the row before reading it makes appending one at a time on PostgreSQL; SQLite has one writer anyway.
    let end: ChainLink = tx
        .query("UPDATE admin_audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq - 1 AS seq, hash")
        .fetch_optional()
        .await?
        // Nobody goes on from the newest line instead: that would hide how many came after it.
        .ok_or(Error::TrailWithoutEnd)?;
    let details = event.details.to_string();
    let link = end.next(event, &details);
    tx.query(
        "INSERT INTO admin_audit_events
                (id, occurred_at, actor_id, actor_role, action, status, tenant_id, details, request_id, attempt_id,
                 seq, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(event.id)
    .bind(event.occurred_at)
    .bind(&event.actor.id)
    .bind(&event.actor.role)
    .bind(event.action)
    .bind(event.status)
    .bind(event.tenant_id.clone())
    .bind(details)
    .bind(event.request_id.clone())
    .bind(event.attempt_id)
    .bind(link.seq)
    .bind(&link.hash)
    .execute()
    .await?;
    tx.query("UPDATE admin_audit_head SET hash = $1 WHERE id = 1")
        .bind(&link.hash)
        .execute()
        .await?;
    Ok(())
}

/// A line with its place in the chain, as they are stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Linked {
    /// The place.
    pub link: ChainLink,
    /// The line.
    pub event: AuditEvent,
    /// Its details, to the letter.
    pub details: String,
}

/// An end of the chain that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The end.
    pub link: ChainLink,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// The signature, in hexadecimal.
    pub signature: String,
    /// The root over the lines since the one before. Checkpoints from before there were roots have none.
    pub root: Option<SealedRoot>,
}

/// Where the chain ends. None when the row that says so is gone.
pub async fn head(tx: &mut Tx, _platform: &PlatformScope) -> Result<Option<ChainLink>> {
    tx.query("SELECT seq, hash FROM admin_audit_head WHERE id = 1")
        .fetch_optional()
        .await
}

/// Lines in the order of the chain, up to `limit` of those after `seq`.
pub async fn chain(tx: &mut Tx, _platform: &PlatformScope, seq: i64, limit: i64) -> Result<Vec<Linked>> {
    tx.query(
        "SELECT id, occurred_at, actor_id, actor_role, action, status, tenant_id, details, request_id, attempt_id,
                seq, hash
           FROM admin_audit_events
          WHERE seq > $1
          ORDER BY seq
          LIMIT $2",
    )
    .bind(seq)
    .bind(limit)
    .fetch_all()
    .await
}

/// A line by its id, with its place. None when there is none, or it stands outside the chain.
pub async fn linked(tx: &mut Tx, _platform: &PlatformScope, id: AuditEventId) -> Result<Option<Linked>> {
    tx.query(
        "SELECT id, occurred_at, actor_id, actor_role, action, status, tenant_id, details, request_id, attempt_id,
                seq, hash
           FROM admin_audit_events
          WHERE id = $1 AND seq IS NOT NULL",
    )
    .bind(id)
    .fetch_optional()
    .await
}

/// The places and hashes of up to `limit` lines from `seq` on, without what the lines say.
pub async fn links(tx: &mut Tx, _platform: &PlatformScope, seq: i64, limit: i64) -> Result<Vec<ChainLink>> {
    tx.query("SELECT seq, hash FROM admin_audit_events WHERE seq >= $1 ORDER BY seq LIMIT $2")
        .bind(seq)
        .bind(limit)
        .fetch_all()
        .await
}

/// How many lines stand outside the chain, and how many may because they are older than it, if that is known.
pub async fn unchained(tx: &mut Tx, _platform: &PlatformScope) -> Result<(i64, Option<i64>)> {
    let Only(there) = tx
        .query("SELECT COUNT(*) AS value FROM admin_audit_events WHERE seq IS NULL")
        .fetch_one::<Only<i64>>()
        .await?;
    let older: Option<Only<i64>> = tx
        .query("SELECT unchained AS value FROM admin_audit_head WHERE id = 1")
        .fetch_optional()
        .await?;
    Ok((there, older.map(|Only(older)| older)))
}

/// The most signed ends that are looked at: one a minute is half a million a year.
const CHECKPOINTS: i64 = 5_000_000;

/// Lists the signed ends, oldest first.
pub async fn checkpoints(tx: &mut Tx, _platform: &PlatformScope) -> Result<Vec<Checkpoint>> {
    tx.query(
        "SELECT seq, hash, signed_at, signature, first_seq, root, public_key, root_signature
           FROM admin_audit_checkpoints
          ORDER BY seq
          LIMIT $1",
    )
    .bind(CHECKPOINTS)
    .fetch_all()
    .await
}

/// The last place up to `seq` that a checkpoint stands at; 0 when there is none.
pub async fn signed_until(tx: &mut Tx, _platform: &PlatformScope, seq: i64) -> Result<i64> {
    let Only(until) = tx
        .query("SELECT COALESCE(MAX(seq), 0) AS value FROM admin_audit_checkpoints WHERE seq <= $1")
        .bind(seq)
        .fetch_one()
        .await?;
    Ok(until)
}

/// The first checkpoint with a root at this place or after it: if any root is made of the line that stands there, it is
/// this one.
pub async fn root_after(tx: &mut Tx, _platform: &PlatformScope, seq: i64) -> Result<Option<Checkpoint>> {
    tx.query(
        "SELECT seq, hash, signed_at, signature, first_seq, root, public_key, root_signature
           FROM admin_audit_checkpoints
          WHERE root IS NOT NULL AND seq >= $1
          ORDER BY seq
          LIMIT 1",
    )
    .bind(seq)
    .fetch_optional()
    .await
}

/// Keeps a signed end. False when somebody else signed this one already.
pub async fn insert_checkpoint(
    tx: &mut Tx,
    _platform: &PlatformScope,
    checkpoint: &Checkpoint,
) -> Result<bool> {
    let root = checkpoint.root.as_ref();
    let inserted = tx
        .query(
            "INSERT INTO admin_audit_checkpoints
                    (seq, hash, signed_at, signature, first_seq, root, public_key, root_signature)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (seq) DO NOTHING",
        )
        .bind(checkpoint.link.seq)
        .bind(&checkpoint.link.hash)
        .bind(checkpoint.signed_at)
        .bind(&checkpoint.signature)
        .bind(root.map(|root| root.first_seq))
        .bind(root.map(|root| root.root.clone()))
        .bind(root.map(|root| root.public_key.clone()))
        .bind(root.map(|root| root.signature.clone()))
        .execute()
        .await?;
    Ok(inserted == 1)
}

impl FromRow for ChainLink {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            seq: row.get("seq")?,
            hash: row.get("hash")?,
        })
    }
}

impl FromRow for Linked {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            link: ChainLink::from_row(row)?,
            event: AuditEvent::from_row(row)?,
            details: row.get("details")?,
        })
    }
}

impl FromRow for Checkpoint {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            link: ChainLink::from_row(row)?,
            signed_at: row.get("signed_at")?,
            signature: row.get("signature")?,
            root: sealed_root(row)?,
        })
    }
}

/// A root of which a part is missing is none, and then the checkpoint's own signature does not fit.
fn sealed_root(row: &Row<'_>) -> Result<Option<SealedRoot>> {
    let parts = (
        row.get::<Option<i64>>("first_seq")?,
        row.get::<Option<String>>("root")?,
        row.get::<Option<String>>("public_key")?,
        row.get::<Option<String>>("root_signature")?,
    );
    let (Some(first_seq), Some(root), Some(public_key), Some(signature)) = parts else {
        return Ok(None);
    };
    Ok(Some(SealedRoot {
        first_seq,
        root,
        public_key,
        signature,
    }))
}
