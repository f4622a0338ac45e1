//! `/api/imports`: files of contacts, what would become of them, what did, and taking them out again.

use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::imports::{self, rows};
use serde_json::{Value, json};
use server::{Facts, Failure, Fields, Params, Path, etag::Version, json as answer};
use types::{
    ImportId,
    imports::{Import, ImportRow, ImportStatus},
};

use super::{
    keep,
    upload::{Upload, Wish},
};
use crate::{
    app::App,
    listing::Listing,
    member::{Member, Writer},
};

/// Errors and notes told with the import itself; all of them are in `errors.csv`.
const FIRST_ERRORS: i64 = 50;

/// Lists imports, newest first.
pub(crate) async fn list(
    member: Member,
    State(app): State<App>,
    facts: Facts,
    params: Params,
) -> Result<Response, Failure> {
    let listing = Listing::new(("imports", "-createdAt"), member.scope.tenant_id(), &facts);
    let after = listing.after(&params)?;
    let mut tx = app.db.read(&member.scope).await?;
    let page = imports::list(&mut tx, &member.scope, after, params.page()).await?;
    let total = match params.wants_count() {
        true => Some(imports::count(&mut tx, &member.scope).await?),
        false => None,
    };
    let place = |import: &Import| (import.created_at, import.id);
    let out = |import: Import| told(&import, &[], &[]);
    Ok(answer::ok(listing.told(page, total, place, out)))
}

/// Takes a file in. `dryRun` says what an import would do, and leaves the import waiting to be started.
pub(crate) async fn create(
    writer: Writer,
    State(app): State<App>,
    upload: Upload,
) -> Result<Response, Failure> {
    let import = keep::receive(&app, &writer, upload).await?;
    one(&app, &writer.0, &import, begun(&import, StatusCode::CREATED)).await
}

/// Shows an import: how far it is, and the first rows that could not be read.
pub(crate) async fn show(
    member: Member,
    State(app): State<App>,
    Path(id): Path<ImportId>,
) -> Result<Response, Failure> {
    let import = keep::find(&app, &member.scope, id).await?;
    one(&app, &member, &import, StatusCode::OK).await
}

/// Imports what was checked, or with `dryRun` checks it again, as `mapping` says.
pub(crate) async fn start(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<ImportId>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let is_dry_run = fields.optional::<bool>("dryRun").unwrap_or_default();
    let wish = fields.optional::<Wish>("mapping");
    fields.finish()?;
    let mapping = match wish {
        None => None,
        Some(wish) => {
            let import = keep::find(&app, &writer.0.scope, id).await?;
            Some(wish.of(&import.header, &import.mapping))
        }
    };
    let next = match is_dry_run {
        true => ImportStatus::Checking,
        false => ImportStatus::Importing,
    };
    let import = keep::go_on(&app, &writer, id, (mapping, next)).await?;
    one(&app, &writer.0, &import, begun(&import, StatusCode::OK)).await
}

/// Takes out again what nobody touched since.
pub(crate) async fn undo(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<ImportId>,
) -> Result<Response, Failure> {
    let import = keep::go_on(&app, &writer, id, (None, ImportStatus::Undoing)).await?;
    one(&app, &writer.0, &import, begun(&import, StatusCode::OK)).await
}

/// What is still being worked on is accepted; what is over already has its status.
fn begun(import: &Import, over: StatusCode) -> StatusCode {
    match import.status.is_working() {
        true => StatusCode::ACCEPTED,
        false => over,
    }
}

async fn one(app: &App, member: &Member, import: &Import, status: StatusCode) -> Result<Response, Failure> {
    let mut tx = app.db.read(&member.scope).await?;
    let errors = rows::errors(&mut tx, &member.scope, import.id, (0, FIRST_ERRORS)).await?;
    let notes = rows::noted(&mut tx, &member.scope, import.id, (0, FIRST_ERRORS)).await?;
    let told = told(import, &errors, &notes);
    let body = json!({ "tenantId": member.scope.tenant_id(), "import": told });
    Ok(Version::of_content(&body).on(answer::ok_with(status, body)))
}

fn told(import: &Import, errors: &[ImportRow], notes: &[ImportRow]) -> Value {
    let counts = import.counts;
    let columns: Vec<_> = import
        .header
        .iter()
        .zip(&import.mapping)
        .map(|(name, target)| json!({ "name": name, "target": target }))
        .collect();
    let reasons = |rows: &[ImportRow]| -> Vec<Value> { rows.iter().map(|row| reason(import, row)).collect() };
    json!({
        "id": import.id,
        "fileName": import.file_name,
        "status": import.status,
        "dryRun": matches!(import.status, ImportStatus::Checking | ImportStatus::Checked),
        "format": import.format.as_ref().map(|format| json!({
            "delimiter": format.delimiter, "encoding": format.encoding, "hasHeader": format.has_header,
        })),
        "columns": columns,
        "rowCount": import.row_count,
        "rowsDone": import.rows_done,
        "counts": {
            "new": counts.new, "updated": counts.updated, "duplicate": counts.duplicate, "error": counts.error,
            "takenBack": counts.taken_back, "kept": counts.kept,
        },
        "errors": reasons(errors),
        "notes": reasons(notes),
        "createdBy": import.created_by,
        "createdAt": import.created_at,
        "updatedAt": import.updated_at,
    })
}

/// Why a row is told, and of which column: a reason begins with it.
fn reason(import: &Import, row: &ImportRow) -> Value {
    let reason = row.fate.as_ref().and_then(|fate| fate.reason.as_deref());
    let names = import
        .header
        .iter()
        .map(String::as_str)
        .chain(["E-mail", "Phone", "Name"]);
    let begins = |name: &&str| {
        let rest = reason.and_then(|reason| reason.strip_prefix(*name));
        rest.is_some_and(|rest| rest.starts_with(": "))
    };
    let column = names.filter(begins).max_by_key(|name| name.len());
    json!({ "row": import.row_in_file(row.number), "column": column, "reason": reason })
}
