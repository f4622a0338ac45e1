//! Checks the trail: that every line stands where it was written and as it was written, and that none is missing.

use db::{
    Tx,
    platform::audit::{self as rows, Checkpoint, Linked},
};
use serde::Serialize;
use server::trail::{Kept, TrailKeys};
use types::{AuditEventId, ChainLink};

use super::trees::Trees;
use crate::{Acting, Refusal};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Whether the trail is whole.
    pub whole: bool,
    /// Lines that are right, from the first on.
    pub lines: i64,
    /// Lines from before the trail was a chain, of which nothing can be said.
    pub unchained: i64,
    /// Signed ends that agree with the trail.
    pub checkpoints: usize,
    /// Lines of which there is a proof: a signed root is made of them.
    pub provable: i64,
    /// The first thing that is wrong.
    pub broken: Option<Broken>,
}

/// The first thing that is wrong with a trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Broken {
    /// The place in the chain.
    pub seq: i64,
    /// The line that stands there, when one does.
    pub id: Option<AuditEventId>,
    /// What is wrong, for people.
    pub why: String,
}

/// Who signs, and what the second place says.
#[derive(Clone, Copy)]
pub struct Witnesses<'a> {
    /// The keys that checkpoints are signed with.
    pub keys: &'a TrailKeys,
    /// What the file says; none when there is no file.
    pub file: Option<&'a Kept>,
}

/// Lines that are read at once.
const BATCH: i64 = 5_000;

/// Walks the whole trail. What is wrong is an answer, not a failure.
pub async fn verify(acting: &Acting<'_>, witnesses: Witnesses<'_>) -> Result<Verification, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    let mut signed = rows::checkpoints(&mut tx, acting.platform).await?;
    let kept = witnesses.file.map(|file| &*file.checkpoints);
    signed.extend(kept.unwrap_or_default().iter().cloned());
    signed.sort_by_key(|checkpoint| checkpoint.link.seq);
    let end = rows::head(&mut tx, acting.platform).await?;
    let (unchained, older) = rows::unchained(&mut tx, acting.platform).await?;
    let mut walk = Walk {
        at: ChainLink::genesis(),
        trees: Trees::of(&signed, witnesses.keys),
        provable: 0,
        signed: signed.into_iter().peekable(),
        agreed: 0,
        vouched: 0,
        seen: None,
        keys: witnesses.keys,
    };
    let broken = walk.walk(&mut tx, acting, end.as_ref()).await?;
    let broken = broken
        .or_else(|| beside_the_chain(unchained, older?))
        .or_else(|| unreadable(witnesses.file?));
    Ok(Verification {
        whole: broken.is_none(),
        lines: walk.at.seq,
        unchained,
        checkpoints: walk.agreed,
        provable: walk.provable,
        broken,
    })
}

fn beside_the_chain(unchained: i64, older: i64) -> Option<Broken> {
    (unchained != older).then(|| Broken {
        seq: 0,
        id: None,
        why: format!("{unchained} lines stand outside the chain, where there were {older}"),
    })
}

fn unreadable(file: &Kept) -> Option<Broken> {
    let line = file.unreadable?;
    Some(Broken {
        seq: 0,
        id: None,
        why: format!("line {line} of the file of checkpoints is none: it was cut off or written over"),
    })
}

struct Walk<'a> {
    /// The last line that was right.
    at: ChainLink,
    signed: std::iter::Peekable<std::vec::IntoIter<Checkpoint>>,
    /// Signed ends that agreed so far.
    agreed: usize,
    /// The last place a signed end vouches for.
    vouched: i64,
    trees: Trees,
    /// Lines that are in a tree.
    provable: i64,
    /// The last signed end that agreed: the file and the database mostly have the same.
    seen: Option<Checkpoint>,
    keys: &'a TrailKeys,
}

