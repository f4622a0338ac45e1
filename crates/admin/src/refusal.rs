//! Why a story was not carried out, in words an operator reads: an exit code for commands, a failure for the console.

use server::{Failure, PlanLimit};
use types::LimitReached;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// What it was to be done to is not there.
    #[error("{0}")]
    NotFound(String),
    /// Right in itself, but it collides with what is already there.
    #[error("{detail}")]
    Conflict {
        /// For machines, such as `slug_taken`.
        code: &'static str,
        /// For people.
        detail: String,
    },
    /// What was asked for does not fit together.
    #[error("{detail}")]
    Invalid {
        /// The field of the API's body that is wrong.
        pointer: &'static str,
        /// For machines.
        code: &'static str,
        /// For people.
        detail: String,
    },
    /// The plan has only so many of it.
    #[error("{0} are used. A larger plan or an exception makes room.")]
    PlanLimit(#[from] LimitReached),
    /// It was changed since whoever asks read it.
    #[error("it was changed since you read it; look at it again")]
    Stale,
    /// What was looked at is not as it must be.
    #[error("{0}")]
    CheckFailed(String),
    /// The one who asks may not, or not here.
    #[error("{0}")]
    NotAllowed(String),
    /// The database could not, or would not.
    #[error("asking the database")]
    Database(#[from] db::Error),
    /// Anything else; our mistake.
    #[error("{0:#}")]
    Unexpected(anyhow::Error),
}

impl Refusal {
    pub(crate) fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::Conflict { code, detail }
    }

    pub(crate) fn invalid(pointer: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::Invalid {
            pointer,
            code,
            detail,
        }
    }

    pub(crate) fn no_tenant(id_or_slug: &str) -> Self {
        Self::NotFound(format!("There is no tenant {id_or_slug}."))
    }

    /// The exit code of a command, as the contract lists them.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Database(_) | Self::Unexpected(_) => 1,
            Self::Invalid { .. } => 2,
            Self::NotFound(_) => 3,
            Self::Conflict { .. } | Self::Stale => 4,
            Self::CheckFailed(_) => 5,
            Self::NotAllowed(_) | Self::PlanLimit(_) => 6,
        }
    }

    /// The word a program can branch on.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Database(_) => "database",
            Self::Unexpected(_) => "unexpected",
            Self::NotFound(_) => "not_found",
            Self::Stale => "stale",
            Self::CheckFailed(_) => "check_failed",
            Self::NotAllowed(_) => "forbidden",
            Self::PlanLimit(_) => "plan_limit",
            Self::Conflict { code, .. } | Self::Invalid { code, .. } => code,
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound(_) => Self::NotFound,
            Refusal::Conflict { code, detail } => Self::conflict(code, detail),
            Refusal::Invalid {
                pointer,
                code,
                detail,
            } => Self::invalid(pointer, code, detail),
            Refusal::PlanLimit(reached) => Self::PlanLimit(PlanLimit {
                detail: refusal.to_string(),
                used: reached.used,
                limit: reached.most,
            }),
            Refusal::Stale => Self::Stale,
            Refusal::CheckFailed(detail) => Self::conflict("check_failed", detail),
            Refusal::NotAllowed(detail) => Self::forbidden(detail),
            Refusal::Database(error) => error.into(),
            Refusal::Unexpected(error) => error.into(),
        }
    }
}
