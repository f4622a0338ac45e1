//! Hands what a visitor sent to the queue. Success means that it is on the disk.

use axum::http::HeaderMap;
use db::{
    TenantScope,
    tenant::jobs::{self, NewJob},
};
use server::Failure;
use types::{
    EventKey, JobId, WebsiteEvent,
    events::{EventTenant, Payload},
};

use crate::{app::App, visitor::Visitor};

pub(crate) use db::Enqueued;

/// What makes two requests one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sameness {
    /// The `Idempotency-Key` the sender gave: one request, word for word.
    Key(String),
    /// The name of a form's submission: one click, however often the button was pressed.
    Name(String),
    /// What it says: a form sent twice says the same.
    Content,
    /// Nothing: who looks at a home twice did so twice.
    Never,
}

impl Sameness {
    /// The name the caller gave, in the header or in the body; the header is the later word.
    pub(crate) fn named(headers: &HeaderMap, submission_id: Option<String>) -> Option<Self> {
        idempotency_key(headers)
            .map(|key| Self::Key(key.to_owned()))
            .or(submission_id.map(Self::Name))
    }
}

/// The `Idempotency-Key`, if it says anything.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Option<&str> {
    let key = headers.get("idempotency-key")?.to_str().ok()?.trim();
    (!key.is_empty()).then_some(key)
}

/// Puts an event of this visitor in line.
///
/// # Errors
///
/// Unavailable when it could not be stored, whatever the reason: the visitor shall send it again. Invalid when the
/// `Idempotency-Key` already names another request.
pub(crate) async fn enqueue(
    app: &App,
    visitor: Visitor,
    sameness: Sameness,
    payload: Payload,
) -> Result<Enqueued, Failure> {
    let Visitor {
        site,
        context,
        request_id,
        browser,
    } = visitor;
    let mut event = WebsiteEvent {
        occurred_at: app.clock.now(),
        tenant: EventTenant {
            tenant_id: context.tenant_id,
            tenant_slug: context.tenant_slug,
            tenant_domain: context.tenant_domain,
        },
        payload,
    };
    let id = JobId::new(&*app.ids);
    // Before the browser is noted: what is sent twice is one event, whichever cookies came with it.
    let event_key = key(&event, &sameness, id);
    let actor = event.payload.actor_mut();
    *actor = actor.take().or(browser);
    let job = NewJob {
        id,
        event_key,
        event_type: event.payload.event_type().as_str().to_owned(),
        payload: event.to_json(),
        request_id: Some(request_id.as_str().to_owned()),
        created_at: event.occurred_at,
    };
    let enqueued = jobs::enqueue(&app.db, &site.scope, job)
        .await
        .map_err(|error| away(&error))?;
    if let (Enqueued::Duplicate(first), Sameness::Key(_)) = (enqueued, &sameness) {
        refuse_another(app, &site.scope, first, event.payload).await?;
    }
    Ok(enqueued)
}

fn away(error: &db::Error) -> Failure {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "an event could not be stored, and its sender was told so"
    );
    Failure::unavailable()
}

/// Whoever sends a key again with other words made a mistake, and would lose what they say now.
async fn refuse_another(
    app: &App,
    scope: &TenantScope,
    first: JobId,
    mut now: Payload,
) -> Result<(), Failure> {
    let mut tx = app.db.read(scope).await.map_err(|error| away(&error))?;
    let payload = jobs::payload(&mut tx, scope, first)
        .await
        .map_err(|error| away(&error))?;
    let before = payload.and_then(|text| WebsiteEvent::parse(&text, scope.tenant_id()).ok());
    let Some(WebsiteEvent {
        payload: mut before, ..
    }) = before
    else {
        return Ok(());
    };
    (*before.actor_mut(), *now.actor_mut()) = (None, None);
    if before == now {
        return Ok(());
    }
    Err(Failure::invalid(
        "",
        "idempotency_key_reused",
        "This Idempotency-Key was used for another request: send this one with a key of its own.",
    ))
}

fn key(event: &WebsiteEvent, sameness: &Sameness, id: JobId) -> EventKey {
    let named =
        |name: &str| EventKey::from_submission(event.payload.event_type(), &event.tenant.tenant_id, name);
    match sameness {
        Sameness::Key(name) | Sameness::Name(name) => named(name),
        Sameness::Content => EventKey::of_event(event),
        Sameness::Never => named(&id.to_string()),
    }
}
