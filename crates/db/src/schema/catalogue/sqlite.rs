//! The catalogue as SQLite tells it: its pragmas, and the text of what its pragmas do not know.

use sqlx::{FromRow, SqlitePool};

use super::{Catalogue, Column, ForeignKey, Index, Kind, Table, names, quoted};

#[derive(FromRow)]
struct TableRow {
    name: String,
    sql: String,
}

#[derive(FromRow)]
struct ColumnRow {
    name: String,
    kind: String,
    nullable: bool,
    default: Option<String>,
    key_position: i64,
}

#[derive(FromRow)]
struct ForeignKeyRow {
    columns: String,
    to_table: String,
    to_columns: String,
    on_delete: String,
}

#[derive(FromRow)]
struct IndexRow {
    name: String,
    is_unique: bool,
    columns: String,
    sql: String,
}

pub(super) async fn read(pool: &SqlitePool) -> Catalogue {
    let tables: Vec<TableRow> =
        sqlx::query_as("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            .fetch_all(pool)
            .await
            .unwrap();
    let mut catalogue = Catalogue::new();
    for TableRow { name, sql } in tables {
        let table = read_table(pool, &name, &sql).await;
        catalogue.insert(name, table);
    }
    catalogue
}

async fn read_table(pool: &SqlitePool, name: &str, sql: &str) -> Table {
    let columns: Vec<ColumnRow> = sqlx::query_as(
        r#"SELECT name, type AS kind, "notnull" = 0 AS nullable, dflt_value AS "default", pk AS key_position
             FROM pragma_table_info($1)"#,
    )
    .bind(name)
    .fetch_all(pool)
    .await
    .unwrap();
    let mut key: Vec<_> = columns.iter().filter(|column| column.key_position > 0).collect();
    key.sort_by_key(|column| column.key_position);
    Table {
        primary_key: key.iter().map(|column| column.name.clone()).collect(),
        columns: columns
            .iter()
            .map(|row| (row.name.clone(), column(row, sql)))
            .collect(),
        foreign_keys: foreign_keys(pool, name).await.map(ForeignKey::from).collect(),
        indexes: indexes(pool, name).await.collect(),
        checked_words: checks(sql).flat_map(quoted).collect(),
    }
}

fn column(row: &ColumnRow, table_sql: &str) -> Column {
    let kind = match row.kind.as_str() {
        "TEXT" => Kind::Text,
        "REAL" => Kind::Real,
        "INTEGER" if table_sql.contains(&format!("CHECK ({} IN (0, 1))", row.name)) => Kind::Boolean,
        "BLOB" => Kind::Bytes,
        // sqlx makes its own table with the last three.
        "INTEGER" | "BIGINT" | "BOOLEAN" | "TIMESTAMP" => Kind::Integer,
        other => panic!("column {} is a {other}, which our tables never are", row.name),
    };
    Column {
        kind,
        nullable: row.nullable,
        default: row.default.clone(),
    }
}

async fn foreign_keys(pool: &SqlitePool, table: &str) -> impl Iterator<Item = ForeignKeyRow> {
    sqlx::query_as(
        r#"SELECT GROUP_CONCAT("from" ORDER BY seq) AS columns, "table" AS to_table,
                  GROUP_CONCAT("to" ORDER BY seq) AS to_columns, on_delete
             FROM pragma_foreign_key_list($1)
            GROUP BY id, "table", on_delete"#,
    )
    .bind(table)
    .fetch_all(pool)
    .await
    .unwrap()
    .into_iter()
}

impl From<ForeignKeyRow> for ForeignKey {
    fn from(row: ForeignKeyRow) -> Self {
        Self {
            columns: names(&row.columns),
            table: row.to_table,
            to: names(&row.to_columns),
            cascades: row.on_delete == "CASCADE",
        }
    }
}

async fn indexes(pool: &SqlitePool, table: &str) -> impl Iterator<Item = (String, Index)> {
    let rows: Vec<IndexRow> = sqlx::query_as(
        r#"SELECT list.name, list."unique" AS is_unique, text.sql,
                  (SELECT GROUP_CONCAT(name ORDER BY seqno) FROM pragma_index_info(list.name)) AS columns
             FROM pragma_index_list($1) AS list
             JOIN sqlite_schema AS text ON text.name = list.name
            WHERE list.origin = 'c'"#,
    )
    .bind(table)
    .fetch_all(pool)
    .await
    .unwrap();
    rows.into_iter().map(|row| {
        let index = Index {
            unique: row.is_unique,
            columns: names(&row.columns),
            predicate: row.sql.split_once(" WHERE ").map(|(_, where_)| where_.to_owned()),
        };
        (row.name, index)
    })
}

/// What stands between the parentheses of each CHECK. A column that was added later follows on the same line.
fn checks(table_sql: &str) -> impl Iterator<Item = &str> {
    table_sql.split("CHECK (").skip(1).map(|check| {
        let mut open = 1;
        let end = check.find(|c| {
            open += i32::from(c == '(') - i32::from(c == ')');
            open == 0
        });
        &check[..end.unwrap_or(check.len())]
    })
}
