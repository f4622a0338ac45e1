//! `/api/imports/{id}/errors.csv`: the rows that could not be read, as they came, each with why; with `notes=true` those of
//! which something was left out, each with what.

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use db::{Db, TenantScope, tenant::imports::rows};
use futures::stream;
use server::{Failure, Params, Path, csv_line::line};
use types::{
    ImportId,
    imports::{Import, ImportRow},
};

use super::keep;
use crate::{app::App, member::Member};

/// Rows fetched at once: as many errors as there are never lie in memory together.
const AT_ONCE: i64 = 1_000;

/// Which rows are told.
#[derive(Clone, Copy)]
enum Told {
    /// Those that could not be read.
    Errors,
    /// Those that were taken in without something that stands in them.
    Notes,
}

/// Streams the rows, their own columns first, so that a corrected file can be imported as it is.
pub(crate) async fn download(
    member: Member,
    State(app): State<App>,
    Path(id): Path<ImportId>,
    params: Params,
) -> Result<Response, Failure> {
    let import = keep::find(&app, &member.scope, id).await?;
    let (told, name) = match params.filled("notes") {
        Some("true") => (Told::Notes, "left-out"),
        _ => (Told::Errors, "errors"),
    };
    let name = format!("attachment; filename=\"{name}-{}.csv\"", import.id);
    let pages = Pages {
        db: app.db.clone(),
        scope: member.scope,
        import,
        told,
        after: None,
    };
    let body = stream::try_unfold(pages, |pages| async move { pages.next().await });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, &name),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// How far the download is: nowhere, or after a row.
struct Pages {
    db: Db,
    scope: TenantScope,
    import: Import,
    told: Told,
    after: Option<i64>,
}

impl Pages {
    async fn next(mut self) -> anyhow::Result<Option<(Bytes, Self)>> {
        let (id, page) = (self.import.id, (self.after.unwrap_or_default(), AT_ONCE));
        let mut tx = self.db.read(&self.scope).await?;
        let rows = match self.told {
            Told::Errors => rows::errors(&mut tx, &self.scope, id, page).await?,
            Told::Notes => rows::noted(&mut tx, &self.scope, id, page).await?,
        };
        drop(tx);
        let is_first = self.after.is_none();
        if rows.is_empty() && !is_first {
            return Ok(None);
        }
        let text = written(is_first.then_some(&self.import), &self.import, &rows);
        self.after = Some(rows.last().map_or(i64::MAX, |row| row.number));
        Ok(Some((text.into(), self)))
    }
}

fn written(header: Option<&Import>, import: &Import, rows: &[ImportRow]) -> String {
    let mut text = String::new();
    if let Some(import) = header {
        let names = import.header.iter().cloned();
        text = line(names.chain(["Row".to_owned(), "Reason".to_owned()]));
    }
    for row in rows {
        let mut cells = row.cells.clone();
        cells.resize(import.header.len().max(cells.len()), String::new());
        cells.push(import.row_in_file(row.number).to_string());
        let reason = row.fate.as_ref().and_then(|fate| fate.reason.clone());
        cells.push(reason.unwrap_or_default());
        text.push_str(&line(cells));
    }
    text
}
