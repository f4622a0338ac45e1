//! Ends of the chain, signed: who can write the database cannot sign another past.
//!
//! Each lies in the database and in a file beside it, so that neither can be cut off unseen.

use std::path::Path;

use anyhow::Context as _;
use db::platform::audit::{self as rows, Checkpoint};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use server::secrets::Key;
use tokio::io::AsyncWriteExt as _;
use types::ChainLink;

use crate::{Acting, Refusal};

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

/// Signs the end of the trail when it has grown since it was signed last, here and in the file. Says which end.
pub(crate) async fn sign_end(
    acting: &Acting<'_>,
    key: &Key,
    file: &Path,
) -> Result<Option<ChainLink>, Refusal> {
    let mut tx = acting.db.write(acting.platform).await?;
    let end = rows::head(&mut tx, acting.platform).await?;
    if end.seq == 0 {
        return Ok(None);
    }
    let checkpoint = Checkpoint {
        signature: signature(key, &end, acting.now),
        signed_at: acting.now,
        link: end,
    };
    if !rows::insert_checkpoint(&mut tx, acting.platform, &checkpoint).await? {
        return Ok(None);
    }
    // The file first: a checkpoint that is in the file alone is a promise kept too well, the other way round a hole.
    append(file, &checkpoint).await.map_err(Refusal::Unexpected)?;
    tx.commit().await?;
    Ok(Some(checkpoint.link))
}

/// Whether we signed this end.
pub(super) fn is_ours(key: &Key, checkpoint: &Checkpoint) -> bool {
    signature(key, &checkpoint.link, checkpoint.signed_at) == checkpoint.signature
}

fn signature(key: &Key, end: &ChainLink, at: Timestamp) -> String {
    let (seq, at) = (end.seq.to_string(), at.as_microsecond().to_string());
    hex::encode(key.tag(&[seq.as_bytes(), end.hash.as_bytes(), at.as_bytes()]))
}

async fn append(file: &Path, checkpoint: &Checkpoint) -> anyhow::Result<()> {
    let line = serde_json::to_string(&CheckpointLine::from(checkpoint))? + "\n";
    let writing = async {
        if let Some(folder) = file.parent() {
            tokio::fs::create_dir_all(folder).await?;
        }
        let mut file = tokio::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(file)
            .await?;
        file.write_all(line.as_bytes()).await?;
        file.sync_all().await
    };
    writing
        .await
        .with_context(|| format!("writing the checkpoint to {}", file.display()))
}

/// The checkpoints of the file; none when there is no file. A line that is cut off ends them.
pub(crate) async fn of_file(file: &Path) -> Result<Option<Vec<Checkpoint>>, Refusal> {
    let text = match tokio::fs::read_to_string(file).await {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let error = anyhow::Error::new(error).context(format!("reading {}", file.display()));
            return Err(Refusal::Unexpected(error));
        }
    };
    let lines = text
        .lines()
        .map_while(|line| serde_json::from_str::<CheckpointLine>(line).ok());
    Ok(Some(lines.map(Checkpoint::from).collect()))
}
