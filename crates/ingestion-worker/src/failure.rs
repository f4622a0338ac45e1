//! Why a job failed, in words that may be stored and logged: they never hold what a visitor sent.

use std::sync::Arc;

use types::{FailureKind, events::ParseError};

/// Why a job has no effects yet.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JobError {
    /// The event cannot be read.
    #[error("this event {0}")]
    Unreadable(#[from] ParseError),
    /// The database did not do what it was asked.
    #[error("{0}")]
    Database(#[source] Arc<db::Error>),
    /// Somebody else kept writing the same contacts first.
    #[error("others kept writing the same contact")]
    Overtaken,
    /// Our mistake. What the panic said may quote the event, so it is not repeated.
    #[error("the worker panicked over this event")]
    Panicked,
    /// It hung, or the database is very slow.
    #[error("this event took longer than a job may")]
    TimedOut,
}

impl JobError {
    /// Whether the job is buried at once or tried again.
    pub(crate) const fn kind(&self) -> FailureKind {
        match self {
            Self::Unreadable(error) => error.kind(),
            Self::Database(_) | Self::Overtaken | Self::Panicked | Self::TimedOut => {
                FailureKind::IngestionFailed
            }
        }
    }

    /// Whether the same jobs may succeed at once, if only they are tried again.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Overtaken => true,
            Self::Database(error) => error.is_transient(),
            Self::Unreadable(_) | Self::Panicked | Self::TimedOut => false,
        }
    }

    /// Whether any jobs would have met it: looking for a culprit among them would find nobody.
    pub(crate) fn is_nobodys_fault(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_transient())
    }

    /// The text of `last_error`.
    pub(crate) fn last_error(&self) -> String {
        self.kind().last_error(&self.to_string())
    }
}

impl From<db::Error> for JobError {
    fn from(error: db::Error) -> Self {
        // The only rows two batches both want to write are contacts, which are unique by address and number.
        if matches!(error, db::Error::Conflict { .. }) {
            Self::Overtaken
        } else {
            Self::Database(Arc::new(error))
        }
    }
}
