//! The proof that one line stands in the signed audit trail, for whoever must not see the others.
//!
//! It is checked without a database and without a secret: the line and the hash before it give the line's hash, that
//! and the path give the root, and the root is signed. The signature itself is `server::seal`'s.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::{
    Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, ChainLink, TenantId,
    merkle::{self, Hash},
};

/// The root of the tree over the lines that a checkpoint adds to the one before it, sealed for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SealedRoot {
    /// The first of those lines; the last one is where the checkpoint stands.
    pub first_seq: i64,
    /// The root, in hexadecimal.
    pub root: String,
    /// The Ed25519 key that sealed it, in hexadecimal.
    pub public_key: String,
    /// The signature of [`statement`], in hexadecimal.
    pub signature: String,
}

/// What is signed: of which lines this is the root, and when. Text, so that it can be written down by hand.
pub fn statement((first, last): (i64, i64), root: &str, signed_at: Timestamp) -> String {
    format!("freehold audit root 1\nlines {first} to {last}\nroot {root}\nsigned at {signed_at:.6}\n")
}

/// The root over these lines in their order. None of no lines, and when one's hash is none.
pub fn root_of<'a>(lines: impl IntoIterator<Item = &'a ChainLink>) -> Option<String> {
    let mut tree = merkle::Tree::default();
    for line in lines {
        tree.push(&leaf(&line.hash)?);
    }
    tree.root().map(hex::encode)
}

/// What a line is in the tree: the bytes of its hash.
pub fn leaf(hash: &str) -> Option<Hash> {
    let mut leaf = [0; 32];
    hex::decode_to_slice(hash, &mut leaf).ok()?;
    Some(leaf)
}

/// A proof, as it is written to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuditProof {
    /// [`AuditProof::FORMAT`].
    pub format: String,
    /// The line as it was hashed.
    pub line: ProvenLine,
    /// The hash of the line before it.
    pub previous_hash: String,
    /// The hash of the line.
    pub hash: String,
    /// What leads from the line to the root, from the bottom up.
    pub path: Vec<String>,
    /// What was signed.
    pub checkpoint: ProvenCheckpoint,
}

/// A line with everything that is in its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProvenLine {
    /// Its place in the chain.
    pub seq: i64,
    /// Its id.
    pub id: AuditEventId,
    /// When.
    #[serde(serialize_with = "to_the_microsecond")]
    pub occurred_at: Timestamp,
    /// Who.
    pub actor_id: String,
    /// In which role.
    pub actor_role: String,
    /// What.
    pub action: AuditAction,
    /// How it ended.
    pub status: AuditStatus,
    /// To which tenant.
    pub tenant_id: Option<TenantId>,
    /// Its details, to the letter: JSON in a text, because every space of it is in the hash.
    pub details: String,
    /// The request it came with.
    pub request_id: Option<String>,
    /// The line that allowed it.
    pub attempt_id: Option<AuditEventId>,
}

/// What was signed, by whom, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProvenCheckpoint {
    /// The first line that the root is made of.
    pub first_seq: i64,
    /// The last one.
    pub last_seq: i64,
    /// The root, in hexadecimal.
    pub root: String,
    /// When it was signed.
    #[serde(serialize_with = "to_the_microsecond")]
    pub signed_at: Timestamp,
    /// A short name of the key.
    pub key_id: String,
    /// The Ed25519 key, in hexadecimal.
    pub public_key: String,
    /// Its signature of [`ProvenCheckpoint::statement`], in hexadecimal.
    pub signature: String,
}

/// As times are hashed and signed.
fn to_the_microsecond<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{time:.6}"))
}

/// What does not hold in a proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    /// It is of another time.
    #[error("its format is {0:?}, and this program reads {format:?}", format = AuditProof::FORMAT)]
    Format(String),
    /// The line, its place or the hash before it are not those that were hashed.
    #[error("the line is not what was hashed: the line, its place or the hash before it was changed")]
    Line,
    /// The root is not of this line.
    #[error("line {seq} is not among the lines {first} to {last} that were signed")]
    Place {
        /// The line's place.
        seq: i64,
        /// The first line that was signed.
        first: i64,
        /// The last one.
        last: i64,
    },
    /// The path ends elsewhere.
    #[error("the path does not lead from the line to the root")]
    Path,
    /// The key is none, or has another id.
    #[error("the public key is none, or keyId is not its id")]
    Key,
    /// The key is not the one that was asked for.
    #[error("it was signed with another key than the one that was given: with {0}")]
    OtherKey(String),
    /// What was signed is something else.
    #[error("the signature is not that key's, of these lines, this root and this time")]
    Signature,
}

impl AuditProof {
    /// Which kind of proof this is, and how it is made.
    pub const FORMAT: &'static str = "freehold-audit-proof/1";

    /// Whether the line, its place and the path give the root. Whose root that is, is another question.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn check(&self) -> Result<(), ProofFault> {
        if self.format != Self::FORMAT {
            return Err(ProofFault::Format(self.format.clone()));
        }
        let before = ChainLink {
            seq: self.line.seq.checked_sub(1).ok_or(ProofFault::Line)?,
            hash: self.previous_hash.clone(),
        };
        if before.next(&self.line.event(), &self.line.details).hash != self.hash {
            return Err(ProofFault::Line);
        }
        let ProvenCheckpoint {
            first_seq: first,
            last_seq: last,
            ..
        } = self.checkpoint;
        let place = self.index_and_size().ok_or(ProofFault::Place {
            seq: self.line.seq,
            first,
            last,
        })?;
        let root = self.climb(place).ok_or(ProofFault::Path)?;
        (root == self.checkpoint.root)
            .then_some(())
            .ok_or(ProofFault::Path)
    }

    fn index_and_size(&self) -> Option<(u64, u64)> {
        let ProvenCheckpoint {
            first_seq, last_seq, ..
        } = self.checkpoint;
        if first_seq < 1 || self.line.seq > last_seq {
            return None;
        }
        let index = u64::try_from(self.line.seq.checked_sub(first_seq)?).ok()?;
        let last = u64::try_from(last_seq.checked_sub(first_seq)?).ok()?;
        Some((index, last + 1))
    }

    fn climb(&self, place: (u64, u64)) -> Option<String> {
        let path: Option<Vec<Hash>> = self.path.iter().map(|step| leaf(step)).collect();
        merkle::climb(&leaf(&self.hash)?, place, &path?).map(hex::encode)
    }
}

impl ProvenCheckpoint {
    /// What is signed.
    pub fn statement(&self) -> String {
        statement((self.first_seq, self.last_seq), &self.root, self.signed_at)
    }
}

impl ProvenLine {
    /// The line at its place, its details as they are stored.
    pub fn new(seq: i64, event: AuditEvent, details: String) -> Self {
        Self {
            seq,
            id: event.id,
            occurred_at: event.occurred_at,
            actor_id: event.actor.id,
            actor_role: event.actor.role,
            action: event.action,
            status: event.status,
            tenant_id: event.tenant_id,
            details,
            request_id: event.request_id,
            attempt_id: event.attempt_id,
        }
    }

    /// The line but for its details, which are hashed as they are written.
    fn event(&self) -> AuditEvent {
        AuditEvent {
            id: self.id,
            occurred_at: self.occurred_at,
            actor: Actor {
                id: self.actor_id.clone(),
                role: self.actor_role.clone(),
            },
            action: self.action,
            status: self.status,
            tenant_id: self.tenant_id.clone(),
            details: Value::Null,
            request_id: self.request_id.clone(),
            attempt_id: self.attempt_id,
        }
    }
}
