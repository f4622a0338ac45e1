//! `/api/reminders`: the list, one reminder, new ones, changes, and taking one away.

use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::reminders::{self, ReminderWithNames};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use server::{
    Facts, Failure, Fields, Params, Path,
    etag::{IfMatch, Version},
    json as answer,
};
use types::{ContactId, LeadId, Patch, PersonId, PlannedTime, ReminderChange, ReminderId, Text};

use super::{
    filter,
    keep::{self, NewReminder},
};
use crate::{
    app::App,
    listing::Listing,
    member::{Member, Writer},
    zone::Zone,
};

/// A reminder as the API tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReminderOut {
    id: ReminderId,
    title: String,
    due_at: Timestamp,
    lead_id: Option<LeadId>,
    contact_id: Option<ContactId>,
    contact_name: Option<String>,
    assigned_to: PersonId,
    assignee_name: Option<String>,
    created_by: PersonId,
    completed_at: Option<Timestamp>,
    completed_by: Option<PersonId>,
    /// When somebody was told that it is overdue.
    escalated_at: Option<Timestamp>,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<ReminderWithNames> for ReminderOut {
    fn from(found: ReminderWithNames) -> Self {
        let reminder = found.reminder;
        Self {
            id: reminder.id,
            title: reminder.title,
            due_at: reminder.due_at,
            lead_id: reminder.lead_id,
            contact_id: reminder.contact_id,
            contact_name: found.contact_name,
            assigned_to: reminder.assigned_to,
            assignee_name: found.assignee_name,
            created_by: reminder.created_by,
            completed_at: reminder.completed.map(|completion| completion.at),
            completed_by: reminder.completed.map(|completion| completion.by),
            escalated_at: found.escalation.told_at,
            version: reminder.version,
            created_at: reminder.created_at,
            updated_at: reminder.updated_at,
        }
    }
}

/// Lists reminders: the open ones by when they are due, or the done ones.
pub(crate) async fn list(
    member: Member,
    State(app): State<App>,
    (facts, zone): (Facts, Zone),
    params: Params,
) -> Result<Response, Failure> {
    let mut filter = filter(&params, &member, (&zone, app.clock.now()))?;
    let order = if filter.is_done { "-completedAt" } else { "dueAt" };
    let listing = Listing::new(("reminders", order), member.scope.tenant_id(), &facts);
    filter.after = listing.after(&params)?;
    let mut tx = app.db.read(&member.scope).await?;
    let page = reminders::list(&mut tx, &member.scope, &filter, params.page()).await?;
    let total = match params.wants_count() {
        true => Some(reminders::count(&mut tx, &member.scope, &filter).await?),
        false => None,
    };
    let place = |row: &ReminderWithNames| {
        let reminder = &row.reminder;
        let at = reminder
            .completed
            .map_or(reminder.due_at, |completion| completion.at);
        (at, reminder.id)
    };
    Ok(answer::ok(
        listing.answer::<_, _, ReminderOut>(page, total, place),
    ))
}

/// Shows one reminder.
pub(crate) async fn show(
    member: Member,
    State(app): State<App>,
    Path(id): Path<ReminderId>,
) -> Result<Response, Failure> {
    let found = keep::read(&app, &member, id).await?;
    Ok(one(&member, found, StatusCode::OK))
}

/// Writes a reminder down.
pub(crate) async fn create(
    writer: Writer,
    State(app): State<App>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let title = fields.required::<Text<200>>("title");
    let due_at = fields.required::<PlannedTime>("dueAt");
    let (lead_id, contact_id) = (fields.optional("leadId"), fields.optional("contactId"));
    let assigned_to = fields.optional("assignedTo");
    fields.finish()?;
    let missing = "a required field that is missing was refused";
    let wanted = NewReminder {
        id: ReminderId::new(&*app.ids),
        title: title.expect(missing).into_string(),
        due_at: due_at.expect(missing).time(),
        lead_id,
        contact_id,
        assigned_to,
    };
    let added = keep::add(&app, &writer, wanted).await?;
    Ok(one(&writer.0, added, StatusCode::CREATED))
}

/// Changes what the body mentions: `completed`, a later `dueAt`, another member.
pub(crate) async fn update(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<ReminderId>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let wanted = ReminderChange {
        title: set(&mut fields, "title").map(Text::<200>::into_string),
        due_at: set(&mut fields, "dueAt").map(PlannedTime::time),
        assigned_to: set(&mut fields, "assignedTo"),
        is_completed: set(&mut fields, "completed"),
    };
    fields.finish()?;
    if wanted == ReminderChange::default() {
        return Err(Failure::invalid(
            "",
            "nothing_to_change",
            "The body names nothing to change.",
        ));
    }
    let changed = keep::change(&app, &writer, id, &seen, wanted).await?;
    Ok(one(&writer.0, changed, StatusCode::OK))
}

/// Takes a reminder away.
pub(crate) async fn delete(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<ReminderId>,
    seen: IfMatch,
) -> Result<Response, Failure> {
    keep::remove(&app, &writer, id, &seen).await?;
    Ok(answer::ok(json!({ "tenantId": writer.0.scope.tenant_id() })))
}

fn one(member: &Member, found: ReminderWithNames, status: StatusCode) -> Response {
    let version = Version::of(found.reminder.version);
    let reminder = json!({ "tenantId": member.scope.tenant_id(), "reminder": ReminderOut::from(found) });
    version.on(answer::ok_with(status, reminder))
}

/// A field that can be set and not cleared: a reminder without it would be none.
fn set<T: serde::de::DeserializeOwned>(fields: &mut Fields, name: &'static str) -> Option<T> {
    match fields.patch(name) {
        Patch::Keep => None,
        Patch::Set(value) => Some(value),
        Patch::Clear => {
            fields.refuse(name, "required", format!("A reminder always has {name}."));
            None
        }
    }
}
