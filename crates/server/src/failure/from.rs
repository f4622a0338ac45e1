//! How other rooms' errors become failures.

use super::Failure;

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::Internal(anyhow::Error::new(error).context("rendering a page"))
    }
}

impl From<db::Error> for Failure {
    /// What passes by itself is 503, with nothing done; what stays is our mistake. Conflicts and missing references
    /// that a person can cause are told apart where they are caused.
    fn from(error: db::Error) -> Self {
        if error.is_transient() {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the database could not be asked"
            );
            return Self::unavailable();
        }
        Self::Internal(anyhow::Error::new(error).context("asking the database"))
    }
}
