//! The proof that a line stands in the signed trail, for whoever must not see the other lines.

use db::{
    PlatformScope, Tx,
    platform::audit::{self as rows, Checkpoint, Linked},
};
use server::{
    seal::{self, PublicKey},
    trail::MOST_LINES,
};
use types::{
    AuditEventId, AuditProof, ChainLink,
    audit_proof::{ProvenCheckpoint, ProvenLine, SealedRoot, leaf},
    merkle,
};

use crate::{Acting, Refusal};

/// Why there is no proof of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoProof {
    Unchained,
    Unsigned,
    Rootless,
}

impl NoProof {
    const fn code(self) -> &'static str {
        match self {
            Self::Unchained => "not_chained",
            Self::Unsigned => "not_signed_yet",
            Self::Rootless => "no_root",
        }
    }

    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::Unchained => "This line is older than the chain of the trail, so there is no proof of it.",
            Self::Unsigned => {
                "This line is not signed yet, so there is no proof of it. A running console signs every minute."
            }
            Self::Rootless => {
                "This line was signed before lines had proofs of their own, or when lines beside it were missing. \
                 There is no proof of it; the check of the whole trail vouches for it."
            }
        }
    }
}

impl From<NoProof> for Refusal {
    fn from(none: NoProof) -> Self {
        Self::conflict(none.code(), none.sentence())
    }
}

/// A line with the checkpoint whose root is made of it, and that root.
type Covered = (Linked, Checkpoint, SealedRoot);

/// Looks for the root that a line went into.
pub(crate) async fn covered(
    tx: &mut Tx,
    platform: &PlatformScope,
    id: AuditEventId,
) -> db::Result<Result<Covered, NoProof>> {
    let Some(line) = rows::linked(tx, platform, id).await? else {
        return Ok(Err(NoProof::Unchained));
    };
    let seq = line.link.seq;
    if rows::signed_until(tx, platform, i64::MAX).await? < seq {
        return Ok(Err(NoProof::Unsigned));
    }
    let Some(checkpoint) = rows::root_after(tx, platform, seq).await? else {
        return Ok(Err(NoProof::Rootless));
    };
    Ok(match checkpoint.root.clone() {
        Some(root) if root.first_seq <= seq => Ok((line, checkpoint, root)),
        _ => Err(NoProof::Rootless),
    })
}

/// Makes the proof of a line, and hands it out only when it holds.
///
/// # Errors
/// When there is no such line, when there is no proof of it, and when the trail is not what was signed.
pub async fn prove(acting: &Acting<'_>, id: AuditEventId) -> Result<AuditProof, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    if rows::find(&mut tx, acting.platform, id).await?.is_none() {
        return Err(Refusal::NotFound(format!("There is no line {id} in the trail.")));
    }
    let (line, checkpoint, root) = covered(&mut tx, acting.platform, id).await??;
    let previous = match line.link.seq - 1 {
        0 => ChainLink::genesis(),
        before => {
            let found = rows::links(&mut tx, acting.platform, before, 1).await?;
            found
                .into_iter()
                .next()
                .ok_or_else(|| contradicted("the line before it is missing"))?
        }
    };
    let count = (checkpoint.link.seq - root.first_seq)
        .saturating_add(1)
        .min(MOST_LINES);
    let beside = rows::links(&mut tx, acting.platform, root.first_seq, count).await?;
    let path = path(&beside, (root.first_seq, line.link.seq))
        .ok_or_else(|| contradicted("lines that were signed with it are missing or changed"))?;
    let proof = written(line, previous, (checkpoint, root), path);
    match seal::check(&proof, None) {
        Ok(_) => Ok(proof),
        Err(fault) => Err(contradicted(fault)),
    }
}

fn contradicted(why: impl std::fmt::Display) -> Refusal {
    Refusal::CheckFailed(format!(
        "The trail is not what was signed here: {why}. See what `admin audit verify` says."
    ))
}

fn path(beside: &[ChainLink], (first, seq): (i64, i64)) -> Option<Vec<String>> {
    let leaves: Option<Vec<merkle::Hash>> = beside.iter().map(|line| leaf(&line.hash)).collect();
    let index = usize::try_from(seq - first).ok()?;
    let path = merkle::path(&leaves?, index)?;
    Some(path.iter().map(hex::encode).collect())
}

fn written(
    line: Linked,
    previous: ChainLink,
    (checkpoint, root): (Checkpoint, SealedRoot),
    path: Vec<String>,
) -> AuditProof {
    let key_id = root.public_key.parse().map(|key: PublicKey| key.id());
    AuditProof {
        format: AuditProof::FORMAT.to_owned(),
        previous_hash: previous.hash,
        hash: line.link.hash,
        line: ProvenLine::new(line.link.seq, line.event, line.details),
        path,
        checkpoint: ProvenCheckpoint {
            first_seq: root.first_seq,
            last_seq: checkpoint.link.seq,
            root: root.root,
            signed_at: checkpoint.signed_at,
            // Where the key is none, the check of the proof says so.
            key_id: key_id.unwrap_or_default(),
            public_key: root.public_key,
            signature: root.signature,
        },
    }
}