impl Walk<'_> {
    async fn walk(
        &mut self,
        tx: &mut Tx,
        acting: &Acting<'_>,
        end: Option<&ChainLink>,
    ) -> Result<Option<Broken>, Refusal> {
        loop {
            let lines = match rows::chain(tx, acting.platform, self.at.seq, BATCH).await {
                Ok(lines) => lines,
                Err(db::Error::Corrupt { .. }) => return self.find_unreadable(tx, acting).await.map(Some),
                Err(error) => return Err(error.into()),
            };
            if lines.is_empty() {
                return Ok(self.end(end));
            }
            for line in &lines {
                if let Some(broken) = self.step(line) {
                    return Ok(Some(broken));
                }
            }
        }
    }

    /// Checks the next line, and the signed ends that stand there.
    fn step(&mut self, line: &Linked) -> Option<Broken> {
        let expected = self.at.seq + 1;
        if line.link.seq != expected {
            return Some(Broken {
                seq: expected,
                id: None,
                why: format!("line {expected} is missing: {} follows", line.link.seq),
            });
        }
        let link = self.at.next(&line.event, &line.details);
        if link != line.link {
            return Some(Broken {
                seq: expected,
                id: Some(line.event.id),
                why: format!("line {expected} is not what was written there"),
            });
        }
        let is_provable = self.trees.grow(&link);
        while let Some(checkpoint) = self.signed.next_if(|checkpoint| checkpoint.link.seq <= link.seq) {
            if self.seen.as_ref() != Some(&checkpoint) {
                let broken = self
                    .contradicted(&checkpoint, &link, line)
                    .or_else(|| self.contradicted_by_its_root(&checkpoint, line));
                if broken.is_some() {
                    return broken;
                }
            }
            self.agreed += 1;
            self.vouched = link.seq;
            self.seen = Some(checkpoint);
        }
        self.provable += i64::from(is_provable);
        self.at = link;
        None
    }

    fn contradicted(&self, checkpoint: &Checkpoint, link: &ChainLink, line: &Linked) -> Option<Broken> {
        let signed_at = checkpoint.signed_at;
        if !self.keys.have_signed(checkpoint) {
            return Some(Broken {
                seq: checkpoint.link.seq,
                id: None,
                why: format!("the checkpoint of {signed_at} has a signature that is not ours"),
            });
        }
        (checkpoint.link != *link).then(|| Broken {
            seq: self.vouched + 1,
            id: (self.vouched + 1 == link.seq).then_some(line.event.id),
            why: format!(
                "lines {} to {} were written anew after the checkpoint of {signed_at}",
                self.vouched + 1,
                link.seq
            ),
        })
    }

    fn contradicted_by_its_root(&self, checkpoint: &Checkpoint, line: &Linked) -> Option<Broken> {
        let root = checkpoint.root.as_ref()?;
        let (seq, signed_at) = (checkpoint.link.seq, checkpoint.signed_at);
        if !self.keys.have_sealed(checkpoint) {
            return Some(Broken {
                seq,
                id: None,
                why: format!("the root of the checkpoint of {signed_at} has a signature that is not ours"),
            });
        }
        let first = root.first_seq;
        (self.trees.root(first).as_ref() != Some(&root.root)).then(|| Broken {
            seq: first,
            id: (first == seq).then_some(line.event.id),
            why: format!("lines {first} to {seq} are not those that the root of {signed_at} was made of"),
        })
    }

    /// Whether lines are missing after the last one there is.
    fn end(&mut self, end: Option<&ChainLink>) -> Option<Broken> {
        let missing = |until: i64, who: String| Broken {
            seq: self.at.seq + 1,
            id: None,
            why: format!("lines {} to {until} are missing: {who}", self.at.seq + 1),
        };
        let wrong = |why: &str| Broken {
            seq: self.at.seq,
            id: None,
            why: why.to_owned(),
        };
        let by_the_head = match end {
            Some(end) if end.seq > self.at.seq => {
                Some(missing(end.seq, "the chain went on to there".to_owned()))
            }
            Some(end) if *end != self.at => Some(wrong("the end of the chain is not the last line")),
            Some(_) | None => None,
        };
        let by_a_checkpoint = || {
            let later = self.signed.next()?;
            let saw = format!("the checkpoint of {} saw them", later.signed_at);
            Some(missing(later.link.seq, saw))
        };
        let no_head = || {
            let why = "the row of admin_audit_head is gone, which says where the chain ends";
            end.is_none().then(|| wrong(why))
        };
        by_the_head.or_else(by_a_checkpoint).or_else(no_head)
    }

    /// The first line whose values nobody here could have written.
    async fn find_unreadable(&mut self, tx: &mut Tx, acting: &Acting<'_>) -> Result<Broken, Refusal> {
        loop {
            match rows::chain(tx, acting.platform, self.at.seq, 1).await {
                Ok(lines) => {
                    let Some(line) = lines.first() else { break };
                    if let Some(broken) = self.step(line) {
                        return Ok(broken);
                    }
                }
                Err(db::Error::Corrupt { .. }) => break,
                Err(error) => return Err(error.into()),
            }
        }
        let seq = self.at.seq + 1;
        Ok(Broken {
            seq,
            id: None,
            why: format!("line {seq} holds what nobody here wrote"),
        })
    }
}
