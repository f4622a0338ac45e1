//! The limit on PostgreSQL: arrays and `UNNEST`, bound in binary.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use sqlx::{
    Arguments as _, AssertSqlSafe, Column as _, Connection as _, Decode, Encode, PgConnection, Postgres,
    Row as _, Type, TypeInfo as _,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgArguments, PgHasArrayType, PgRow, PgTypeInfo, PgValueRef},
};
use uuid::Uuid;

use super::{MARKED, STEPS, insert};

/// A time as it travels: nobody has to understand it here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Time(i64);

impl Type<Postgres> for Time {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("timestamptz")
    }
}

impl PgHasArrayType for Time {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("_timestamptz")
    }
}

impl Decode<'_, Postgres> for Time {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        Ok(Self(i64::from_be_bytes(value.as_bytes()?.try_into()?)))
    }
}

impl Encode<'_, Postgres> for Time {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend(self.0.to_be_bytes());
        Ok(IsNull::No)
    }
}

/// The values of one column in one batch.
#[derive(Debug, Clone)]
enum Values {
    Text(Vec<Option<String>>),
    Uuid(Vec<Option<Uuid>>),
    Time(Vec<Option<Time>>),
    Int(Vec<Option<i64>>),
    Float(Vec<Option<f64>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Values {
    /// Of a column of this type, before the first row.
    fn none(of: &str) -> Result<Self> {
        Ok(match of {
            "TEXT" => Self::Text(Vec::new()),
            "UUID" => Self::Uuid(Vec::new()),
            "TIMESTAMPTZ" => Self::Time(Vec::new()),
            "INT8" => Self::Int(Vec::new()),
            "FLOAT8" => Self::Float(Vec::new()),
            "BYTEA" => Self::Bytes(Vec::new()),
            other => bail!("a column of type {other} cannot be written again yet"),
        })
    }

    fn take(&mut self, row: &PgRow, column: usize) -> sqlx::Result<()> {
        match self {
            Self::Text(values) => values.push(row.try_get(column)?),
            Self::Uuid(values) => values.push(row.try_get(column)?),
            Self::Time(values) => values.push(row.try_get(column)?),
            Self::Int(values) => values.push(row.try_get(column)?),
            Self::Float(values) => values.push(row.try_get(column)?),
            Self::Bytes(values) => values.push(row.try_get(column)?),
        }
        Ok(())
    }

    fn bind(&self, arguments: &mut PgArguments) -> Result<(), BoxDynError> {
        match self {
            Self::Text(values) => arguments.add(values),
            Self::Uuid(values) => arguments.add(values),
            Self::Time(values) => arguments.add(values),
            Self::Int(values) => arguments.add(values),
            Self::Float(values) => arguments.add(values),
            Self::Bytes(values) => arguments.add(values),
        }
    }

    const fn array(&self) -> &'static str {
        match self {
            Self::Text(_) => "text[]",
            Self::Uuid(_) => "uuid[]",
            Self::Time(_) => "timestamptz[]",
            Self::Int(_) => "bigint[]",
            Self::Float(_) => "double precision[]",
            Self::Bytes(_) => "bytea[]",
        }
    }
}

/// What one statement of one batch writes.
pub(super) struct Rows {
    statement: String,
    values: Vec<Values>,
}

/// Reads back what each batch wrote, its statements in order; the mark of its jobs comes first, as in ours.
pub(super) async fn read_back(url: &str) -> Result<Vec<Vec<Rows>>> {
    let mut connection = connect(url).await?;
    let mut batches: BTreeMap<Time, Vec<Rows>> = BTreeMap::new();
    for (time, (_columns, values)) in read(&mut connection, MARKED).await? {
        let statement = format!(
            "UPDATE ingestion_jobs AS job
                SET status = 'processed', attempt_count = 1, processed_at = list.processed_at
               FROM {} AS list (tenant_id, id, processed_at)
              WHERE job.tenant_id = list.tenant_id AND job.id = list.id",
            unnest(&values)
        );
        batches.entry(time).or_default().push(Rows { statement, values });
    }
    for step in &STEPS {
        for (time, (columns, values)) in read(&mut connection, step.written).await? {
            let statement = insert(step, &columns, &format!("SELECT * FROM {}", unnest(&values)));
            batches.entry(time).or_default().push(Rows { statement, values });
        }
    }
    connection.close().await?;
    Ok(batches.into_values().collect())
}

/// The columns' names and values that were written at each time.
type Written = BTreeMap<Time, (Vec<String>, Vec<Values>)>;

async fn read(connection: &mut PgConnection, statement: &'static str) -> Result<Written> {
    let mut written = Written::new();
    for row in sqlx::query(statement).fetch_all(connection).await? {
        let columns = &row.columns()[1..];
        let (_names, values) = match written.entry(row.try_get(0)?) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let names = columns.iter().map(|column| column.name().to_owned()).collect();
                let values = columns
                    .iter()
                    .map(|column| Values::none(column.type_info().name()));
                entry.insert((names, values.collect::<Result<_>>()?))
            }
        };
        for (values, column) in values.iter_mut().zip(1..) {
            values.take(&row, column)?;
        }
    }
    Ok(written)
}

fn unnest(values: &[Values]) -> String {
    let list: Vec<String> = values
        .iter()
        .zip(1..)
        .map(|(values, place)| format!("${place}::{}", values.array()))
        .collect();
    format!("UNNEST({})", list.join(", "))
}

/// Writes the batches, each in a transaction.
pub(super) async fn write(url: &str, batches: &[Vec<Rows>]) -> Result<Duration> {
    let mut connection = connect(url).await?;
    let begun = Instant::now();
    for batch in batches {
        let mut tx = connection.begin().await?;
        for Rows { statement, values } in batch {
            let mut arguments = PgArguments::default();
            for values in values {
                values.bind(&mut arguments).map_err(sqlx::Error::Encode)?;
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

/// As the platform, which may write for any tenant.
async fn connect(url: &str) -> Result<PgConnection> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query("SET app.tenant_id = '*'")
        .execute(&mut connection)
        .await?;
    Ok(connection)
}
