//! `/api/notices`: one's own, and what one has read.

use axum::{extract::State, response::Response};
use db::tenant::notices::{self, NoticeFilter, NoticeWithNames};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use server::{Facts, Failure, FieldErrors, Fields, Params, Path, json as answer};
use types::{LeadId, NoticeId, NoticeKind, PersonId, ReminderId};

use super::sentence;
use crate::{app::App, listing::Listing, member::Member};

/// A notice as the API tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NoticeOut {
    id: NoticeId,
    kind: NoticeKind,
    /// While the caller sees the lead.
    lead_id: Option<LeadId>,
    /// While the caller sees whom it is about.
    reminder_id: Option<ReminderId>,
    actor_id: Option<PersonId>,
    /// Of how many leads, if it is about several.
    lead_count: Option<i64>,
    /// Of how many reminders, if they are theirs now.
    reminder_count: Option<i64>,
    text: String,
    created_at: Timestamp,
    read_at: Option<Timestamp>,
}

impl From<NoticeWithNames> for NoticeOut {
    fn from(found: NoticeWithNames) -> Self {
        let text = sentence(&found);
        let notice = found.notice;
        let is_of_reminders = notice.kind == NoticeKind::RemindersGiven;
        Self {
            id: notice.id,
            kind: notice.kind,
            lead_id: notice.lead_id.filter(|_| found.is_seen),
            reminder_id: notice.reminder_id.filter(|_| found.reminder_title.is_some()),
            actor_id: notice.actor,
            lead_count: notice.lead_count.filter(|_| !is_of_reminders),
            reminder_count: notice.lead_count.filter(|_| is_of_reminders),
            text,
            created_at: notice.created_at,
            read_at: notice.read_at,
        }
    }
}

/// Lists one's own, newest first.
pub(crate) async fn list(
    member: Member,
    State(app): State<App>,
    facts: Facts,
    params: Params,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    let is_unread = match params.filled("status") {
        None | Some("all") => false,
        Some("unread") => true,
        Some(_) => {
            errors.add("status", "unknown", "The status must be all or unread.");
            false
        }
    };
    errors.finish()?;
    let listing = Listing::new(("notices", "-createdAt"), member.scope.tenant_id(), &facts);
    let filter = NoticeFilter {
        of: member.person_id(),
        is_unread,
        after: listing.after(&params)?,
    };
    let mut tx = app.db.read(&member.scope).await?;
    let page = notices::list(&mut tx, &member.scope, &filter, params.page()).await?;
    let total = match params.wants_count() {
        true => Some(notices::count(&mut tx, &member.scope, &filter).await?),
        false => None,
    };
    let place = |row: &NoticeWithNames| (row.notice.created_at, row.notice.id);
    Ok(answer::ok(listing.answer::<_, _, NoticeOut>(page, total, place)))
}

/// Says whether one has read it.
pub(crate) async fn update(
    member: Member,
    State(app): State<App>,
    Path(id): Path<NoticeId>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let is_read = fields.required::<bool>("read");
    fields.finish()?;
    let read_at = is_read.unwrap_or_default().then(|| app.clock.now());
    let mut tx = app.db.write(&member.scope).await?;
    if !notices::set_read(&mut tx, &member.scope, (member.person_id(), id), read_at).await? {
        return Err(Failure::NotFound);
    }
    tx.commit().await?;
    Ok(answer::ok(
        json!({ "tenantId": member.scope.tenant_id(), "notice": { "id": id, "readAt": read_at } }),
    ))
}
