//! The catalogue as PostgreSQL tells it.

use sqlx::{FromRow, PgPool};

use super::{Catalogue, Column, ForeignKey, Index, Kind, names, quoted};

#[derive(FromRow)]
struct ColumnRow {
    in_table: String,
    name: String,
    kind: String,
    nullable: bool,
    default: Option<String>,
}

#[derive(FromRow)]
struct ConstraintRow {
    in_table: String,
    kind: String,
    columns: String,
    to_table: Option<String>,
    to_columns: Option<String>,
    cascades: bool,
    definition: String,
}

#[derive(FromRow)]
struct IndexRow {
    in_table: String,
    name: String,
    is_unique: bool,
    columns: String,
    predicate: Option<String>,
}

pub(super) async fn read(pool: &PgPool) -> Catalogue {
    let mut catalogue = Catalogue::new();
    for row in columns(pool).await {
        let table = catalogue.entry(row.in_table.clone()).or_default();
        table.columns.insert(row.name.clone(), column(row));
    }
    for row in constraints(pool).await {
        let table = catalogue.get_mut(&row.in_table).unwrap();
        match row.kind.as_str() {
            "p" => table.primary_key = names(&row.columns),
            "f" => drop(table.foreign_keys.insert(foreign_key(row))),
            "c" => table.checked_words.extend(quoted(&row.definition)),
            other => panic!("{} has a constraint of the kind {other}", row.in_table),
        }
    }
    for row in indexes(pool).await {
        let index = Index {
            unique: row.is_unique,
            columns: names(&row.columns),
            predicate: row.predicate.map(|text| plain(&text)),
        };
        let table = catalogue.get_mut(&row.in_table).unwrap();
        table.indexes.insert(row.name, index);
    }
    catalogue
}

async fn columns(pool: &PgPool) -> Vec<ColumnRow> {
    sqlx::query_as(
        r#"SELECT table_name::text AS in_table, column_name::text AS name, data_type::text AS kind,
                  is_nullable = 'YES' AS nullable, column_default::text AS "default"
             FROM information_schema.columns
             JOIN information_schema.tables USING (table_schema, table_name)
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"#,
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

fn column(row: ColumnRow) -> Column {
    let kind = match row.kind.as_str() {
        "text" | "uuid" | "timestamp with time zone" => Kind::Text,
        "bigint" => Kind::Integer,
        "double precision" => Kind::Real,
        "boolean" => Kind::Boolean,
        "bytea" => Kind::Bytes,
        other => panic!(
            "column {} of {} is a {other}, which has no counterpart in SQLite",
            row.name, row.in_table
        ),
    };
    Column {
        kind,
        nullable: row.nullable,
        default: row.default.map(|text| plain(&text)),
    }
}

async fn constraints(pool: &PgPool) -> Vec<ConstraintRow> {
    sqlx::query_as(
        "SELECT constrained.relname::text AS in_table, con.contype::text AS kind,
                (SELECT COALESCE(STRING_AGG(attname, ',' ORDER BY position), '')
                   FROM UNNEST(con.conkey) WITH ORDINALITY AS key (number, position)
                   JOIN pg_attribute ON attrelid = con.conrelid AND attnum = key.number) AS columns,
                target.relname::text AS to_table,
                (SELECT STRING_AGG(attname, ',' ORDER BY position)
                   FROM UNNEST(con.confkey) WITH ORDINALITY AS key (number, position)
                   JOIN pg_attribute ON attrelid = con.confrelid AND attnum = key.number) AS to_columns,
                con.confdeltype = 'c' AS cascades,
                PG_GET_CONSTRAINTDEF(con.oid) AS definition
           FROM pg_constraint AS con
           JOIN pg_class AS constrained ON constrained.oid = con.conrelid
           LEFT JOIN pg_class AS target ON target.oid = con.confrelid
          WHERE con.connamespace = 'public'::regnamespace",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

fn foreign_key(row: ConstraintRow) -> ForeignKey {
    ForeignKey {
        columns: names(&row.columns),
        table: row.to_table.unwrap(),
        to: names(&row.to_columns.unwrap()),
        cascades: row.cascades,
    }
}

async fn indexes(pool: &PgPool) -> Vec<IndexRow> {
    sqlx::query_as(
        "SELECT indexed.relname::text AS in_table, own.relname::text AS name, entry.indisunique AS is_unique,
                (SELECT STRING_AGG(attname, ',' ORDER BY position)
                   FROM UNNEST(entry.indkey::int2[]) WITH ORDINALITY AS key (number, position)
                   JOIN pg_attribute ON attrelid = entry.indrelid AND attnum = key.number) AS columns,
                PG_GET_EXPR(entry.indpred, entry.indrelid) AS predicate
           FROM pg_index AS entry
           JOIN pg_class AS own ON own.oid = entry.indexrelid
           JOIN pg_class AS indexed ON indexed.oid = entry.indrelid
          WHERE own.relnamespace = 'public'::regnamespace AND NOT entry.indisprimary",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

/// An expression without the casts and the outer parentheses that PostgreSQL adds.
fn plain(expression: &str) -> String {
    let bare = expression.replace("::text", "");
    let inner = bare.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    inner.unwrap_or(&bare).to_owned()
}
