//! What the engine says its tables are, in words that both engines share: for the tests that guard the schema.

mod postgres;
mod sqlite;
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{Db, backend::Pool};

/// Every table of ours, by name.
type Catalogue = BTreeMap<String, Table>;

/// A table as its engine describes it.
#[derive(Default)]
struct Table {
    columns: BTreeMap<String, Column>,
    primary_key: Vec<String>,
    foreign_keys: BTreeSet<ForeignKey>,
    indexes: BTreeMap<String, Index>,
    /// The literals in its CHECK constraints. The engines write the rest of such a rule in their own ways.
    checked_words: BTreeSet<String>,
}

/// What a column takes.
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
    Bytes,
}

/// A link to another table.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct ForeignKey {
    columns: Vec<String>,
    table: String,
    to: Vec<String>,
    cascades: bool,
}

/// An index that is not the primary key's.
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

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let null = if self.nullable { "or null" } else { "never null" };
        write!(f, "{:?} {null}, by default {:?}", self.kind, self.default)
    }
}

impl fmt::Display for ForeignKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ending = if self.cascades { ", cascading" } else { "" };
        write!(f, "{:?} is of {} {:?}{ending}", self.columns, self.table, self.to)
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.unique { "a unique index" } else { "an index" };
        write!(f, "{kind} of {:?} where {:?}", self.columns, self.predicate)
    }
}

/// Asks the engine.
async fn read(db: &Db) -> Catalogue {
    let mut catalogue = match db.pool() {
        Pool::Sqlite { read, .. } => sqlite::read(read).await,
        Pool::Postgres { pool, .. } => postgres::read(pool).await,
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
