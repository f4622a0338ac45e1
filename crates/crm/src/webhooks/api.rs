//! `/api/webhooks`: endpoints, their secrets, and what became of what they were told.

use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::webhooks::{self, deliveries};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use server::{
    Facts, Failure, Fields, Params, Path,
    etag::{IfMatch, Version},
    json as answer,
};
use types::{
    Attempt, Delivery, DeliveryId, DeliveryStatus, EndpointId, OffReason, PersonId, Text, WebhookEndpoint,
    WebhookEvent,
};

use super::keep::{self, EndpointChange};
use crate::{app::App, listing::Listing, member::Owner};

/// An endpoint as the API tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WebhookOut {
    id: EndpointId,
    name: String,
    url: String,
    events: Vec<WebhookEvent>,
    is_on: bool,
    off_reason: Option<OffReason>,
    off_at: Option<Timestamp>,
    failing_since: Option<Timestamp>,
    created_by: PersonId,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<WebhookEndpoint> for WebhookOut {
    fn from(endpoint: WebhookEndpoint) -> Self {
        let (off_at, off_reason) = endpoint.off.unzip();
        Self {
            id: endpoint.id,
            name: endpoint.name,
            url: endpoint.url,
            events: endpoint.events,
            is_on: off_at.is_none(),
            off_reason,
            off_at,
            failing_since: endpoint.failing_since,
            created_by: endpoint.made_by,
            created_at: endpoint.created_at,
            updated_at: endpoint.updated_at,
        }
    }
}

/// A delivery as the API tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DeliveryOut {
    id: DeliveryId,
    webhook_id: EndpointId,
    event: WebhookEvent,
    sequence: Option<i64>,
    payload: Value,
    status: DeliveryStatus,
    attempts: i64,
    created_at: Timestamp,
    next_attempt_at: Option<Timestamp>,
    last_attempt: Option<AttemptOut>,
}

/// What came of the last attempt.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AttemptOut {
    at: Timestamp,
    status: Option<u16>,
    took_ms: Option<i64>,
    error: Option<String>,
    body: Option<String>,
}

impl AttemptOut {
    fn new((at, attempt): (Timestamp, Option<Attempt>)) -> Self {
        let attempt = attempt.as_ref();
        Self {
            at,
            status: attempt.and_then(|attempt| attempt.status),
            took_ms: attempt.and_then(|attempt| i64::try_from(attempt.took.as_millis()).ok()),
            error: attempt.and_then(|attempt| attempt.error.clone()),
            body: attempt.map(|attempt| attempt.body.clone()),
        }
    }
}

impl From<Delivery> for DeliveryOut {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            webhook_id: delivery.endpoint_id,
            event: delivery.event,
            sequence: delivery.seq,
            payload: delivery.payload,
            status: delivery.status,
            attempts: delivery.attempts,
            created_at: delivery.created_at,
            next_attempt_at: delivery.next_attempt_at,
            last_attempt: delivery.last_attempt.map(AttemptOut::new),
        }
    }
}

/// Lists the endpoints, oldest first.
pub(crate) async fn list(Owner(owner): Owner, State(app): State<App>) -> Result<Response, Failure> {
    let mut tx = app.db.read(&owner.scope).await?;
    let found = webhooks::list(&mut tx, &owner.scope).await?;
    let told: Vec<_> = found.into_iter().map(WebhookOut::from).collect();
    Ok(answer::ok(
        json!({ "tenantId": owner.scope.tenant_id(), "webhooks": told }),
    ))
}

/// Makes an endpoint, and tells its secret this once.
pub(crate) async fn create(
    owner: Owner,
    State(app): State<App>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let name = fields.required::<Text<60>>("name");
    let url = fields.required::<String>("url");
    let url = checked_url(&app, &mut fields, url);
    let events = fields.required::<Vec<WebhookEvent>>("events");
    let events = checked_events(&mut fields, events);
    fields.finish()?;
    let present = "a required field that is missing was refused";
    let named = (name.expect(present).into_string(), url.expect(present));
    let endpoint = keep::make(&app, &owner, named, events.expect(present)).await?;
    Ok(with_secret(&app, &owner, endpoint, StatusCode::CREATED))
}

/// Shows an endpoint.
pub(crate) async fn show(
    owner: Owner,
    State(app): State<App>,
    Path(id): Path<EndpointId>,
) -> Result<Response, Failure> {
    let scope = &owner.0.scope;
    let mut tx = app.db.read(scope).await?;
    let found = webhooks::find(&mut tx, scope, id).await?;
    Ok(one(&owner, found.ok_or(Failure::NotFound)?))
}

