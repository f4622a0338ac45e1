//! What can go wrong in the database, sorted by what a caller can do about it.

use std::{error::Error as StdError, sync::Arc};

/// The result of everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong. Absence is not among it: that is `Ok(None)`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be asked just now: away, starting, full, locked, too busy. Trying later may help.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// A row that may be there once is there already.
    #[error("a row like this is already there")]
    Conflict {
        /// What the engine says was violated: contains the names of the columns.
        constraint: String,
    },
    /// A row points to one that is not there, or not of this tenant.
    #[error("a row this one points to is not there")]
    MissingReference(#[source] sqlx::Error),
    /// A stored value is not one we could have written.
    #[error("column {column} holds a value nobody here wrote")]
    Corrupt {
        /// The column.
        column: &'static str,
        /// What reading it as what it should be said.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Nothing can be added to the audit trail.
    #[error(
        "the row of admin_audit_head is gone, which says where the audit trail ends, and nothing is changed that the \
         trail cannot tell of: run `admin audit verify`, then see \"A trail without its end\" in docs/operations.md"
    )]
    TrailWithoutEnd,
    /// The schema is not the one this program was built for.
    #[error(transparent)]
    Schema(#[from] crate::schema::SchemaError),
    /// The engine or its address is not one we can work with.
    #[error("{0}")]
    Unsupported(String),
    /// What stopped a whole batch, told to everybody in it.
    #[error(transparent)]
    Shared(Arc<Self>),
    /// Anything else the driver says; our mistake.
    #[error("the database refused a statement")]
    Driver(#[source] sqlx::Error),
}

impl Error {
    /// Whether this is a conflict in which `column` takes part.
    pub fn is_conflict_on(&self, column: &str) -> bool {
        matches!(self, Self::Conflict { constraint } if constraint.contains(column))
    }

    /// Whether the same call may succeed later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Shared(error) => error.is_transient(),
            other => matches!(other, Self::Unavailable(_)),
        }
    }
}

/// What became of something that is worth no failure: it is done the next time when the database has no time for it now.
pub(crate) fn or_the_next_time(done: Result<(), Error>) -> Result<(), Error> {
    match done {
        Err(error) if error.is_transient() => {
            tracing::debug!(error = &error as &dyn std::error::Error, "left for the next time");
            Ok(())
        }
        done => done,
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::error::ErrorKind;

        let Some(refusal) = error.as_database_error() else {
            return match error {
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
                | sqlx::Error::BeginFailed => Self::Unavailable(error),
                other => Self::Driver(other),
            };
        };
        match refusal.kind() {
            ErrorKind::UniqueViolation => Self::Conflict {
                // PostgreSQL names the constraint, SQLite lists the columns in its message; ours are named alike.
                constraint: refusal
                    .constraint()
                    .unwrap_or_else(|| refusal.message())
                    .to_owned(),
            },
            ErrorKind::ForeignKeyViolation => Self::MissingReference(error),
            _ if refusal.code().is_some_and(|code| is_passing(&code)) => Self::Unavailable(error),
            _ => Self::Driver(error),
        }
    }
}

/// Whether an engine's code means "not now" rather than "never".
fn is_passing(code: &str) -> bool {
    /// PostgreSQL's classes: connection, rollback to be retried, out of resources, operator intervention.
    const POSTGRES: [&str; 4] = ["08", "40", "53", "57"];
    /// Of the class that says something is not in the state it must be in: a lock somebody holds, and a database that
    /// lets nobody in.
    const NOT_READY: [&str; 2] = ["55P03", "55000"];
    /// SQLite's primary codes: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN.
    const SQLITE: [i32; 6] = [5, 6, 8, 10, 13, 14];

    match code.parse::<i32>() {
        // An SQLSTATE always has five characters; a result code of SQLite is the primary one in the low byte.
        Ok(number) if code.len() < 5 => SQLITE.contains(&(number & 0xff)),
        _ => POSTGRES.iter().any(|class| code.starts_with(class)) || NOT_READY.contains(&code),
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, is_passing, or_the_next_time};

    #[test]
    fn codes_that_pass_are_told_from_codes_that_stay() {
        // SQLITE_BUSY, SQLITE_FULL, SQLITE_IOERR_FSYNC; admin_shutdown, too_many_connections, lock_not_available,
        // object_not_in_prerequisite_state.
        assert!(
            ["5", "13", "1034", "57P01", "53300", "55P03", "55000"]
                .into_iter()
                .all(is_passing)
        );
        // SQLITE_ERROR, SQLITE_CORRUPT; undefined_table, syntax_error.
        assert!(!["1", "11", "42P01", "42601"].into_iter().any(is_passing));
    }
    #[test]
    fn what_can_wait_fails_for_no_lack_of_time_but_for_what_stays() {
        let busy = || Err(Error::from(sqlx::Error::PoolTimedOut));
        let broken = || Err(Error::from(sqlx::Error::RowNotFound));

        assert!(busy().is_err_and(|error: Error| error.is_transient()));
        assert!(or_the_next_time(busy()).is_ok());
        assert!(or_the_next_time(broken()).is_err());
    }
}
