//! Ends of the audit trail, signed: who can write the database cannot sign another past.
//!
//! Each lies in the database and in a file beside it, so that neither can be cut off unseen. A console signs every
//! minute in which the trail grew, and a command that wrote to it before it leaves. With each end goes the root of a
//! Merkle tree over the lines since the one before, sealed so that anybody can check it: single lines are proved by it.

use std::{io, path::Path};

use anyhow::Context as _;
use db::{
    Db, PlatformScope,
    platform::audit::{self as rows, Checkpoint, MOST_LINES},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};
use types::{
    ChainLink,
    audit_proof::{SealedRoot, root_of, statement},
};

use crate::{
    Context,
    seal::{PublicKey, SealKey},
    secrets::{Key, Purpose, Secrets},
};

/// A checkpoint as a line of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CheckpointLine {
    seq: i64,
    hash: String,
    signed_at: Timestamp,
    signature: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    root: Option<SealedRoot>,
}

impl From<&Checkpoint> for CheckpointLine {
    fn from(checkpoint: &Checkpoint) -> Self {
        Self {
            seq: checkpoint.link.seq,
            hash: checkpoint.link.hash.clone(),
            signed_at: checkpoint.signed_at,
            signature: checkpoint.signature.clone(),
            root: checkpoint.root.clone(),
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
            root: line.root,
        }
    }
}

/// The keys that ends are signed with: one for ourselves, and one whose public half anybody may know.
pub struct TrailKeys {
    ours: Key,
    seal: SealKey,
}

impl TrailKeys {
    /// The keys of the installation.
    pub fn of(secrets: &Secrets) -> Self {
        Self {
            ours: secrets.key(Purpose::AuditCheckpoint),
            seal: SealKey::of(secrets),
        }
    }

    /// What roots are checked with.
    pub fn public(&self) -> PublicKey {
        self.seal.public()
    }

    /// Whether we signed this end, with or without a root.
    pub fn have_signed(&self, checkpoint: &Checkpoint) -> bool {
        self.signature(&checkpoint.link, checkpoint.signed_at, checkpoint.root.as_ref())
            == checkpoint.signature
    }

    /// Whether we sealed the root of this end; nothing is wrong with an end that has none.
    pub fn have_sealed(&self, checkpoint: &Checkpoint) -> bool {
        let Some(root) = &checkpoint.root else { return true };
        let lines = (root.first_seq, checkpoint.link.seq);
        let text = statement(lines, &root.root, checkpoint.signed_at);
        let key = self.public();
        root.public_key == key.to_string() && key.has_signed(&text, &root.signature)
    }

    /// The root is in it, so that nobody takes it off unseen.
    fn signature(&self, end: &ChainLink, at: Timestamp, root: Option<&SealedRoot>) -> String {
        let (seq, at) = (end.seq.to_string(), at.as_microsecond().to_string());
        let first = root.map(|root| root.first_seq.to_string());
        let mut parts = vec![seq.as_bytes(), end.hash.as_bytes(), at.as_bytes()];
        if let (Some(root), Some(first)) = (root, &first) {
            parts.extend([first.as_bytes(), root.root.as_bytes()]);
        }
        hex::encode(self.ours.tag(&parts))
    }

    /// A checkpoint as somebody would write it who has our own key, and not the one that seals.
    #[cfg(any(test, feature = "testing"))]
    pub fn without_the_seal(&self, checkpoint: Checkpoint) -> Checkpoint {
        let signature = self.signature(&checkpoint.link, checkpoint.signed_at, checkpoint.root.as_ref());
        Checkpoint {
            signature,
            ..checkpoint
        }
    }

    fn sealed(&self, lines: &[ChainLink], at: Timestamp) -> Option<SealedRoot> {
        let (first, last) = (lines.first()?.seq, lines.last()?.seq);
        let root = root_of(lines)?;
        Some(SealedRoot {
            first_seq: first,
            signature: self.seal.sign(&statement((first, last), &root, at)),
            public_key: self.public().to_string(),
            root,
        })
    }
}

/// With what ends are signed, and the second place that knows them.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    pub keys: &'a TrailKeys,
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
        keys: &TrailKeys::of(&settings.secrets),
        file: &settings.audit_checkpoints,
    };
    sign_end(&context.db, platform, signer, context.clock.now()).await?;
    Ok(())
}

/// Signs the end of the trail when it has grown since it was signed last, here and in the file. Says which end.
///
/// Where it grew by very much, places on the way are signed as well, each in a transaction of its own.
///
/// # Errors
/// When the database or the file cannot be written.
pub async fn sign_end(
    db: &Db,
    platform: &PlatformScope,
    signer: Signer<'_>,
    now: Timestamp,
) -> anyhow::Result<Option<ChainLink>> {
    let mut signed = None;
    while let Some((link, is_end)) = sign_piece(db, platform, signer, now).await? {
        signed = Some(link);
        if is_end {
            break;
        }
    }
    Ok(signed)
}

/// Signs up to [`MOST_LINES`] lines. Says where, and whether the trail ended there.
async fn sign_piece(
    db: &Db,
    platform: &PlatformScope,
    signer: Signer<'_>,
    now: Timestamp,
) -> anyhow::Result<Option<(ChainLink, bool)>> {
    let mut tx = db.write(platform).await?;
    let Some(end) = rows::head(&mut tx, platform).await?.filter(|end| end.seq > 0) else {
        return Ok(None);
    };
    let before = rows::signed_until(&mut tx, platform, end.seq).await?;
    if before == end.seq {
        return Ok(None);
    }
    let count = (end.seq - before).min(MOST_LINES);
    let lines = rows::links(&mut tx, platform, before + 1, count).await?;
    let checkpoint = checkpoint(signer.keys, (before, &end), &lines, now);
    if !rows::insert_checkpoint(&mut tx, platform, &checkpoint).await? {
        return Ok(None);
    }
    // The file first: a checkpoint that is in the file alone is a promise kept too well, the other way round a hole.
    append(signer.file, &checkpoint)
        .await
        .with_context(|| format!("writing the checkpoint to {}", signer.file.display()))?;
    tx.commit().await?;
    let is_end = checkpoint.link.seq == end.seq;
    Ok(Some((checkpoint.link, is_end)))
}

/// Signs the last of these lines with a root over all of them. Where some are missing, nothing is said of them: the end
/// is signed without a root, and whoever verifies the trail is told which.
fn checkpoint(
    keys: &TrailKeys,
    (before, end): (i64, &ChainLink),
    lines: &[ChainLink],
    now: Timestamp,
) -> Checkpoint {
    let count = (end.seq - before).min(MOST_LINES);
    let places = lines.iter().map(|line| line.seq);
    let are_all = places.eq(before + 1..=before + count)
        && lines.last().is_some_and(|last| last.seq < end.seq || last == end);
    let root = are_all.then(|| keys.sealed(lines, now)).flatten();
    let link = match (&root, lines.last()) {
        (Some(_), Some(last)) => last,
        _ => {
            tracing::error!(
                "lines of the audit trail after {before} are missing or changed: see what `admin audit verify` says"
            );
            end
        }
    };
    Checkpoint {
        signature: keys.signature(link, now, root.as_ref()),
        signed_at: now,
        link: link.clone(),
        root,
    }
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
