//! What an owner takes away: the rows of their tenant, table by table, all as of one moment, without secrets.

use futures::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use sqlx::AssertSqlSafe;

use super::{
    fates::{Fate, fate_of, is_given},
    tenant::one_moment,
};
use crate::{
    Db, Error, Result, TenantScope, Tx,
    backend::{FromRow, Row, Sql, TxKind},
};

/// The most columns that are looked for.
const COLUMNS: i64 = 10_000;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// A time in UTC, as in RFC 3339, to the microsecond.
    Time,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenColumn {
    /// What it is called.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
}

/// A table that owners are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenTable {
    /// What it is called.
    pub name: String,
    /// What its rows are, in an owner's words.
    pub what: &'static str,
    /// What each row holds, in the order rows tell it.
    pub columns: Vec<GivenColumn>,
    /// What tells its rows apart, within the tenant.
    key: Vec<String>,
}

/// A moment of a tenant, for as long as it is held.
#[derive(Debug)]
pub struct Moment {
    tx: Tx,
    tenant_id: String,
}

impl Moment {
    /// Holds on to the present moment of a tenant. Whatever is written from now on is not in it.
    ///
    /// It keeps a connection, and the database from tidying up what was deleted meanwhile: let go of it soon.
    pub async fn hold(db: &Db, scope: &TenantScope) -> Result<Self> {
        let mut tx = db.read(scope).await?;
        one_moment(&mut tx).await?;
        Ok(Self {
            tx,
            tenant_id: scope.tenant_id().to_string(),
        })
    }

    /// The tables that owners are given, by name.
    pub async fn tables(&mut self) -> Result<Vec<GivenTable>> {
        let mut tables: Vec<GivenTable> = Vec::new();
        for column in columns(&mut self.tx).await? {
            let Some(Fate::Given(what)) = fate_of(&column.table) else {
                continue;
            };
            if tables.last().is_none_or(|table| table.name != column.table) {
                tables.push(GivenTable {
                    name: column.table.clone(),
                    what,
                    columns: Vec::new(),
                    key: Vec::new(),
                });
            }
            let table = tables.last_mut().expect("a table was just added");
            if column.is_key && column.name != "tenant_id" {
                table.key.push(column.name.clone());
            }
            if is_given(&table.name, &column.name) {
                table.columns.push(GivenColumn {
                    name: column.name,
                    kind: column.kind,
                });
            }
        }
        Ok(tables)
    }

    /// The rows of a table one after the other, each a JSON array of what its columns hold. The same each time.
    pub fn rows<'m>(&'m mut self, table: &GivenTable) -> BoxStream<'m, Result<String>> {
        // Names of tables and columns are the schema's own.
        let sql = AssertSqlSafe(match &self.tx.kind {
            TxKind::Sqlite(_) => statement("json_array", sqlite_value, table),
            TxKind::Postgres(_) => statement("json_build_array", postgres_value, table),
        });
        let tenant_id = self.tenant_id.clone();
        match &mut self.tx.kind {
            TxKind::Sqlite(connection) => sqlx::query_scalar::<_, String>(sql)
                .bind(tenant_id)
                .fetch(&mut **connection)
                .map_err(Error::from)
                .boxed(),
            TxKind::Postgres(connection) => sqlx::query_scalar::<_, String>(sql)
                .bind(tenant_id)
                .fetch(&mut **connection)
                .map_err(Error::from)
                .boxed(),
        }
    }
}

fn statement(array: &str, value: impl Fn(&GivenColumn) -> String, table: &GivenTable) -> String {
    let values: Vec<_> = table.columns.iter().map(value).collect();
    let condition = match table.name.as_str() {
        "tenants" => "t.id = $1",
        "people" => "t.id IN (SELECT person_id FROM members WHERE tenant_id = $1)",
        _ => "t.tenant_id = $1",
    };
    let mut order: Vec<_> = table.key.iter().map(|name| format!("t.\"{name}\"")).collect();
    if order.is_empty() {
        order.push("1".to_owned());
    }
    let (values, order, name) = (values.join(", "), order.join(", "), &table.name);
    // PostgreSQL's is JSON, which is no text yet.
    let values = format!("CAST({array}({values}) AS text)");
    format!("SELECT {values} FROM \"{name}\" AS t WHERE {condition} ORDER BY {order}")
}

