//! Copies: the whole database in a file, made while it runs and looked at before it is trusted; and everything of one
//! tenant, row by row, for operators and for its owner.

mod fates;
mod owner;
mod sqlite;
mod tenant;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub use fates::{given, left_out};
pub use owner::{ColumnKind, GivenColumn, GivenTable, Moment};
pub use sqlite::{Inspection, inspect_sqlite, is_in_use};
pub use tenant::export_tenant;

use crate::{Db, Result, backend::Pool, schema};

/// The newest schema this program knows.
pub fn newest_schema() -> i64 {
    schema::newest()
}

/// Where a database lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file of this machine.
    File(PathBuf),
    /// On a server, whose own tools copy it.
    Server,
}

impl Db {
    /// Where the database lies.
    pub fn place(&self) -> Place {
        match self.pool() {
            Pool::Sqlite { write, .. } => Place::File(write.connect_options().get_filename().to_owned()),
            Pool::Postgres { .. } => Place::Server,
        }
    }

    /// Whether there is anything in it: a table of ours.
    pub async fn is_empty(&self) -> Result<bool> {
        Ok(self.applied().await?.is_empty())
    }
}
