//! `/api/bulk-edits`: one change to many leads, how far it is, what it left alone, and taking it back.

use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::bulk_edits::{self, leads as edited};
use serde_json::{Value, json};
use server::{Failure, Fields, Params, Path, json as answer};
use types::{BulkEdit, BulkEditId, EditedLead, Meant, Pagination};

use super::{keep, wish};
use crate::{
    app::App,
    member::{Member, Writer},
};

/// Leads that were left alone, told with the edit.
const FIRST_SKIPPED: i64 = 50;

/// Lists edits, newest first.
pub(crate) async fn list(
    member: Member,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let mut tx = app.db.read(&member.scope).await?;
    let page = bulk_edits::list(&mut tx, &member.scope, params.page()).await?;
    let pagination = Pagination::of(&page);
    let all: Vec<_> = page.items.iter().map(|edit| told(edit, &[])).collect();
    Ok(answer::ok(json!({
        "tenantId": member.scope.tenant_id(), "bulkEdits": all, "pagination": pagination,
    })))
}

/// Begins an edit; with `dryRun`, says how many leads it would be about.
pub(crate) async fn create(
    writer: Writer,
    State(app): State<App>,
    fields: Fields,
) -> Result<Response, Failure> {
    let (wish, is_dry_run) = wish::of_body(fields)?;
    if is_dry_run {
        let lead_count = keep::try_out(&app, &writer, &wish).await?;
        return Ok(answer::ok(json!({
            "tenantId": writer.0.scope.tenant_id(), "dryRun": true, "leadCount": lead_count,
        })));
    }
    let edit = keep::begin(&app, &writer, wish).await?;
    one(&app, &writer.0, &edit, begun(&edit, StatusCode::CREATED)).await
}

/// Shows an edit: how far it is, and the first leads it left alone.
pub(crate) async fn show(
    member: Member,
    State(app): State<App>,
    Path(id): Path<BulkEditId>,
) -> Result<Response, Failure> {
    let edit = keep::find(&app, &member.scope, id).await?;
    one(&app, &member, &edit, StatusCode::OK).await
}

/// Puts back what nobody touched since.
pub(crate) async fn undo(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<BulkEditId>,
) -> Result<Response, Failure> {
    let edit = keep::undo(&app, &writer, id).await?;
    one(&app, &writer.0, &edit, begun(&edit, StatusCode::OK)).await
}

/// What is still being worked on is accepted; what is over already has its status.
fn begun(edit: &BulkEdit, over: StatusCode) -> StatusCode {
    match edit.status.is_working() {
        true => StatusCode::ACCEPTED,
        false => over,
    }
}

async fn one(app: &App, member: &Member, edit: &BulkEdit, status: StatusCode) -> Result<Response, Failure> {
    let mut tx = app.db.read(&member.scope).await?;
    let skipped = edited::skipped(&mut tx, &member.scope, edit.id, FIRST_SKIPPED).await?;
    let body = json!({ "tenantId": member.scope.tenant_id(), "bulkEdit": told(edit, &skipped) });
    Ok(answer::ok_with(status, body))
}

fn told(edit: &BulkEdit, skipped: &[EditedLead]) -> Value {
    let skipped = skipped.iter();
    let skipped: Vec<_> = skipped
        .map(|lead| json!({ "leadId": lead.lead_id, "reason": lead.reason }))
        .collect();
    json!({
        "id": edit.id,
        "status": edit.status,
        "change": edit.change,
        "list": match &edit.meant { Meant::Listed(query) => Some(query), Meant::Named(_) => None },
        "leadCount": edit.lead_count,
        "leadsDone": edit.leads_done,
        "counts": edit.counts,
        "skipped": skipped,
        "createdBy": edit.created_by,
        "createdAt": edit.created_at,
        "updatedAt": edit.updated_at,
    })
}
