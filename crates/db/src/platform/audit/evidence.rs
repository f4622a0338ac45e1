//! What the proof of one line is made of: the line, the hashes beside it, and the root they went into.

use types::{AuditEventId, ChainLink, audit_proof::SealedRoot};

use super::{Checkpoint, Linked, linked, links, root_after, signed_until};
use crate::{PlatformScope, Result, Tx};

/// The most lines that one root is made of, so that signing and proving never read more hashes than these.
pub const MOST_LINES: i64 = 4_096;

/// Why there is nothing to prove a line with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unprovable {
    /// It is older than the chain.
    Unchained,
    /// No checkpoint stands at it or after it yet.
    Unsigned,
    /// The checkpoint after it has no root, or one of other lines.
    Rootless,
}

/// A line with the checkpoint whose root is made of it, and that root.
#[derive(Debug, Clone, PartialEq)]
pub struct Covered {
    /// The line.
    pub line: Linked,
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Its root.
    pub root: SealedRoot,
}

/// Everything a proof says. Of other lines there are hashes alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The line and its root.
    pub covered: Covered,
    /// The place and hash of the line before it; none when that is missing.
    pub previous: Option<ChainLink>,
    /// The places and hashes of the lines that the root is made of, as far as they are there.
    pub beside: Vec<ChainLink>,
}

/// Looks for the root that a line went into.
pub async fn covered(
    tx: &mut Tx,
    platform: &PlatformScope,
    id: AuditEventId,
) -> Result<std::result::Result<Covered, Unprovable>> {
    let Some(line) = linked(tx, platform, id).await? else {
        return Ok(Err(Unprovable::Unchained));
    };
    let seq = line.link.seq;
    if signed_until(tx, platform, i64::MAX).await? < seq {
        return Ok(Err(Unprovable::Unsigned));
    }
    let Some(checkpoint) = root_after(tx, platform, seq).await? else {
        return Ok(Err(Unprovable::Rootless));
    };
    Ok(match checkpoint.root.clone() {
        Some(root) if root.first_seq <= seq => Ok(Covered {
            line,
            checkpoint,
            root,
        }),
        _ => Err(Unprovable::Rootless),
    })
}

/// Reads what a line is proved with. Whether it holds is for the reader to check.
pub async fn evidence(
    tx: &mut Tx,
    platform: &PlatformScope,
    id: AuditEventId,
) -> Result<std::result::Result<Evidence, Unprovable>> {
    let covered = match covered(tx, platform, id).await? {
        Ok(covered) => covered,
        Err(why) => return Ok(Err(why)),
    };
    let previous = match covered.line.link.seq - 1 {
        0 => Some(ChainLink::genesis()),
        before => {
            let found = links(tx, platform, before, 1).await?.into_iter().next();
            found.filter(|link| link.seq == before)
        }
    };
    let first = covered.root.first_seq;
    let count = (covered.checkpoint.link.seq - first).saturating_add(1);
    let beside = links(tx, platform, first, count.min(MOST_LINES)).await?;
    Ok(Ok(Evidence {
        covered,
        previous,
        beside,
    }))
}