/// Changes what the body mentions.
pub(crate) async fn update(
    owner: Owner,
    State(app): State<App>,
    Path(id): Path<EndpointId>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let (url, events) = (fields.optional("url"), fields.optional("events"));
    let wanted = EndpointChange {
        name: fields.optional::<Text<60>>("name").map(Text::into_string),
        url: checked_url(&app, &mut fields, url),
        events: checked_events(&mut fields, events),
        is_on: fields.optional("isOn"),
    };
    fields.finish()?;
    if wanted == EndpointChange::default() {
        return Err(Failure::invalid(
            "",
            "nothing_to_change",
            "The body names nothing to change.",
        ));
    }
    let changed = keep::change(&app, &owner, (id, &seen), wanted).await?;
    Ok(one(&owner, changed))
}

/// Takes an endpoint away.
pub(crate) async fn delete(
    owner: Owner,
    State(app): State<App>,
    Path(id): Path<EndpointId>,
    seen: IfMatch,
) -> Result<Response, Failure> {
    keep::remove(&app, &owner, (id, &seen)).await?;
    Ok(answer::ok(json!({ "tenantId": owner.0.scope.tenant_id() })))
}

/// Replaces the secret of an endpoint, and tells the new one this once.
pub(crate) async fn rotate(
    owner: Owner,
    State(app): State<App>,
    Path(id): Path<EndpointId>,
) -> Result<Response, Failure> {
    let endpoint = keep::rotate(&app, &owner, id).await?;
    Ok(with_secret(&app, &owner, endpoint, StatusCode::OK))
}

/// Sends an endpoint an event that says nothing.
pub(crate) async fn test(
    owner: Owner,
    State(app): State<App>,
    Path(id): Path<EndpointId>,
) -> Result<Response, Failure> {
    let delivery = keep::test(&app, &owner, id).await?;
    Ok(on_its_way(&owner, delivery))
}

/// Lists what was or is to be delivered to an endpoint, newest first.
pub(crate) async fn deliveries(
    Owner(owner): Owner,
    State(app): State<App>,
    Path(id): Path<EndpointId>,
    facts: Facts,
    params: Params,
) -> Result<Response, Failure> {
    let listing = Listing::new(("deliveries", "-createdAt"), owner.scope.tenant_id(), &facts);
    let after = listing.after(&params)?;
    let mut tx = app.db.read(&owner.scope).await?;
    let endpoint = webhooks::find(&mut tx, &owner.scope, id).await?;
    let endpoint = endpoint.ok_or(Failure::NotFound)?;
    let page = deliveries::list(&mut tx, &owner.scope, endpoint.id, after, params.page()).await?;
    let total = match params.wants_count() {
        true => Some(deliveries::count(&mut tx, &owner.scope, endpoint.id).await?),
        false => None,
    };
    let place = |delivery: &Delivery| (delivery.created_at, delivery.id);
    Ok(answer::ok(
        listing.answer::<_, _, DeliveryOut>(page, total, place),
    ))
}

/// Has a delivery tried now, whatever became of it before.
pub(crate) async fn send_again(
    owner: Owner,
    State(app): State<App>,
    Path(id): Path<DeliveryId>,
) -> Result<Response, Failure> {
    let delivery = keep::send_again(&app, &owner, id).await?;
    Ok(on_its_way(&owner, delivery))
}

fn checked_url(app: &App, fields: &mut Fields, text: Option<String>) -> Option<String> {
    let url = keep::url(app.webhooks.reach, &text?);
    url.map_err(|sentence| fields.refuse("url", "invalid", sentence))
        .ok()
}

/// What an endpoint may be told of, each once.
fn checked_events(fields: &mut Fields, events: Option<Vec<WebhookEvent>>) -> Option<Vec<WebhookEvent>> {
    let mut events = events?;
    events.sort_unstable();
    events.dedup();
    if events.is_empty() || !events.iter().all(|event| WebhookEvent::CHOICES.contains(event)) {
        let known = WebhookEvent::CHOICES.map(WebhookEvent::as_str).join(", ");
        fields.refuse("events", "invalid", format!("events must be some of {known}."));
    }
    Some(events)
}

fn one(owner: &Owner, endpoint: WebhookEndpoint) -> Response {
    let version = Version::of(endpoint.version);
    let told = json!({ "tenantId": owner.0.scope.tenant_id(), "webhook": WebhookOut::from(endpoint) });
    version.on(answer::ok(told))
}

fn with_secret(app: &App, owner: &Owner, endpoint: WebhookEndpoint, status: StatusCode) -> Response {
    let (version, secret) = (Version::of(endpoint.version), keep::secret(app, owner, &endpoint));
    let told = json!({
        "tenantId": owner.0.scope.tenant_id(), "webhook": WebhookOut::from(endpoint), "secret": secret,
    });
    version.on(answer::ok_with(status, told))
}

fn on_its_way(owner: &Owner, delivery: Delivery) -> Response {
    let told = json!({ "tenantId": owner.0.scope.tenant_id(), "delivery": DeliveryOut::from(delivery) });
    answer::ok_with(StatusCode::ACCEPTED, told)
}
