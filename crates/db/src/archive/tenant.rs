//! Everything of one tenant, row by row, from every table that knows tenants.

use futures::TryStreamExt as _;
use sqlx::AssertSqlSafe;
use types::TenantId;

use super::fates::{Fate, fate_of};
use crate::{
    PlatformScope, Result, Tx,
    backend::{Only, Sql, TxKind},
};

/// The most tables that are looked for.
const TABLES: i64 = 500;

/// Gives every row of a tenant to `write`, with the name of its table, as JSON; members with their names. All of it is
/// of one moment.
pub async fn export_tenant(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: &TenantId,
    write: &mut (dyn FnMut(&str, &str) -> std::io::Result<()> + Send),
) -> Result<()> {
    one_moment(tx).await?;
    let tables: Vec<Only<String>> = tx
        .query(Sql {
            sqlite: "SELECT tables.name AS value
                       FROM sqlite_schema AS tables
                      WHERE tables.type = 'table'
                        AND EXISTS (SELECT 1 FROM pragma_table_info(tables.name) WHERE name = 'tenant_id')
                      ORDER BY tables.name
                      LIMIT $1",
            postgres: "SELECT tables.relname::text AS value
                         FROM pg_class AS tables
                         JOIN pg_attribute AS columns ON columns.attrelid = tables.oid
                        WHERE tables.relnamespace = 'public'::regnamespace AND tables.relkind IN ('r', 'p')
                          AND NOT tables.relispartition AND columns.attname = 'tenant_id'
                        ORDER BY tables.relname
                        LIMIT $1",
        })
        .bind(TABLES)
        .fetch_all()
        .await?;
    rows(tx, "tenants", ("tenants", "id = $1"), tenant_id, write).await?;
    let people = "(SELECT people.id, people.email, people.name, people.created_at, members.role
                     FROM people JOIN members ON members.person_id = people.id WHERE members.tenant_id = $1)";
    rows(tx, "people", (people, "true"), tenant_id, write).await?;
    for Only(table) in tables {
        if !matches!(fate_of(&table), Some(Fate::Secret(_))) {
            rows(tx, &table, (&table, "tenant_id = $1"), tenant_id, write).await?;
        }
    }
    Ok(())
}

/// PostgreSQL shows each statement another moment unless told; and an export takes as long as it takes.
pub(super) async fn one_moment(tx: &mut Tx) -> Result<()> {
    if let TxKind::Postgres(_) = tx.kind {
        tx.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            .execute()
            .await?;
        tx.query("SET LOCAL statement_timeout = 0").execute().await?;
    }
    Ok(())
}

async fn rows(
    tx: &mut Tx,
    name: &str,
    (from, condition): (&str, &str),
    tenant_id: &TenantId,
    write: &mut (dyn FnMut(&str, &str) -> std::io::Result<()> + Send),
) -> Result<()> {
    let columns = match &tx.kind {
        TxKind::Sqlite(_) => json_object(tx, from).await?,
        TxKind::Postgres(_) => "row_to_json(t)::text".to_owned(),
    };
    // Names of tables and columns are the schema's own.
    let sql = AssertSqlSafe(format!("SELECT {columns} FROM {from} AS t WHERE {condition}"));
    match &mut tx.kind {
        TxKind::Sqlite(connection) => {
            let rows = sqlx::query_scalar::<_, String>(sql).bind(tenant_id.as_str());
            let mut rows = rows.fetch(&mut **connection);
            while let Some(row) = rows.try_next().await? {
                write(name, &row).map_err(sqlx::Error::Io)?;
            }
        }
        TxKind::Postgres(connection) => {
            let rows = sqlx::query_scalar::<_, String>(sql).bind(tenant_id.as_str());
            let mut rows = rows.fetch(&mut **connection);
            while let Some(row) = rows.try_next().await? {
                write(name, &row).map_err(sqlx::Error::Io)?;
            }
        }
    }
    Ok(())
}

/// SQLite makes an object only of columns that are named.
async fn json_object(tx: &mut Tx, from: &str) -> Result<String> {
    let columns: Vec<Only<String>> = match from.starts_with('(') {
        true => ["id", "email", "name", "created_at", "role"]
            .map(|name| Only(name.to_owned()))
            .into(),
        false => {
            tx.query("SELECT name AS value FROM pragma_table_info($1) ORDER BY cid LIMIT $2")
                .bind(from)
                .bind(TABLES)
                .fetch_all()
                .await?
        }
    };
    let pairs: Vec<String> = columns
        .iter()
        .map(|Only(column)| format!("'{column}', t.\"{column}\""))
        .collect();
    Ok(format!("json_object({})", pairs.join(", ")))
}
