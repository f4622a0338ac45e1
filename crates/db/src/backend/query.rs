//! A statement with its values, ready for whichever database is behind the transaction.

use std::borrow::Cow;

use sqlx::{
    Arguments as _, AssertSqlSafe, Row as _, ValueRef as _,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
};

use super::{
    Connection,
    value::{Bind, Value},
};
use crate::{Error, Result};

/// The text of a statement: one for both databases, or one for each where they truly differ.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sql {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self {
            sqlite: text,
            postgres: text,
        }
    }
}

enum Arguments {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

/// A statement on its way. Values are bound in the order of `$1, $2, …`.
#[must_use = "a query does nothing until it is fetched or executed"]
pub(crate) struct Query<'c> {
    connection: Connection<'c>,
    /// For the connection's database. Grown or not, it is made of literals of ours.
    text: Cow<'static, str>,
    arguments: Result<Arguments>,
    /// Values bound so far.
    bound: usize,
}

impl<'c> Query<'c> {
    pub(crate) fn new(connection: Connection<'c>, sql: Sql) -> Self {
        let (text, arguments) = match connection {
            Connection::Sqlite(_) => (sql.sqlite, Arguments::Sqlite(SqliteArguments::default())),
            Connection::Postgres(_) => (sql.postgres, Arguments::Postgres(PgArguments::default())),
        };
        Self {
            connection,
            text: Cow::Borrowed(text),
            arguments: Ok(arguments),
            bound: 0,
        }
    }

    /// Grows the statement: for one whose conditions differ so much that the planner must not see those that are not
    /// asked.
    pub(crate) fn and(mut self, piece: impl Into<Sql>) -> Self {
        let piece = self.of_this_database(piece.into());
        self.text.to_mut().push_str(piece);
        self
    }

    /// Grows it by a piece in which `$` stands for this value.
    pub(crate) fn and_with(mut self, piece: impl Into<Sql>, value: impl Bind) -> Self {
        let piece = self.of_this_database(piece.into());
        let place = format!("${}", self.bound + 1);
        self.text.to_mut().push_str(&piece.replace('$', &place));
        self.bind(value)
    }

    /// Grows it by the condition that a column has one of these values.
    pub(crate) fn and_one_of<V: Bind>(
        self,
        column: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let begun = self.and(" AND ").and(column).and(" IN (NULL");
        let values = values.into_iter();
        values
            .fold(begun, |query, value| query.and_with(", $", value))
            .and(")")
    }

    /// Binds the next value.
    pub(crate) fn bind(mut self, value: impl Bind) -> Self {
        self.bound += 1;
        if let Ok(arguments) = &mut self.arguments {
            let value = value.into_value();
            let added = match arguments {
                Arguments::Sqlite(list) => list.add(value.into_sqlite()),
                Arguments::Postgres(list) => list.add(value.into_postgres()),
            };
            if let Err(error) = added {
                self.arguments = Err(Error::Driver(sqlx::Error::Encode(error)));
            }
        }
        self
    }

