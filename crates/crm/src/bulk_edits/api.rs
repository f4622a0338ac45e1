//! `/api/bulk-edits` and `/api/contacts/bulk-edits`: one change to many leads or contacts, how far it is, what it left
//! alone, and taking it back. Two addresses, because a token may write the ones and not the others.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use db::tenant::bulk_edits::{self, records};
use serde_json::{Value, json};
use server::{Facts, Failure, Fields, Params, Path, json as answer};
use types::{BulkEdit, BulkEditId, EditSubject, EditedRecord, Meant};

use super::{keep, wish};
use crate::{
    app::App,
    leads::filter::Asker,
    listing::Listing,
    member::{Member, Writer},
    zone::Zone,
};

/// Records that were left alone, told with the edit.
const FIRST_SKIPPED: i64 = 50;

/// What kind of record the address is about.
pub(crate) struct About(EditSubject);

impl<S: Sync> FromRequestParts<S> for About {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(match parts.uri.path().starts_with("/api/contacts/") {
            true => EditSubject::Contacts,
            false => EditSubject::Leads,
        }))
    }
}

/// Lists edits, newest first.
pub(crate) async fn list(
    member: Member,
    State(app): State<App>,
    About(subject): About,
    facts: Facts,
    params: Params,
) -> Result<Response, Failure> {
    let order = ("bulkEdits", subject.as_str());
    let listing = Listing::new(order, member.scope.tenant_id(), &facts);
    let after = listing.after(&params)?;
    let mut tx = app.db.read(&member.scope).await?;
    let page = bulk_edits::list(&mut tx, &member.scope, Some(subject), after, params.page()).await?;
    let total = match params.wants_count() {
        true => Some(bulk_edits::count(&mut tx, &member.scope, Some(subject)).await?),
        false => None,
    };
    let place = |edit: &BulkEdit| (edit.created_at, edit.id);
    let out = |edit: BulkEdit| told(&edit, &[]);
    Ok(answer::ok(listing.told(page, total, place, out)))
}

/// Begins an edit; with `dryRun`, says how many records it would be about.
pub(crate) async fn create(
    writer: Writer,
    (State(app), zone): (State<App>, Zone),
    About(subject): About,
    fields: Fields,
) -> Result<Response, Failure> {
    let asker = Asker {
        zone: &zone,
        me: writer.0.person_id(),
    };
    let (wish, is_dry_run) = wish::of_body(subject, fields, asker)?;
    if is_dry_run {
        let count = keep::try_out(&app, &writer, &wish).await?;
        return Ok(answer::ok(json!({
            "tenantId": writer.0.scope.tenant_id(), "dryRun": true, names(subject).count: count,
        })));
    }
    let edit = keep::begin(&app, &writer, wish).await?;
    one(&app, &writer.0, &edit, begun(&edit, StatusCode::CREATED)).await
}

/// Shows an edit: how far it is, and the first records it left alone.
pub(crate) async fn show(
    member: Member,
    State(app): State<App>,
    About(subject): About,
    Path(id): Path<BulkEditId>,
) -> Result<Response, Failure> {
    let edit = keep::find(&app, &member.scope, (Some(subject), id)).await?;
    one(&app, &member, &edit, StatusCode::OK).await
}

/// Puts back what nobody touched since.
pub(crate) async fn undo(
    writer: Writer,
    State(app): State<App>,
    About(subject): About,
    Path(id): Path<BulkEditId>,
) -> Result<Response, Failure> {
    let edit = keep::undo(&app, &writer, (Some(subject), id)).await?;
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
    let skipped = records::skipped(&mut tx, &member.scope, edit.id, FIRST_SKIPPED).await?;
    let body = json!({ "tenantId": member.scope.tenant_id(), "bulkEdit": told(edit, &skipped) });
    Ok(answer::ok_with(status, body))
}

/// What counts and ids of such records are called.
struct Names {
    id: &'static str,
    count: &'static str,
    done: &'static str,
}

const fn names(subject: EditSubject) -> Names {
    match subject {
        EditSubject::Leads => Names {
            id: "leadId",
            count: "leadCount",
            done: "leadsDone",
        },
        EditSubject::Contacts => Names {
            id: "contactId",
            count: "contactCount",
            done: "contactsDone",
        },
    }
}

fn told(edit: &BulkEdit, skipped: &[EditedRecord]) -> Value {
    let names = names(edit.subject);
    let skipped = skipped.iter();
    let skipped: Vec<_> = skipped
        .map(|record| json!({ names.id: record.record_id, "reason": record.reason }))
        .collect();
    json!({
        "id": edit.id,
        "status": edit.status,
        "change": edit.change,
        "list": match &edit.meant { Meant::Listed(query) => Some(query), Meant::Named(_) => None },
        names.count: edit.record_count,
        names.done: edit.records_done,
        "counts": edit.counts,
        "skipped": skipped,
        "undoUntil": edit.undo_until(),
        "createdBy": edit.created_by,
        "createdAt": edit.created_at,
        "updatedAt": edit.updated_at,
    })
}
