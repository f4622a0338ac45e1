//! One statement for many rows: arrays and `UNNEST` on PostgreSQL, lists of values on SQLite.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

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

/// A value that can stand in a column of many: in an array on PostgreSQL, as one of a few kinds on SQLite.
pub(crate) trait Element: Value<Sqlite: Into<Json>, Postgres: PgHasArrayType> {}
impl<T: Value<Sqlite: Into<Json>, Postgres: PgHasArrayType>> Element for T {}

/// A statement over many rows, given column by column.
///
/// On PostgreSQL the columns are `$1, $2, …` in the order given, and what is bound after them follows. On SQLite
/// what is bound is `$1, $2, …`, and the rows are a table `list` whose columns are `c0, c1, …`. Rows come a few at a
/// time there, and the first column must never be NULL.
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
                let mut touched = 0;
                for (text, arguments) in parts(self.sql.sqlite, columns, &bound)? {
                    let done = sqlx::query_with(text, arguments)
                        .execute(&mut *connection)
                        .await?;
                    touched += done.rows_affected();
                }
                touched
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
                let mut read = Vec::new();
                for (text, arguments) in parts(self.sql.sqlite, columns, &bound)? {
                    let rows = sqlx::query_with(text, arguments)
                        .fetch_all(&mut *connection)
                        .await?;
                    for row in &rows {
                        read.push(T::from_row(&Row::Sqlite(row))?);
                    }
                }
                Ok(read)
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

/// How many rows one statement takes on SQLite: a handful of prepared ones serves lists of every length. Free places
/// hold NULL.
const PLACES: [usize; 4] = [1, 4, 16, 64];

/// The statements that together take all rows, each with its values.
fn parts(
    statement: &'static str,
    columns: Vec<Vec<Json>>,
    bound: &SqliteArguments,
) -> Result<Vec<(&'static str, SqliteArguments)>> {
    let (width, mut left) = (columns.len(), columns.first().map_or(0, Vec::len));
    debug_assert!(
        columns.iter().all(|column| column.len() == left),
        "every row has every column"
    );
    let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
    let mut parts = Vec::new();
    while left > 0 {
        let most = PLACES[PLACES.len() - 1];
        let places = PLACES.into_iter().find(|places| *places >= left).unwrap_or(most);
        let mut arguments = bound.clone();
        for _ in 0..places {
            for column in &mut columns {
                add(&mut arguments, column.next().unwrap_or(Json::Null))?;
            }
        }
        parts.push((with_list(statement, (places, width), bound.len()), arguments));
        left = left.saturating_sub(places);
    }
    Ok(parts)
}

fn add(arguments: &mut SqliteArguments, value: Json) -> Result<()> {
    match value {
        Json::Null => arguments.add(None::<i64>),
        Json::Bool(value) => arguments.add(value),
        Json::String(text) => arguments.add(text),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => arguments.add(whole),
            None => arguments.add(number.as_f64()),
        },
        Json::Array(_) | Json::Object(_) => unreachable!("values lie flat in SQLite"),
    }
    .map_err(encoding)
}

/// A statement with the list it reads before it. Texts are made once, as many as there are statements and lengths.
fn with_list(statement: &'static str, (places, width): (usize, usize), bound: usize) -> &'static str {
    static TEXTS: LazyLock<Mutex<HashMap<(&'static str, usize), &'static str>>> =
        LazyLock::new(Mutex::default);
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    texts.entry((statement, places)).or_insert_with(|| {
        let joined = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>().join(", ");
        let row = |row: usize| {
            let first = bound + row * width + 1;
            format!("({})", joined(&mut (first..first + width).map(|number| format!("?{number}"))))
        };
        format!(
            "WITH list ({names}) AS (SELECT {columns} FROM (VALUES {rows}) WHERE column1 IS NOT NULL) {statement}",
            names = joined(&mut (0..width).map(|column| format!("c{column}"))),
            columns = joined(&mut (1..=width).map(|column| format!("column{column}"))),
            rows = joined(&mut (0..places).map(row)),
        )
        .leak()
    })
}

fn encoding(error: sqlx::error::BoxDynError) -> Error {
    Error::Driver(sqlx::Error::Encode(error))
}
