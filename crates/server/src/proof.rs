//! The proof that a line stands in the signed trail, for whoever must not see the other lines: made of what the database
//! has, and handed out only when it holds.

use std::fmt::Display;

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use db::platform::audit::{Covered, Evidence, Unprovable};
use types::{
    AuditProof, ChainLink,
    audit_proof::{ProvenCheckpoint, ProvenLine, leaf},
    merkle,
};

use crate::seal::{self, PublicKey};

/// Why there is no proof of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoProof {
    /// There is nothing to make it of.
    Unprovable(Unprovable),
    /// The trail is not what was signed, and in what way.
    Contradicted(String),
}

impl NoProof {
    fn contradicted(why: impl Display) -> Self {
        Self::Contradicted(why.to_string())
    }

    /// For machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unprovable(Unprovable::Unchained) => "not_chained",
            Self::Unprovable(Unprovable::Unsigned) => "not_signed_yet",
            Self::Unprovable(Unprovable::Rootless) => "no_root",
            Self::Contradicted(_) => "check_failed",
        }
    }

    /// For people: why, and what to do.
    pub const fn sentence(&self) -> &'static str {
        match self {
            Self::Unprovable(Unprovable::Unchained) => {
                "This line is older than the chain of the trail, so there is no proof of it."
            }
            Self::Unprovable(Unprovable::Unsigned) => {
                "This line is not signed yet, so there is no proof of it. A running console signs every minute: try \
                 again then."
            }
            Self::Unprovable(Unprovable::Rootless) => {
                "This line was signed before lines had proofs of their own, or when lines beside it were missing. \
                 There is no proof of it; the operators' check of the whole trail vouches for it."
            }
            Self::Contradicted(_) => {
                "The trail is not what was signed here, so there is no proof of this line. The people who run the \
                 platform have to check the whole trail."
            }
        }
    }
}

impl From<Unprovable> for NoProof {
    fn from(why: Unprovable) -> Self {
        Self::Unprovable(why)
    }
}

/// Makes the proof of a line of what was found.
///
/// # Errors
/// When nothing was found to make it of, and when it would not hold.
pub fn made_of(found: Result<Evidence, Unprovable>) -> Result<AuditProof, NoProof> {
    let Evidence {
        covered,
        previous,
        beside,
    } = found?;
    let previous = previous.ok_or_else(|| NoProof::contradicted("the line before it is missing"))?;
    let path = path(&beside, (covered.root.first_seq, covered.line.link.seq))
        .ok_or_else(|| NoProof::contradicted("lines that were signed with it are missing or changed"))?;
    let proof = written(covered, previous, path);
    match seal::check(&proof, None) {
        Ok(_) => Ok(proof),
        Err(fault) => Err(NoProof::contradicted(fault)),
    }
}

fn path(beside: &[ChainLink], (first, seq): (i64, i64)) -> Option<Vec<String>> {
    let leaves: Option<Vec<merkle::Hash>> = beside.iter().map(|line| leaf(&line.hash)).collect();
    let index = usize::try_from(seq - first).ok()?;
    let path = merkle::path(&leaves?, index)?;
    Some(path.iter().map(hex::encode).collect())
}

fn written(covered: Covered, previous: ChainLink, path: Vec<String>) -> AuditProof {
    let Covered {
        line,
        checkpoint,
        root,
    } = covered;
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

/// The proof as a file to take home. `admin audit check-proof` reads it.
pub fn as_file(proof: &AuditProof) -> Response {
    let text = serde_json::to_string_pretty(proof).expect("a proof is always JSON");
    let name = format!("attachment; filename=\"audit-proof-{}.json\"", proof.line.seq);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).expect("a name of ours is ASCII"),
        ),
    ];
    (headers, Body::from(text + "\n")).into_response()
}
