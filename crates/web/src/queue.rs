//! Hands what a visitor sent to the queue. Success means that it is on the disk.

use axum::{http::HeaderMap, response::Response};
use db::{
    TenantScope,
    tenant::jobs::{self, NewJob},
};
use jiff::Timestamp;
use server::{Failure, idempotency};
use types::{
    EventKey, EventType, Feature, JobId, Sign, Suspicion, WebsiteEvent,
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
    /// A drawing of one of our forms: one click too, unless it comes back with other words.
    Drawing(String),
    /// What it says: a request sent twice says the same.
    Content,
    /// The words alone: a form sent twice says the same, whatever was noted beside it each time.
    Words,
    /// Nothing: who looks at a home twice did so twice.
    Never,
}

impl Sameness {
    /// The name the caller gave, in the header or in the body; the header is the later word.
    ///
    /// # Errors
    ///
    /// Invalid for a header that names nothing.
    pub(crate) fn named(headers: &HeaderMap, submission_id: Option<String>) -> Result<Option<Self>, Failure> {
        let key = idempotency::key(headers)?.map(|key| Self::Key(key.to_owned()));
        Ok(key.or(submission_id.map(Self::Name)))
    }
}

/// Says of an answer that it was given before, to those who name their requests.
pub(crate) fn answered(headers: &HeaderMap, enqueued: Enqueued, response: Response) -> Response {
    let is_named = matches!(idempotency::key(headers), Ok(Some(_)));
    match is_named && enqueued.is_duplicate() {
        true => idempotency::replayed(response),
        false => response,
    }
}

/// Puts an event of this visitor in line.
///
/// # Errors
///
/// Forbidden when somebody wants to be contacted and the tenant has no lead capture. Unavailable when it could not be
/// stored, whatever the reason: the visitor shall send it again. Invalid when the `Idempotency-Key` already names another
/// request.
pub(crate) async fn enqueue(
    app: &App,
    visitor: Visitor,
    sameness: Sameness,
    payload: Payload,
) -> Result<Enqueued, Failure> {
    if leaves_contact(&payload) {
        visitor.require(Feature::LeadCapture, app.clock.now())?;
    }
    if let Sameness::Key(key) = &sameness {
        refuse_another_kind(app, &visitor.site.scope, payload.event_type(), key).await?;
    }
    let enqueued = store(app, &visitor, &sameness, payload.clone()).await?;
    let Enqueued::Duplicate(first) = enqueued else {
        return Ok(enqueued);
    };
    match sameness {
        Sameness::Key(_) => {
            refuse_another(app, &visitor.site.scope, first, payload).await?;
            Ok(enqueued)
        }
        Sameness::Drawing(id) => {
            let before = payload_of(app, &visitor.site.scope, first).await?;
            if before.is_none_or(|before| before.words() == payload.words()) {
                return Ok(enqueued);
            }
            // The back button after a typing mistake, or a machine that keeps a token. No lead is lost to either.
            let suspicion = Suspicion::and(payload.suspicion().cloned(), Sign::Reused);
            let corrected = Sameness::Name(format!("{id}/{}", words_key(&visitor, &payload)));
            let tenant_id = &visitor.context.tenant_id;
            let earlier = EventKey::from_submission(payload.event_type(), tenant_id, &id);
            let payload = payload.suspected(Some(suspicion)).correcting(&earlier);
            store(app, &visitor, &corrected, payload).await
        }
        Sameness::Name(_) | Sameness::Content | Sameness::Words | Sameness::Never => Ok(enqueued),
    }
}

/// Whether somebody wants to be contacted.
fn leaves_contact(payload: &Payload) -> bool {
    match payload {
        Payload::LeadSubmitted(_) => true,
        Payload::ValuationRequested(valuation) => valuation.contact.is_some(),
        Payload::SearchPerformed(_)
        | Payload::ListingViewed(_)
        | Payload::ListingFavorited(_)
        | Payload::ListingUnfavorited(_) => false,
    }
}

/// Stores an event of this visitor under the key of its sameness.
async fn store(
    app: &App,
    visitor: &Visitor,
    sameness: &Sameness,
    payload: Payload,
) -> Result<Enqueued, Failure> {
    let mut event = event_of(visitor, payload, app.clock.now());
    let id = JobId::new(&*app.ids);
    // Before the browser is noted: what is sent twice is one event, whichever cookies came with it.
    let event_key = key(&event, sameness, id);
    let actor = event.payload.actor_mut();
    *actor = actor.take().or_else(|| visitor.browser.clone());
    let job = NewJob {
        id,
        event_key,
        event_type: event.payload.event_type().as_str().to_owned(),
        payload: event.to_json(),
        request_id: Some(visitor.request_id.as_str().to_owned()),
        created_at: event.occurred_at,
    };
    jobs::enqueue(&app.db, &visitor.site.scope, job)
        .await
        .map_err(|error| away(&error))
}

