//! The limit on SQLite: lists of bound values.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::Result;
use sqlx::{
    Arguments as _, AssertSqlSafe, Column as _, ConnectOptions as _, Connection as _, Row as _,
    SqliteConnection, TypeInfo as _, ValueRef as _,
    error::BoxDynError,
    sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous},
};

use super::{MARKED, STEPS, insert};

/// A value as the file keeps it.
#[derive(Debug, Clone)]
enum Cell {
    Null,
    Int(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Cell {
    fn read(row: &SqliteRow, column: usize) -> sqlx::Result<Self> {
        let value = row.try_get_raw(column)?;
        if value.is_null() {
            return Ok(Self::Null);
        }
        Ok(match value.type_info().name() {
            "INTEGER" => Self::Int(row.try_get_unchecked(column)?),
            "REAL" => Self::Float(row.try_get_unchecked(column)?),
            "BLOB" => Self::Bytes(row.try_get_unchecked(column)?),
            _ => Self::Text(row.try_get_unchecked(column)?),
        })
    }

    fn bind(&self, arguments: &mut SqliteArguments) -> Result<(), BoxDynError> {
        match self {
            Self::Null => arguments.add(None::<String>),
            Self::Int(value) => arguments.add(*value),
            Self::Float(value) => arguments.add(*value),
            Self::Text(value) => arguments.add(value.clone()),
            Self::Bytes(value) => arguments.add(value.clone()),
        }
    }
}

/// What one statement of one batch writes.
pub(super) struct Rows {
    statement: String,
    cells: Vec<Cell>,
}

/// Reads back what each batch wrote, its statements in order; the mark of its jobs comes first, as in ours.
pub(super) async fn read_back(url: &str) -> Result<Vec<Vec<Rows>>> {
    let mut connection = connect(url).await?;
    let mut batches: BTreeMap<String, Vec<Rows>> = BTreeMap::new();
    for (time, (columns, cells)) in read(&mut connection, MARKED).await? {
        let statement = format!(
            "UPDATE ingestion_jobs AS job
                SET status = 'processed', attempt_count = 1, processed_at = list.column3
               FROM ({}) AS list
              WHERE job.tenant_id = list.column1 AND job.id = list.column2",
            values(columns.len(), cells.len())
        );
        batches.entry(time).or_default().push(Rows { statement, cells });
    }
    for step in &STEPS {
        for (time, (columns, cells)) in read(&mut connection, step.written).await? {
            let list = format!("SELECT * FROM ({})", values(columns.len(), cells.len()));
            let statement = insert(step, &columns, &list);
            batches.entry(time).or_default().push(Rows { statement, cells });
        }
    }
    connection.close().await?;
    Ok(batches.into_values().collect())
}

/// The columns' names and the rows, one after the other, that were written at each time.
type Written = BTreeMap<String, (Vec<String>, Vec<Cell>)>;

async fn read(connection: &mut SqliteConnection, statement: &'static str) -> Result<Written> {
    let mut written = Written::new();
    for row in sqlx::query(statement).fetch_all(connection).await? {
        let columns = &row.columns()[1..];
        let (_names, cells) = written.entry(row.try_get(0)?).or_insert_with(|| {
            let names = columns.iter().map(|column| column.name().to_owned()).collect();
            (names, Vec::new())
        });
        for column in 1..row.len() {
            cells.push(Cell::read(&row, column)?);
        }
    }
    Ok(written)
}

fn values(columns: usize, cells: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    format!("VALUES {}", vec![row; cells / columns].join(", "))
}

/// Writes the batches, each in a transaction.
pub(super) async fn write(url: &str, batches: &[Vec<Rows>]) -> Result<Duration> {
    let mut connection = connect(url).await?;
    let begun = Instant::now();
    for batch in batches {
        let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
        for Rows { statement, cells } in batch {
            let mut arguments = SqliteArguments::default();
            for cell in cells {
                cell.bind(&mut arguments).map_err(sqlx::Error::Encode)?;
            }
            sqlx::query_with(AssertSqlSafe(statement.as_str()), arguments)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
    }
    let took = begun.elapsed();
    connection.close().await?;
    Ok(took)
}

/// Set as ours is.
async fn connect(url: &str) -> Result<SqliteConnection> {
    let options = url
        .parse::<SqliteConnectOptions>()?
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    Ok(options.connect().await?)
}
