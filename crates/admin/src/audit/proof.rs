//! The proof that a line stands in the signed trail, for operators who give it away.

use db::platform::audit as rows;
use server::proof::{self, NoProof};
use types::{AuditEventId, AuditProof};

use crate::{Acting, Refusal};

impl From<NoProof> for Refusal {
    fn from(none: NoProof) -> Self {
        match none {
            NoProof::Unprovable(_) => Self::conflict(none.code(), none.sentence()),
            NoProof::Contradicted(why) => Self::CheckFailed(format!(
                "The trail is not what was signed here: {why}. See what `admin audit verify` says."
            )),
        }
    }
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
    let found = rows::evidence(&mut tx, acting.platform, id).await?;
    Ok(proof::made_of(found)?)
}
