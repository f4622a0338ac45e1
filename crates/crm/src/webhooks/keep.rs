//! Making an endpoint, changing it, trying it, and taking it away: what is checked, written and told, in one transaction.

use db::{
    Tx,
    tenant::webhooks::{self, deliveries},
};
use server::{
    Failure,
    etag::{IfMatch, Version},
    outgoing::strangers::Reach,
    webhook::WebhookSecret,
};
use types::{
    Activity, ActivityId, Delivery, DeliveryId, EndpointId, OffReason, WebhookEndpoint, WebhookEvent,
};

use super::payload;
use crate::{
    activities::record,
    app::App,
    member::{Member, Owner},
};

/// What is to be different about an endpoint. The default changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct EndpointChange {
    pub(super) name: Option<String>,
    pub(super) url: Option<String>,
    pub(super) events: Option<Vec<WebhookEvent>>,
    pub(super) is_on: Option<bool>,
}

/// Reads an address as far as that goes without asking where its name leads, and writes it as it is meant.
pub(super) fn url(reach: Reach, text: &str) -> Result<String, String> {
    const LONGEST: usize = 1_000;

    let url = reach
        .read(text)
        .map_err(|error| format!("The address {error}."))?;
    match url.as_str().len() <= LONGEST {
        true => Ok(url.into()),
        false => Err(format!("The address must be at most {LONGEST} characters.")),
    }
}

/// The secret that an endpoint checks signatures with.
pub(super) fn secret(app: &App, owner: &Owner, endpoint: &WebhookEndpoint) -> String {
    let whose = (owner.0.scope.tenant_id(), endpoint.id);
    WebhookSecret::of(&app.webhooks.secrets, whose, &endpoint.salt).text()
}

