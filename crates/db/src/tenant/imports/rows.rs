//! The rows of an import: as they came, and what became of each.

use types::{
    ContactId, ImportId,
    imports::{ImportRow, RowFate, RowOutcome},
};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row, Sql, Words},
};

/// Adds rows.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, id: ImportId, rows: &[ImportRow]) -> Result<()> {
    const INSERT: Sql = Sql {
        sqlite: "INSERT INTO import_rows (tenant_id, import_id, number, cells)
                 SELECT $1, $2, c0, c1
                   FROM list
                  WHERE TRUE",
        postgres: "INSERT INTO import_rows (tenant_id, import_id, number, cells)
                   SELECT $3, $4, number, cells
                     FROM UNNEST($1, $2) AS list (number, cells)",
    };
    tx.bulk(INSERT)
        .column(rows.iter().map(|row| row.number))
        .column(rows.iter().map(|row| Words(row.cells.clone())))
        .bind(scope.tenant_id())
        .bind(id)
        .execute()
        .await?;
    Ok(())
}

macro_rules! list_rows {
    ($narrowed:literal) => {
        concat!(
            "SELECT number, cells, outcome, reason, contact_id, filled, contact_version
               FROM import_rows
              WHERE tenant_id = $1 AND import_id = $2 AND number > $3 ",
            $narrowed,
            " ORDER BY number
              LIMIT $4"
        )
    };
}

/// The rows after number `after`, in their order: at most `limit`.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    id: ImportId,
    (after, limit): (i64, i64),
) -> Result<Vec<ImportRow>> {
    fetch(tx, scope, id, (list_rows!(""), after, limit)).await
}

/// The rows after number `after` that could not be read, in their order: at most `limit`.
pub async fn errors(
    tx: &mut Tx,
    scope: &TenantScope,
    id: ImportId,
    (after, limit): (i64, i64),
) -> Result<Vec<ImportRow>> {
    fetch(tx, scope, id, (list_rows!("AND outcome = 'error'"), after, limit)).await
}

/// The rows after number `after` of which something was left out, in their order: at most `limit`.
pub async fn noted(
    tx: &mut Tx,
    scope: &TenantScope,
    id: ImportId,
    (after, limit): (i64, i64),
) -> Result<Vec<ImportRow>> {
    const NOTED: &str = list_rows!("AND outcome <> 'error' AND reason IS NOT NULL");
    fetch(tx, scope, id, (NOTED, after, limit)).await
}

/// The rows of an import that made these contacts, each named once, or filled them in: of each contact in the order of
/// the file, and no more than it has fields and tags.
pub async fn writing(
    tx: &mut Tx,
    scope: &TenantScope,
    id: ImportId,
    contacts: &[ContactId],
) -> Result<Vec<ImportRow>> {
    const WRITING: Sql = Sql {
        // By contact, as the order of the tables and the plus insist: else SQLite walks the whole import for each.
        sqlite: "SELECT entry.number, entry.cells, entry.outcome, entry.reason, entry.contact_id, entry.filled,
                        entry.contact_version
                   FROM list
                  CROSS JOIN import_rows AS entry
                  WHERE entry.tenant_id = $1 AND entry.contact_id = list.c0 AND +entry.import_id = $2
                    AND entry.outcome IN ('new', 'updated')
                  ORDER BY entry.number",
        postgres: "SELECT number, cells, outcome, reason, contact_id, filled, contact_version
                     FROM import_rows
                    WHERE tenant_id = $2 AND contact_id = ANY($1) AND import_id = $3 AND outcome IN ('new', 'updated')
                    ORDER BY number",
    };
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    tx.bulk(WRITING)
        .column(contacts.iter().copied())
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_all()
        .await
}

async fn fetch(
    tx: &mut Tx,
    scope: &TenantScope,
    id: ImportId,
    (sql, after, limit): (&'static str, i64, i64),
) -> Result<Vec<ImportRow>> {
    tx.query(sql)
        .bind(scope.tenant_id())
        .bind(id)
        .bind(after)
        .bind(limit)
        .fetch_all()
        .await
}

/// Writes what became of rows: of each its number and its fate.
pub async fn decide(tx: &mut Tx, scope: &TenantScope, id: ImportId, fates: &[(i64, RowFate)]) -> Result<()> {
    const DECIDE: Sql = Sql {
        sqlite: "UPDATE import_rows AS entry
                    SET outcome = list.c1, reason = list.c2, contact_id = list.c3, filled = list.c4,
                        contact_version = list.c5
                   FROM list
                  WHERE entry.tenant_id = $1 AND entry.import_id = $2 AND entry.number = list.c0",
        postgres: "UPDATE import_rows AS entry
                      SET outcome = list.outcome, reason = list.reason, contact_id = list.contact_id,
                          filled = list.filled, contact_version = list.version
                     FROM UNNEST($1, $2, $3, $4, $5, $6)
                       AS list (number, outcome, reason, contact_id, filled, version)
                    WHERE entry.tenant_id = $7 AND entry.import_id = $8 AND entry.number = list.number",
    };
    if fates.is_empty() {
        return Ok(());
    }
    tx.bulk(DECIDE)
        .column(fates.iter().map(|(number, _)| *number))
        .column(fates.iter().map(|(_, fate)| fate.outcome))
        .column(fates.iter().map(|(_, fate)| fate.reason.clone()))
        .column(fates.iter().map(|(_, fate)| fate.contact_id))
        .column(fates.iter().map(|(_, fate)| Words(fate.filled.clone())))
        .column(fates.iter().map(|(_, fate)| fate.contact_version))
        .bind(scope.tenant_id())
        .bind(id)
        .execute()
        .await?;
    Ok(())
}

impl FromRow for ImportRow {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let outcome: Option<RowOutcome> = row.get("outcome")?;
        let fate = match outcome {
            None => None,
            Some(outcome) => Some(RowFate {
                outcome,
                reason: row.get("reason")?,
                contact_id: row.get("contact_id")?,
                filled: row.get::<Words>("filled")?.0,
                contact_version: row.get("contact_version")?,
            }),
        };
        Ok(Self {
            number: row.get("number")?,
            cells: row.get::<Words>("cells")?.0,
            fate,
        })
    }
}