fn sqlite_value(GivenColumn { name, kind }: &GivenColumn) -> String {
    match kind {
        // What we call yes or no, SQLite stores as a number.
        ColumnKind::Boolean => {
            format!("json(CASE t.\"{name}\" WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END)")
        }
        _ => format!("t.\"{name}\""),
    }
}

fn postgres_value(GivenColumn { name, kind }: &GivenColumn) -> String {
    match kind {
        // As SQLite stores it, so that both give the same file.
        ColumnKind::Time => {
            format!("to_char(t.\"{name}\" AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        }
        _ => format!("t.\"{name}\""),
    }
}

/// A column as its engine describes it.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) table: String,
    pub(super) name: String,
    is_key: bool,
    kind: ColumnKind,
}

pub(super) async fn columns(tx: &mut Tx) -> Result<Vec<Column>> {
    tx.query(Sql {
        sqlite: "SELECT tables.name AS in_table, columns.name AS name, columns.pk > 0 AS is_key,
                        CASE WHEN columns.type = 'REAL' THEN 'number'
                             WHEN INSTR(tables.sql, 'CHECK (' || columns.name || ' IN (0, 1))') > 0 THEN 'boolean'
                             WHEN columns.type = 'INTEGER' THEN 'integer'
                             ELSE 'text' END AS kind
                   FROM sqlite_schema AS tables
                   JOIN pragma_table_info(tables.name) AS columns
                  WHERE tables.type = 'table'
                  ORDER BY tables.name, columns.cid
                  LIMIT $1",
        postgres: "SELECT tables.relname::text AS in_table, columns.attname::text AS name,
                          COALESCE(columns.attnum = ANY (keys.conkey), false) AS is_key,
                          CASE FORMAT_TYPE(columns.atttypid, NULL)
                              WHEN 'double precision' THEN 'number'
                              WHEN 'boolean' THEN 'boolean'
                              WHEN 'bigint' THEN 'integer'
                              WHEN 'timestamp with time zone' THEN 'time'
                              ELSE 'text' END AS kind
                     FROM pg_class AS tables
                     JOIN pg_attribute AS columns ON columns.attrelid = tables.oid
                     LEFT JOIN pg_constraint AS keys ON keys.conrelid = tables.oid AND keys.contype = 'p'
                    WHERE tables.relnamespace = 'public'::regnamespace AND tables.relkind IN ('r', 'p')
                      AND NOT tables.relispartition AND columns.attnum > 0 AND NOT columns.attisdropped
                    ORDER BY tables.relname, columns.attnum
                    LIMIT $1",
    })
    .bind(COLUMNS)
    .fetch_all()
    .await
}

impl FromRow for Column {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let (name, kind): (String, String) = (row.get("name")?, row.get("kind")?);
        Ok(Self {
            table: row.get("in_table")?,
            is_key: row.get("is_key")?,
            kind: match kind.as_str() {
                "number" => ColumnKind::Number,
                "boolean" => ColumnKind::Boolean,
                "integer" => ColumnKind::Integer,
                "time" => ColumnKind::Time,
                // To SQLite a time is text: its name tells.
                _ if matches!(row, Row::Sqlite(_)) && is_time(&name) => ColumnKind::Time,
                _ => ColumnKind::Text,
            },
            name,
        })
    }
}

/// Whether a column of this name holds a time.
fn is_time(name: &str) -> bool {
    ["_at", "_until", "_since"].iter().any(|end| name.ends_with(end))
}