    const fn of_this_database(&self, sql: Sql) -> &'static str {
        match self.connection {
            Connection::Sqlite(_) => sql.sqlite,
            Connection::Postgres(_) => sql.postgres,
        }
    }

    /// Runs the statement; says how many rows it touched.
    pub(crate) async fn execute(self) -> Result<u64> {
        Ok(match (self.connection, self.arguments?) {
            (Connection::Sqlite(connection), Arguments::Sqlite(list)) => {
                sqlx::query_with(AssertSqlSafe(self.text), list)
                    .execute(&mut *connection)
                    .await?
                    .rows_affected()
            }
            (Connection::Postgres(connection), Arguments::Postgres(list)) => {
                sqlx::query_with(AssertSqlSafe(self.text), list)
                    .execute(&mut *connection)
                    .await?
                    .rows_affected()
            }
            _ => unreachable!("arguments are made for the transaction's own database"),
        })
    }

    /// Runs the statement and reads every row. Bound what it may bring with LIMIT.
    pub(crate) async fn fetch_all<T: FromRow>(self) -> Result<Vec<T>> {
        match (self.connection, self.arguments?) {
            (Connection::Sqlite(connection), Arguments::Sqlite(list)) => {
                let rows = sqlx::query_with(AssertSqlSafe(self.text), list)
                    .fetch_all(&mut *connection)
                    .await?;
                rows.iter().map(|row| T::from_row(&Row::Sqlite(row))).collect()
            }
            (Connection::Postgres(connection), Arguments::Postgres(list)) => {
                let rows = sqlx::query_with(AssertSqlSafe(self.text), list)
                    .fetch_all(&mut *connection)
                    .await?;
                rows.iter().map(|row| T::from_row(&Row::Postgres(row))).collect()
            }
            _ => unreachable!("arguments are made for the transaction's own database"),
        }
    }

    /// Runs the statement and reads what can be read of its rows, for rounds that come to all tenants: a row of one that
    /// nobody here could have written is told in the log, and keeps nobody else waiting.
    pub(crate) async fn fetch_readable<T: FromRow>(self) -> Result<Vec<T>> {
        let rows: Vec<Readable<T>> = self.fetch_all().await?;
        Ok(rows.into_iter().filter_map(|Readable(row)| row).collect())
    }

    /// Runs the statement and reads its first row, if it has one.
    pub(crate) async fn fetch_optional<T: FromRow>(self) -> Result<Option<T>> {
        match (self.connection, self.arguments?) {
            (Connection::Sqlite(connection), Arguments::Sqlite(list)) => {
                let row = sqlx::query_with(AssertSqlSafe(self.text), list)
                    .fetch_optional(&mut *connection)
                    .await?;
                row.map(|row| T::from_row(&Row::Sqlite(&row))).transpose()
            }
            (Connection::Postgres(connection), Arguments::Postgres(list)) => {
                let row = sqlx::query_with(AssertSqlSafe(self.text), list)
                    .fetch_optional(&mut *connection)
                    .await?;
                row.map(|row| T::from_row(&Row::Postgres(&row))).transpose()
            }
            _ => unreachable!("arguments are made for the transaction's own database"),
        }
    }

    /// Runs a statement that always has a row, such as a count, and reads it.
    pub(crate) async fn fetch_one<T: FromRow>(self) -> Result<T> {
        self.fetch_optional()
            .await?
            .ok_or(Error::Driver(sqlx::Error::RowNotFound))
    }
}

/// A row of either database. Columns are read by name.
pub(crate) enum Row<'r> {
    Sqlite(&'r SqliteRow),
    Postgres(&'r PgRow),
}

impl Row<'_> {
    /// The value of a column, parsed. A value nobody here could have written is [`Error::Corrupt`].
    pub(crate) fn get<T: Value>(&self, column: &'static str) -> Result<T> {
        let parsed = match self {
            Self::Sqlite(row) => row.try_get(column).map(T::from_sqlite),
            Self::Postgres(row) => row.try_get(column).map(T::from_postgres),
        };
        match parsed {
            Ok(parsed) => parsed.map_err(|source| Error::Corrupt { column, source }),
            // The driver reads PostgreSQL's times itself, and infinity is none to it.
            Err(sqlx::Error::ColumnDecode { source, .. }) => Err(Error::Corrupt { column, source }),
            Err(error) => Err(error.into()),
        }
    }

    /// The same, but a value nobody here could have written is none: for what is only shown.
    pub(crate) fn get_if_ours<T: Value>(&self, column: &'static str) -> Result<Option<T>>
    where
        Option<T>: Value,
    {
        match self.get(column) {
            Err(Error::Corrupt { .. }) => Ok(None),
            read => read,
        }
    }

    /// Whether a column is NULL: for rows of an outer join that may be wholly absent.
    pub(crate) fn is_null(&self, column: &'static str) -> Result<bool> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get_raw(column)?.is_null(),
            Self::Postgres(row) => row.try_get_raw(column)?.is_null(),
        })
    }
}

/// A noun that can be read from a row.
pub(crate) trait FromRow: Sized {
    /// Reads it; columns by name, so that a query may list them in any order.
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

/// A row, if it can be read.
struct Readable<T>(Option<T>);

impl<T: FromRow> FromRow for Readable<T> {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        match T::from_row(row) {
            Err(Error::Corrupt { column, .. }) => {
                let tenant: Result<String> = row.get("tenant_id").or_else(|_| row.get("id"));
                let tenant = tenant.unwrap_or_default();
                tracing::warn!(%tenant, "a row of {tenant} is passed over: its {column} cannot be read");
                Ok(Self(None))
            }
            read => read.map(|row| Self(Some(row))),
        }
    }
}

/// A statement of one column, which must be called `value`.
pub(crate) struct Only<T>(pub(crate) T);

impl<T: Value> FromRow for Only<T> {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get("value")?))
    }
}
