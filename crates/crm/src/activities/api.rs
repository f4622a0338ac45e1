//! `/api/activities`: what happened, and logging what a member did.

use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::activities::{self, ActivityFilter, ActivityWithActor};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use server::{Facts, Failure, FieldErrors, Fields, Params, json as answer};
use types::{Activity, ActivityId, ActivityType, ContactId, LeadId, PersonId, Text};

use super::{NewActivity, log};
use crate::{
    app::App,
    listing::{self, Listing},
    member::{Member, Writer},
};

/// An activity as the API tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActivityOut {
    id: ActivityId,
    activity_type: ActivityType,
    lead_id: Option<LeadId>,
    contact_id: Option<ContactId>,
    occurred_at: Timestamp,
    summary: String,
    metadata: Value,
    actor: Option<ActorOut>,
}

/// The member who did it.
#[derive(Debug, Serialize)]
struct ActorOut {
    id: PersonId,
    name: Option<String>,
}

impl ActivityOut {
    fn new(activity: Activity, actor_name: Option<String>) -> Self {
        Self {
            id: activity.id,
            activity_type: activity.activity_type,
            lead_id: activity.lead_id,
            contact_id: activity.contact_id,
            occurred_at: activity.occurred_at,
            summary: activity.summary,
            metadata: activity.metadata,
            actor: activity.actor.map(|id| ActorOut { id, name: actor_name }),
        }
    }
}

impl From<ActivityWithActor> for ActivityOut {
    fn from(row: ActivityWithActor) -> Self {
        Self::new(row.activity, row.actor_name)
    }
}

/// Lists activities, newest first.
pub(crate) async fn list(
    member: Member,
    State(app): State<App>,
    facts: Facts,
    params: Params,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    let mut filter = ActivityFilter {
        lead_id: listing::id(&params, "leadId", &mut errors),
        contact_id: listing::id(&params, "contactId", &mut errors),
        activity_type: params.one_of("activityType", &mut errors),
        after: None,
    };
    errors.finish()?;
    let listing = Listing::new(("activities", "-occurredAt"), member.scope.tenant_id(), &facts);
    filter.after = listing.after(&params)?;
    let mut tx = app.db.read(&member.scope).await?;
    let page = activities::list(&mut tx, &member.scope, &filter, params.page()).await?;
    let total = match params.wants_count() {
        true => Some(activities::count(&mut tx, &member.scope, &filter).await?),
        false => None,
    };
    let place = |row: &ActivityWithActor| (row.activity.occurred_at, row.activity.id);
    Ok(answer::ok(
        listing.answer::<_, _, ActivityOut>(page, total, place),
    ))
}

/// Logs what the member did.
pub(crate) async fn create(
    writer: Writer,
    State(app): State<App>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let summary = fields.required::<Text<10_000>>("summary");
    let activity_type = fields.optional("activityType").unwrap_or(ActivityType::Note);
    if !activity_type.may_be_logged() {
        fields.refuse(
            "activityType",
            "unknown",
            "activityType must be one of note, call_logged, text_logged, email_logged, appointment_logged.",
        );
    }
    let (lead_id, contact_id) = (fields.optional("leadId"), fields.optional("contactId"));
    fields.finish()?;
    let summary = summary.expect("a required field that is missing was refused");
    let done = NewActivity {
        id: ActivityId::new(&*app.ids),
        activity_type,
        summary: summary.into_string(),
        lead_id,
        contact_id,
    };
    let logged = log(&app, &writer, done).await?;
    let activity = ActivityOut::new(logged, Some(writer.0.person.name));
    Ok(answer::ok_with(
        StatusCode::CREATED,
        json!({ "tenantId": writer.0.scope.tenant_id(), "activity": activity }),
    ))
}