/// The event, which says what speaks against it only when that is enough to have somebody look first.
fn event_of(visitor: &Visitor, payload: Payload, now: Timestamp) -> WebsiteEvent {
    let context = &visitor.context;
    let suspicion = payload
        .suspicion()
        .filter(|suspicion| suspicion.is_held())
        .cloned();
    WebsiteEvent {
        occurred_at: now,
        tenant: EventTenant {
            tenant_id: context.tenant_id.clone(),
            tenant_slug: context.tenant_slug.clone(),
            tenant_domain: context.tenant_domain.clone(),
        },
        payload: payload.suspected(suspicion),
    }
}

/// What an event says, as one word: when it was said does not matter.
fn words_key(visitor: &Visitor, payload: &Payload) -> EventKey {
    EventKey::of_event(&event_of(visitor, payload.words(), Timestamp::UNIX_EPOCH))
}

fn away(error: &db::Error) -> Failure {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "an event could not be stored, and its sender was told so"
    );
    Failure::unavailable()
}

/// Whoever sends a key again with other words made a mistake, and would lose what they say now.
async fn refuse_another(app: &App, scope: &TenantScope, first: JobId, now: Payload) -> Result<(), Failure> {
    let Some(before) = payload_of(app, scope, first).await? else {
        return Ok(());
    };
    if as_sent(before) == as_sent(now) {
        return Ok(());
    }
    Err(idempotency::another())
}

/// The same for a key that came with an event of another type: each type has event keys of its own.
async fn refuse_another_kind(
    app: &App,
    scope: &TenantScope,
    event_type: EventType,
    key: &str,
) -> Result<(), Failure> {
    let others = EventType::ALL.iter().filter(|other| **other != event_type);
    let keys: Vec<_> = others
        .map(|other| EventKey::from_submission(*other, scope.tenant_id(), key))
        .collect();
    let mut tx = app.db.read(scope).await.map_err(|error| away(&error))?;
    match jobs::any_called(&mut tx, scope, &keys).await {
        Ok(false) => Ok(()),
        Ok(true) => Err(idempotency::another()),
        Err(error) => Err(away(&error)),
    }
}

/// Without what we noted beside it: with which browser it came, what speaks against it, and when and whence its boxes
/// were ticked.
fn as_sent(payload: Payload) -> Payload {
    let mut payload = payload.suspected(None);
    *payload.actor_mut() = None;
    let consent = match &mut payload {
        Payload::LeadSubmitted(lead) => lead.consent.as_mut(),
        Payload::ValuationRequested(valuation) => valuation.consent.as_mut(),
        Payload::SearchPerformed(_)
        | Payload::ListingViewed(_)
        | Payload::ListingFavorited(_)
        | Payload::ListingUnfavorited(_) => None,
    };
    if let Some(consent) = consent {
        (consent.agreed_at, consent.ip_address) = (None, None);
        (consent.user_agent, consent.url) = (None, None);
    }
    payload
}

/// What an event said that is in the queue; nothing, when it was forgotten since.
async fn payload_of(app: &App, scope: &TenantScope, id: JobId) -> Result<Option<Payload>, Failure> {
    let mut tx = app.db.read(scope).await.map_err(|error| away(&error))?;
    let payload = jobs::payload(&mut tx, scope, id)
        .await
        .map_err(|error| away(&error))?;
    let event = payload.and_then(|text| WebsiteEvent::parse(&text, scope.tenant_id()).ok());
    Ok(event.map(|event| event.payload))
}

fn key(event: &WebsiteEvent, sameness: &Sameness, id: JobId) -> EventKey {
    let named =
        |name: &str| EventKey::from_submission(event.payload.event_type(), &event.tenant.tenant_id, name);
    match sameness {
        Sameness::Key(name) | Sameness::Name(name) | Sameness::Drawing(name) => named(name),
        // Without what speaks against it: that is our word, not theirs.
        Sameness::Content => EventKey::of_event(&WebsiteEvent {
            payload: event.payload.clone().suspected(None),
            ..event.clone()
        }),
        Sameness::Words => EventKey::of_event(&WebsiteEvent {
            payload: event.payload.words(),
            ..event.clone()
        }),
        Sameness::Never => named(&id.to_string()),
    }
}
