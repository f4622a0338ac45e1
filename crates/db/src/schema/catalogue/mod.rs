//! What the engine says its tables are, in words that both engines share: for the tests that guard the schema.

mod postgres;
mod sqlite;
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::{Db, backend::Pool};

/// Every table of ours, by name.
type Catalogue = BTreeMap<String, Table>;

/// A table as its engine describes it.
#[derive(Debug, Default)]
struct Table {
    columns: BTreeMap<String, Column>,
    primary_key: Vec<String>,
    foreign_keys: BTreeSet<ForeignKey>,
    indexes: BTreeMap<String, Index>,
    /// The literals in its CHECK constraints. The engines write the rest of such a rule in their own ways.
    checked_words: BTreeSet<String>,
}

/// What a column takes.
#[derive(Debug)]
struct Column {
    kind: Kind,
    nullable: bool,
    default: Option<String>,
}

/// The types that both engines have. PostgreSQL's uuid and timestamptz are text to SQLite.
#[derive(Debug)]
enum Kind {
    Text,
    Integer,
    Real,
    Boolean,
}

/// A link to another table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct ForeignKey {
    columns: Vec<String>,
    table: String,
    to: Vec<String>,
    cascades: bool,
}

/// An index that is not the primary key's.
#[derive(Debug)]
struct Index {
    unique: bool,
    columns: Vec<String>,
    predicate: Option<String>,
}

impl Table {
    /// Whether its rows are a tenant's.
    fn is_tenants(&self) -> bool {
        self.columns.contains_key("tenant_id")
    }
}

/// Asks the engine.
async fn read(db: &Db) -> Catalogue {
    let mut catalogue = match db.pool() {
        Pool::Sqlite { read, .. } => sqlite::read(read).await,
        Pool::Postgres(pool) => postgres::read(pool).await,
    };
    assert!(
        catalogue.remove("_sqlx_migrations").is_some(),
        "the catalogue was not read"
    );
    catalogue
}

/// The names in `a,b,c`.
fn names(list: &str) -> Vec<String> {
    list.split(',').map(str::to_owned).collect()
}

/// The texts between single quotes.
fn quoted(sql: &str) -> impl Iterator<Item = String> {
    sql.split('\'').skip(1).step_by(2).map(str::to_owned)
}
