//! `/api/activities`: what happened, and logging what a member did.

use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::activities::{self, ActivityFilter, ActivityWithActor};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use server::{
    Facts, Failure, FieldErrors, Fields, Params, Path,
    etag::{IfMatch, Version},
    json as answer,
};
use types::{Activity, ActivityId, ActivityType, ContactId, LeadId, Patch, PersonId, PlannedTime, Text};

use super::{
    NewActivity,
    keep::{self, Correction},
    log,
};
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
    version: i64,
}

/// The member who did it.
#[derive(Debug, Serialize)]
struct ActorOut {
    id: PersonId,
    name: Option<String>,
}

impl ActivityOut {
    fn new(activity: Activity, actor_name: Option<String>, version: i64) -> Self {
        Self {
            id: activity.id,
            activity_type: activity.activity_type,
            lead_id: activity.lead_id,
            contact_id: activity.contact_id,
            occurred_at: activity.occurred_at,
            summary: activity.summary,
            metadata: activity.metadata,
            actor: activity.actor.map(|id| ActorOut { id, name: actor_name }),
            version,
        }
    }
}

impl From<ActivityWithActor> for ActivityOut {
    fn from(row: ActivityWithActor) -> Self {
        Self::new(row.activity, row.actor_name, row.version)
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
    let activity = ActivityOut::new(logged, Some(writer.0.person.name), 1);
    Ok(answer::ok_with(
        StatusCode::CREATED,
        json!({ "tenantId": writer.0.scope.tenant_id(), "activity": activity }),
    ))
}

/// Shows one activity.
pub(crate) async fn show(
    member: Member,
    State(app): State<App>,
    Path(id): Path<ActivityId>,
) -> Result<Response, Failure> {
    let found = keep::read(&app, &member, id).await?;
    Ok(one(&member, found))
}

/// Changes what the body mentions of what a member logged: `summary`, `occurredAt`.
pub(crate) async fn update(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<ActivityId>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let wanted = Correction {
        summary: set(&mut fields, "summary").map(Text::<10_000>::into_string),
        occurred_at: set(&mut fields, "occurredAt").map(|at: PlannedTime| to_the_microsecond(at.time())),
    };
    fields.finish()?;
    if wanted == Correction::default() {
        let sentence = "The body names nothing to change.";
        return Err(Failure::invalid("", "nothing_to_change", sentence));
    }
    let changed = keep::correct(&app, &writer, id, &seen, wanted).await?;
    Ok(one(&writer.0, changed))
}

/// Takes back what a member logged.
pub(crate) async fn delete(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<ActivityId>,
    seen: IfMatch,
) -> Result<Response, Failure> {
    keep::take_back(&app, &writer, id, &seen).await?;
    Ok(answer::ok(json!({ "tenantId": writer.0.scope.tenant_id() })))
}

fn one(member: &Member, found: ActivityWithActor) -> Response {
    let version = Version::of(found.version);
    let activity = json!({ "tenantId": member.scope.tenant_id(), "activity": ActivityOut::from(found) });
    version.on(answer::ok(activity))
}

/// A field that can be set and not cleared: an activity without it would be none.
fn set<T: serde::de::DeserializeOwned>(fields: &mut Fields, name: &'static str) -> Option<T> {
    match fields.patch(name) {
        Patch::Keep => None,
        Patch::Set(value) => Some(value),
        Patch::Clear => {
            fields.refuse(name, "required", format!("An activity always has {name}."));
            None
        }
    }
}

/// As precise as both databases are.
fn to_the_microsecond(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
