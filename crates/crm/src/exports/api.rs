//! `/api/exports`: beginning an export, and how far each is.

use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::exports;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use server::{Failure, Path, json as answer};
use types::{ExportId, ExportStatus, PersonId, RemovedReason, TenantExport};

use super::keep;
use crate::{app::App, member::Owner};

/// An export as the API tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportOut {
    id: ExportId,
    status: ExportStatus,
    removed_reason: Option<RemovedReason>,
    files_done: i64,
    file_count: i64,
    row_count: i64,
    byte_count: i64,
    sha256: Option<String>,
    created_by: PersonId,
    created_at: Timestamp,
    finished_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    download_count: i64,
    last_downloaded_at: Option<Timestamp>,
}

impl From<TenantExport> for ExportOut {
    fn from(export: TenantExport) -> Self {
        Self {
            id: export.id,
            status: export.status,
            removed_reason: export.removed,
            files_done: export.files_done,
            file_count: export.file_count,
            row_count: export.row_count,
            byte_count: export.byte_count,
            sha256: export.sha256,
            created_by: export.created_by,
            created_at: export.created_at,
            finished_at: export.finished_at,
            expires_at: export.expires_at,
            download_count: export.download_count,
            last_downloaded_at: export.last_download.map(|(_, at)| at),
        }
    }
}

/// Lists the exports that are remembered, newest first.
pub(crate) async fn list(Owner(owner): Owner, State(app): State<App>) -> Result<Response, Failure> {
    let mut tx = app.db.read(&owner.scope).await?;
    let found = exports::list(&mut tx, &owner.scope).await?;
    let told: Vec<_> = found.into_iter().map(ExportOut::from).collect();
    Ok(answer::ok(
        json!({ "tenantId": owner.scope.tenant_id(), "exports": told }),
    ))
}

/// Begins an export, or tells the one that is being prepared.
pub(crate) async fn create(owner: Owner, State(app): State<App>) -> Result<Response, Failure> {
    let export = keep::begin(&app, &owner).await?;
    Ok(one(&owner, export, StatusCode::ACCEPTED))
}

/// Shows an export.
pub(crate) async fn show(
    owner: Owner,
    State(app): State<App>,
    Path(id): Path<ExportId>,
) -> Result<Response, Failure> {
    let export = keep::find(&app, &owner, id).await?;
    Ok(one(&owner, export, StatusCode::OK))
}

fn one(Owner(owner): &Owner, export: TenantExport, status: StatusCode) -> Response {
    let told = json!({ "tenantId": owner.scope.tenant_id(), "export": ExportOut::from(export) });
    answer::ok_with(status, told)
}
