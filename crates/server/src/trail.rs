//! Ends of the audit trail, signed: who can write the database cannot sign another past.
//!
//! Each lies in the database and in a file beside it, so that neither can be cut off unseen. A console signs every
//! minute in which the trail grew, and a command that wrote to it before it leaves.

use std::{io, path::Path};

use anyhow::Context as _;
use db::{
    Db, PlatformScope,
    platform::audit::{self as rows, Checkpoint},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};
use types::ChainLink;

use crate::{
    Context,
    secrets::{Key, Purpose},
};

/// A checkpoint as a line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CheckpointLine {
    seq: i64,
    hash: String,
    signed_at: Timestamp,
    signature: String,
}

impl From<&Checkpoint> for CheckpointLine {
    fn from(checkpoint: &Checkpoint) -> Self {
        Self {
            seq: checkpoint.link.seq,
            hash: checkpoint.link.hash.clone(),
            signed_at: checkpoint.signed_at,
            signature: checkpoint.signature.clone(),
        }
    }
}

impl From<CheckpointLine> for Checkpoint {
    fn from(line: CheckpointLine) -> Self {
        Self {
            link: ChainLink {
                seq: line.seq,
                hash: line.hash,
            },
            signed_at: line.signed_at,
            signature: line.signature,
        }
    }
}

/// With what ends are signed, and the second place that knows them.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    pub key: &'a Key,
    pub file: &'a Path,
}

/// Where the trail ends now. None when the row that says so is gone.
///
/// # Errors
/// When the database cannot be asked.
pub async fn end(db: &Db, platform: &PlatformScope) -> db::Result<Option<ChainLink>> {
    let mut tx = db.read(platform).await?;
    rows::head(&mut tx, platform).await
}

/// Signs the end of the trail for a command, when it is another than before. A process that does not know the secret of
/// the installation leaves it to one that does.
///
/// # Errors
/// When the database or the file cannot be written.
pub async fn sign_if_grown(
    context: &Context,
    platform: &PlatformScope,
    before: Option<ChainLink>,
) -> anyhow::Result<()> {
    let settings = &context.settings;
    if !settings.secrets.are_kept() || end(&context.db, platform).await? == before {
        return Ok(());
    }
    let signer = Signer {
        key: &settings.secrets.key(Purpose::AuditCheckpoint),
        file: &settings.audit_checkpoints,
    };
    sign_end(&context.db, platform, signer, context.clock.now()).await?;
    Ok(())
}

/// Signs the end of the trail when it has grown since it was signed last, here and in the file. Says which end.
///
/// # Errors
/// When the database or the file cannot be written.
pub async fn sign_end(
    db: &Db,
    platform: &PlatformScope,
    signer: Signer<'_>,
    now: Timestamp,
) -> anyhow::Result<Option<ChainLink>> {
    let mut tx = db.write(platform).await?;
    let Some(end) = rows::head(&mut tx, platform).await?.filter(|end| end.seq > 0) else {
        return Ok(None);
    };
    let checkpoint = Checkpoint {
        signature: signature(signer.key, &end, now),
        signed_at: now,
        link: end,
    };
    if !rows::insert_checkpoint(&mut tx, platform, &checkpoint).await? {
        return Ok(None);
    }
    // The file first: a checkpoint that is in the file alone is a promise kept too well, the other way round a hole.
    append(signer.file, &checkpoint)
        .await
        .with_context(|| format!("writing the checkpoint to {}", signer.file.display()))?;
    tx.commit().await?;
    Ok(Some(checkpoint.link))
}

/// Whether we signed this end.
pub fn is_ours(key: &Key, checkpoint: &Checkpoint) -> bool {
    signature(key, &checkpoint.link, checkpoint.signed_at) == checkpoint.signature
}

fn signature(key: &Key, end: &ChainLink, at: Timestamp) -> String {
    let (seq, at) = (end.seq.to_string(), at.as_microsecond().to_string());
    hex::encode(key.tag(&[seq.as_bytes(), end.hash.as_bytes(), at.as_bytes()]))
}

async fn append(file: &Path, checkpoint: &Checkpoint) -> anyhow::Result<()> {
    let mut line = serde_json::to_string(&CheckpointLine::from(checkpoint))? + "\n";
    if let Some(folder) = file.parent() {
        tokio::fs::create_dir_all(folder).await?;
    }
    let mut file = tokio::fs::OpenOptions::new()
        .append(true)
        .read(true)
        .create(true)
        .open(file)
        .await?;
    if is_cut_off(&mut file).await? {
        // What a power cut left stays a line of its own, and spoils no other.
        line.insert(0, '\n');
    }
    file.write_all(line.as_bytes()).await?;
    Ok(file.sync_all().await?)
}

async fn is_cut_off(file: &mut tokio::fs::File) -> io::Result<bool> {
    if file.metadata().await?.len() == 0 {
        return Ok(false);
    }
    file.seek(io::SeekFrom::End(-1)).await?;
    Ok(file.read_u8().await? != b'\n')
}

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// Its checkpoints.
    pub checkpoints: Vec<Checkpoint>,
    /// The number of its first line that is no checkpoint, from 1.
    pub unreadable: Option<usize>,
}

/// Reads the file; none when there is no file.
///
/// # Errors
/// When there is one, and it cannot be read.
pub async fn kept(file: &Path) -> anyhow::Result<Option<Kept>> {
    let text = match tokio::fs::read(file).await {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
    };
    let mut kept = Kept::default();
    for (number, line) in (1..).zip(text.lines()) {
        match serde_json::from_str::<CheckpointLine>(line) {
            Ok(line) => kept.checkpoints.push(line.into()),
            Err(_) => kept.unreadable = kept.unreadable.or(Some(number)),
        }
    }
    Ok(Some(kept))
}