/// Makes an endpoint, which is told of what happens from now on.
///
/// # Errors
///
/// A conflict, when there are as many as there may be.
pub(super) async fn make(
    app: &App,
    Owner(owner): &Owner,
    (name, url): (String, String),
    events: Vec<WebhookEvent>,
) -> Result<WebhookEndpoint, Failure> {
    let (scope, now) = (&owner.scope, app.clock.now());
    let endpoint = WebhookEndpoint {
        id: EndpointId::new(&*app.ids),
        url,
        name,
        events,
        salt: WebhookSecret::salt(),
        former: None,
        made_by: owner.person_id(),
        failing_since: None,
        off: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let mut tx = app.db.write(scope).await?;
    // Before the count: the feed's row lets owners of one tenant through one after the other.
    let seq = trace(&mut tx, app, owner, (&endpoint, "Made")).await?;
    if webhooks::count(&mut tx, scope).await? >= WebhookEndpoint::MOST {
        let sentence = format!(
            "There are {} webhooks. Take one away first.",
            WebhookEndpoint::MOST
        );
        return Err(Failure::conflict("too_many_webhooks", sentence));
    }
    webhooks::insert(&mut tx, scope, &endpoint, seq).await?;
    tx.commit().await?;
    Ok(endpoint)
}

/// Changes an endpoint that is still what the caller saw. Switched on again, it goes on from now.
///
/// # Errors
///
/// Not found or stale.
pub(super) async fn change(
    app: &App,
    Owner(owner): &Owner,
    (id, seen): (EndpointId, &IfMatch),
    change: EndpointChange,
) -> Result<WebhookEndpoint, Failure> {
    let (scope, now) = (&owner.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let before = webhooks::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    seen.allows(Version::of(before.version))?;
    let is_on = change.is_on.unwrap_or(before.off.is_none());
    let mut endpoint = WebhookEndpoint {
        name: change.name.unwrap_or_else(|| before.name.clone()),
        url: change.url.unwrap_or_else(|| before.url.clone()),
        events: change.events.unwrap_or_else(|| before.events.clone()),
        off: match is_on {
            true => None,
            false => before.off.or(Some((now, OffReason::Owner))),
        },
        ..before.clone()
    };
    if endpoint == before {
        return Ok(before);
    }
    endpoint.updated_at = now;
    let is_back = before.off.is_some() && is_on;
    if is_back {
        endpoint.failing_since = None;
    }
    if !webhooks::update(&mut tx, scope, &endpoint).await? {
        return Err(Failure::Stale);
    }
    let seq = trace(&mut tx, app, owner, (&endpoint, "Changed")).await?;
    if is_back {
        webhooks::skip_to(&mut tx, scope, id, seq).await?;
    }
    tx.commit().await?;
    app.webhooks.waiting.notify_one();
    endpoint.version += 1;
    Ok(endpoint)
}

/// Gives an endpoint a new secret. The old one signs for a day more, so that whoever checks has time to change it.
///
/// # Errors
///
/// Not found or stale.
pub(super) async fn rotate(
    app: &App,
    Owner(owner): &Owner,
    id: EndpointId,
) -> Result<WebhookEndpoint, Failure> {
    let (scope, now) = (&owner.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let mut endpoint = webhooks::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let former = std::mem::replace(&mut endpoint.salt, WebhookSecret::salt());
    endpoint.former = Some((former, now + WebhookEndpoint::BOTH_SECRETS));
    endpoint.updated_at = now;
    if !webhooks::update(&mut tx, scope, &endpoint).await? {
        return Err(Failure::Stale);
    }
    trace(&mut tx, app, owner, (&endpoint, "Replaced the secret of")).await?;
    tx.commit().await?;
    endpoint.version += 1;
    Ok(endpoint)
}

/// Takes an endpoint away, with what was on its way to it.
///
/// # Errors
///
/// Not found; stale, when it is not what the caller saw any more.
pub(super) async fn remove(
    app: &App,
    Owner(owner): &Owner,
    (id, seen): (EndpointId, &IfMatch),
) -> Result<WebhookEndpoint, Failure> {
    let scope = &owner.scope;
    let mut tx = app.db.write(scope).await?;
    let endpoint = webhooks::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    seen.allows(Version::of(endpoint.version))?;
    if !webhooks::delete(&mut tx, scope, (id, endpoint.version)).await? {
        return Err(Failure::Stale);
    }
    trace(&mut tx, app, owner, (&endpoint, "Took away")).await?;
    tx.commit().await?;
    Ok(endpoint)
}

/// Sends an endpoint an event that says nothing.
///
/// # Errors
///
/// Not found; a conflict, for one that is off.
pub(super) async fn test(app: &App, Owner(owner): &Owner, id: EndpointId) -> Result<Delivery, Failure> {
    let scope = &owner.scope;
    let mut tx = app.db.write(scope).await?;
    let endpoint = webhooks::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    check_on(&endpoint)?;
    let test = payload::test(scope, (DeliveryId::new(&*app.ids), id), app.clock.now());
    deliveries::insert(&mut tx, scope, std::slice::from_ref(&test)).await?;
    tx.commit().await?;
    app.webhooks.waiting.notify_one();
    Ok(test)
}

/// Has a delivery tried now, whatever became of it before.
///
/// # Errors
///
/// Not found; a conflict, for an endpoint that is off.
pub(super) async fn send_again(app: &App, Owner(owner): &Owner, id: DeliveryId) -> Result<Delivery, Failure> {
    let scope = &owner.scope;
    let mut tx = app.db.write(scope).await?;
    let delivery = deliveries::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let endpoint = webhooks::find(&mut tx, scope, delivery.endpoint_id).await?;
    check_on(&endpoint.ok_or(Failure::NotFound)?)?;
    if !deliveries::send_again(&mut tx, scope, id, app.clock.now()).await? {
        return Err(Failure::NotFound);
    }
    let delivery = deliveries::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    tx.commit().await?;
    app.webhooks.waiting.notify_one();
    Ok(delivery)
}

fn check_on(endpoint: &WebhookEndpoint) -> Result<(), Failure> {
    match endpoint.off {
        None => Ok(()),
        Some(_) => Err(Failure::conflict(
            "webhook_off",
            "This webhook is off. Switch it on first.",
        )),
    }
}

/// Notes in the timeline of the workspace what an owner did with an endpoint. Says where in the feed that is.
async fn trace(
    tx: &mut Tx,
    app: &App,
    owner: &Member,
    (endpoint, did): (&WebhookEndpoint, &str),
) -> Result<i64, Failure> {
    let now = app.clock.now();
    let activity = Activity::of_workspace(
        ActivityId::new(&*app.ids),
        Some(owner.person_id()),
        (
            format!("{did} the webhook {}", endpoint.name),
            serde_json::json!({ "webhook": endpoint.id }),
        ),
        now,
    );
    Ok(record(tx, &owner.scope, &activity).await?)
}
