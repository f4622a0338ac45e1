//! One statement for many rows: arrays and `UNNEST` on PostgreSQL, one JSON text and `json_each` on SQLite.

use serde_json::Value as Json;
use sqlx::{
    Arguments as _,
    postgres::{PgArguments, PgHasArrayType},
    sqlite::SqliteArguments,
};

use super::{
    Connection, FromRow, Row, Sql,
    value::{Bind, Value},
};
use crate::{Error, Result};

/// A value that can stand in a column of many: in an array on PostgreSQL, in JSON on SQLite.
pub(crate) trait Element: Value<Sqlite: Into<Json>, Postgres: PgHasArrayType> {}
impl<T: Value<Sqlite: Into<Json>, Postgres: PgHasArrayType>> Element for T {}

/// A statement over many rows, given column by column.
///
/// On PostgreSQL the columns are `$1, $2, …` in the order given, and what is bound after them follows. On SQLite
/// what is bound is `$1, $2, …`, and the columns come last as one JSON list of rows: `value ->> 0` is the first.
#[must_use = "a statement does nothing until it is fetched or executed"]
pub(crate) struct Bulk<'c> {
    connection: Connection<'c>,
    sql: Sql,
    arguments: Result<Arguments>,
}

enum Arguments {
    Sqlite {
        columns: Vec<Vec<Json>>,
        bound: SqliteArguments,
    },
    Postgres(PgArguments),
}

impl<'c> Bulk<'c> {
    pub(crate) fn new(connection: Connection<'c>, sql: Sql) -> Self {
        let arguments = match connection {
            Connection::Sqlite(_) => Arguments::Sqlite {
                columns: Vec::new(),
                bound: SqliteArguments::default(),
            },
            Connection::Postgres(_) => Arguments::Postgres(PgArguments::default()),
        };
        Self {
            connection,
            sql,
            arguments: Ok(arguments),
        }
    }

    /// Gives the next column, one value per row.
    pub(crate) fn column<T>(self, values: impl IntoIterator<Item = T>) -> Self
    where
        T: Element,
        Vec<T::Postgres>: super::value::PostgresNative,
    {
        self.with(|arguments| match arguments {
            Arguments::Sqlite { columns, .. } => {
                columns.push(
                    values
                        .into_iter()
                        .map(|value| value.into_sqlite().into())
                        .collect(),
                );
                Ok(())
            }
            Arguments::Postgres(list) => list
                .add(values.into_iter().map(T::into_postgres).collect::<Vec<_>>())
                .map_err(encoding),
        })
    }

    /// Binds a value that is the same for all rows. Columns come first.
    pub(crate) fn bind(self, value: impl Bind) -> Self {
        let value = value.into_value();
        self.with(|arguments| match arguments {
            Arguments::Sqlite { bound, .. } => bound.add(value.into_sqlite()).map_err(encoding),
            Arguments::Postgres(list) => list.add(value.into_postgres()).map_err(encoding),
        })
    }

    /// Runs the statement; says how many rows it touched.
    pub(crate) async fn execute(self) -> Result<u64> {
        Ok(match (self.connection, self.arguments?) {
            (Connection::Sqlite(connection), Arguments::Sqlite { columns, bound }) => {
                sqlx::query_with(self.sql.sqlite, with_rows(bound, &columns)?)
                    .execute(&mut *connection)
                    .await?
                    .rows_affected()
            }
            (Connection::Postgres(connection), Arguments::Postgres(list)) => {
                sqlx::query_with(self.sql.postgres, list)
                    .execute(&mut *connection)
                    .await?
                    .rows_affected()
            }
            _ => unreachable!("arguments are made for the transaction's own database"),
        })
    }

    /// Runs the statement and reads every row: at most as many as were given.
    pub(crate) async fn fetch_all<T: FromRow>(self) -> Result<Vec<T>> {
        match (self.connection, self.arguments?) {
            (Connection::Sqlite(connection), Arguments::Sqlite { columns, bound }) => {
                let rows = sqlx::query_with(self.sql.sqlite, with_rows(bound, &columns)?)
                    .fetch_all(&mut *connection)
                    .await?;
                rows.iter().map(|row| T::from_row(&Row::Sqlite(row))).collect()
            }
            (Connection::Postgres(connection), Arguments::Postgres(list)) => {
                let rows = sqlx::query_with(self.sql.postgres, list)
                    .fetch_all(&mut *connection)
                    .await?;
                rows.iter().map(|row| T::from_row(&Row::Postgres(row))).collect()
            }
            _ => unreachable!("arguments are made for the transaction's own database"),
        }
    }

    fn with(mut self, change: impl FnOnce(&mut Arguments) -> Result<()>) -> Self {
        self.arguments = self
            .arguments
            .and_then(|mut arguments| change(&mut arguments).map(|()| arguments));
        self
    }
}

/// Adds the rows, as one JSON text, to what was bound.
fn with_rows(mut bound: SqliteArguments, columns: &[Vec<Json>]) -> Result<SqliteArguments> {
    let count = columns.first().map_or(0, Vec::len);
    debug_assert!(
        columns.iter().all(|column| column.len() == count),
        "every row has every column"
    );
    let rows: Vec<Vec<&Json>> = (0..count)
        .map(|row| columns.iter().map(|column| &column[row]).collect())
        .collect();
    let text = serde_json::to_string(&rows).expect("JSON values are always JSON");
    bound.add(text).map_err(encoding)?;
    Ok(bound)
}

fn encoding(error: sqlx::error::BoxDynError) -> Error {
    Error::Driver(sqlx::Error::Encode(error))
}
