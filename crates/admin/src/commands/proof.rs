//! `admin audit prove`, `check-proof` and `public-key`: one line of the trail, shown to whoever must not see the others.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use server::{
    Duty, Settings,
    seal::{self, PublicKey},
    trail::TrailKeys,
};
use types::{AuditEventId, AuditProof};

use super::{output::Output, trouble::Trouble};
use crate::{
    Acting,
    audit::{self, PublicKeyOut},
};

/// Print the proof that one line stands in the signed trail. Leaves with 4 when there is none.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin audit prove 01930000-0000-7000-8000-000000000001 > proof.json

Whoever has the file checks it with `admin audit check-proof`, without the database.")]
pub(super) struct Prove {
    /// The line's id.
    id: AuditEventId,
}

/// What is done without a database.
#[derive(Debug, Subcommand)]
pub(super) enum Alone {
    CheckProof(CheckProof),
    PublicKey(ShowKey),
}

/// Check a proof, without a database and without a secret. Leaves with 5 when it does not hold.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin audit check-proof proof.json --public-key 1f0c…   # as the operators published it
  admin audit check-proof proof.json                      # with the key that the proof brings

With the key that the proof brings, anybody may have made it: compare the key with the one you were given before.")]
pub(super) struct CheckProof {
    /// The file: what `prove` printed, or what the console gave.
    file: PathBuf,
    /// The key it must be signed with, in hexadecimal.
    #[arg(long, value_name = "KEY")]
    public_key: Option<PublicKey>,
}

/// Print the key that proofs are checked with. Publish it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin audit public-key
  admin audit public-key --json

It is made from SESSION_SECRET: with another secret it is another.")]
pub(super) struct ShowKey {}

/// What came of a check.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Checked {
    holds: bool,
    /// What does not hold.
    why: Option<String>,
    key_id: Option<String>,
}

/// What the console's API answers, as it may have been saved.
#[derive(Deserialize)]
struct Answer {
    proof: AuditProof,
}

impl Prove {
    pub(super) async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        let proof = audit::prove(acting, self.id).await?;
        output.one(&proof, |proof| {
            serde_json::to_string_pretty(proof).expect("a proof is always JSON")
        })
    }
}

impl Alone {
    pub(super) const fn duty(&self) -> Duty {
        match self {
            Self::CheckProof(_) => Duty::Works,
            Self::PublicKey(_) => Duty::Answers,
        }
    }

    pub(super) async fn run(self, settings: &Settings, output: &mut Output<'_>) -> Result<(), Trouble> {
        match self {
            Self::CheckProof(check) => check.run(output).await,
            Self::PublicKey(_) => {
                let key = PublicKeyOut::of(&TrailKeys::of(&settings.secrets).public());
                output.one(&key, |key| key.public_key.clone())
            }
        }
    }
}

impl CheckProof {
    async fn run(self, output: &mut Output<'_>) -> Result<(), Trouble> {
        let text = tokio::fs::read_to_string(&self.file)
            .await
            .map_err(|error| Trouble::Usage(format!("reading {}: {error}", self.file.display())))?;
        let (proof, key) = match self.holds(&text) {
            Ok(held) => held,
            Err(why) => {
                output.one(&Checked::failed(&why), |_| "The proof does not hold.".to_owned())?;
                return Err(Trouble::CheckFailed(why));
            }
        };
        if self.public_key.is_none() {
            output.note("this is the key that the proof brings; compare it with the one that was published");
        }
        output.one(&Checked::held(&key), |_| told(&proof, &key))
    }

    fn holds(&self, text: &str) -> Result<(AuditProof, PublicKey), String> {
        let proof = read(text).map_err(|error| format!("this is no proof: {error}"))?;
        let key = seal::check(&proof, self.public_key.as_ref()).map_err(|fault| fault.to_string())?;
        Ok((proof, key))
    }
}

fn read(text: &str) -> serde_json::Result<AuditProof> {
    // An answer of the API names itself; anything else is told what is missing in a proof.
    serde_json::from_str(text).or_else(|error| {
        let answer = serde_json::from_str::<Answer>(text);
        answer.map(|answer| answer.proof).map_err(|_| error)
    })
}

fn told(proof: &AuditProof, key: &PublicKey) -> String {
    let (line, signed) = (&proof.line, &proof.checkpoint);
    let tenant = line.tenant_id.as_ref().map(|tenant| format!(" on {tenant}"));
    format!(
        "The proof holds: line {} ({}) says that {} ({}) did {}{} at {}, {}. It stands among lines {} to {}, signed at {} \
         with the key {} (id {}).",
        line.seq,
        line.id,
        line.actor_id,
        line.actor_role,
        line.action,
        tenant.unwrap_or_default(),
        line.occurred_at,
        line.status,
        signed.first_seq,
        signed.last_seq,
        signed.signed_at,
        key,
        key.id(),
    )
}

impl Checked {
    fn failed(why: &str) -> Self {
        Self {
            holds: false,
            why: Some(why.to_owned()),
            key_id: None,
        }
    }

    fn held(key: &PublicKey) -> Self {
        Self {
            holds: true,
            why: None,
            key_id: Some(key.id()),
        }
    }
}
