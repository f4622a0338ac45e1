//! Endpoints and deliveries as people read them.

use server::Filled;
use types::{Delivery, DeliveryStatus, OffReason, WebhookEndpoint, WebhookEvent};

use crate::{workspace::Workspace, zone::When};

/// An event to tick.
pub(super) struct Choice {
    pub(super) word: &'static str,
    pub(super) label: &'static str,
    pub(super) is_chosen: bool,
}

/// What an endpoint may be told of, ticked as the form has it.
pub(super) fn choices(form: &Filled) -> Vec<Choice> {
    WebhookEvent::CHOICES
        .into_iter()
        .map(|event| Choice {
            word: event.as_str(),
            label: event.label(),
            is_chosen: form.values.all("events").any(|word| word == event.as_str()),
        })
        .collect()
}

/// An endpoint.
pub(super) struct EndpointRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) url: String,
    pub(super) events: Vec<&'static str>,
    pub(super) badge: (&'static str, &'static str),
    pub(super) is_on: bool,
    /// What is wrong with it, for people.
    pub(super) trouble: Option<String>,
    pub(super) made: When,
}

impl EndpointRow {
    pub(super) fn new(endpoint: &WebhookEndpoint, workspace: &Workspace) -> Self {
        let when = |at| workspace.zone.when(at, workspace.now);
        let badge = match (endpoint.off, endpoint.failing_since) {
            (Some((_, OffReason::Owner)), _) => ("badge", "Off"),
            (Some(_), _) => ("badge badge-danger", "Switched off"),
            (None, Some(_)) => ("badge badge-warning", "Failing"),
            (None, None) => ("badge badge-success", "On"),
        };
        let trouble = match (endpoint.off, endpoint.failing_since) {
            (Some((at, OffReason::Failing)), _) => Some(format!(
                "Nothing got through for five days, so it was switched off on {}. What happened since was not told.",
                workspace.zone.date(at)
            )),
            (Some((at, OffReason::Gone)), _) => Some(format!(
                "It answered that it is gone (410), so it was switched off on {}.",
                workspace.zone.date(at)
            )),
            (None, Some(since)) => Some(format!(
                "Nothing gets through since {}. After five days it is switched off.",
                when(since).full
            )),
            (Some((_, OffReason::Owner)), _) | (None, None) => None,
        };
        Self {
            id: endpoint.id.to_string(),
            name: endpoint.name.clone(),
            url: endpoint.url.clone(),
            events: endpoint.events.iter().map(|event| event.as_str()).collect(),
            badge,
            is_on: endpoint.off.is_none(),
            trouble,
            made: when(endpoint.created_at),
        }
    }
}

/// A delivery.
pub(super) struct DeliveryRow {
    pub(super) id: String,
    pub(super) event: &'static str,
    pub(super) badge: (&'static str, &'static str),
    pub(super) created: When,
    /// `Attempt 3: 500 after 1.2 s`.
    pub(super) outcome: String,
    pub(super) next: Option<When>,
    pub(super) payload: String,
    /// The beginning of what was answered.
    pub(super) answer: String,
}

impl DeliveryRow {
    pub(super) fn new(delivery: &Delivery, workspace: &Workspace) -> Self {
        let badge = match (delivery.status, delivery.attempts) {
            (DeliveryStatus::Delivered, _) => ("badge badge-success", "Delivered"),
            (DeliveryStatus::GivenUp, _) => ("badge badge-danger", "Given up"),
            (DeliveryStatus::Waiting, 0) => ("badge badge-info", "Waiting"),
            (DeliveryStatus::Waiting, _) => ("badge badge-warning", "Tried again"),
        };
        let attempt = delivery
            .last_attempt
            .as_ref()
            .and_then(|(_, attempt)| attempt.as_ref());
        let waits = delivery.status == DeliveryStatus::Waiting;
        Self {
            id: delivery.id.to_string(),
            event: delivery.event.as_str(),
            badge,
            created: workspace.zone.when(delivery.created_at, workspace.now),
            outcome: outcome(delivery),
            next: delivery
                .next_attempt_at
                .filter(|_| waits)
                .map(|at| workspace.zone.due(at.max(workspace.now), workspace.now)),
            payload: serde_json::to_string_pretty(&delivery.payload).unwrap_or_default(),
            answer: attempt.map(|attempt| attempt.body.clone()).unwrap_or_default(),
        }
    }
}

fn outcome(delivery: &Delivery) -> String {
    let Some((_, attempt)) = &delivery.last_attempt else {
        return "Not tried yet".to_owned();
    };
    let count = delivery.attempts;
    let Some(attempt) = attempt else {
        return format!("Attempt {count} is being made");
    };
    let took = format!("{} ms", attempt.took.as_millis());
    match (attempt.status, &attempt.error) {
        (Some(status), _) => format!("Attempt {count}: answered {status} after {took}"),
        (None, Some(error)) => format!("Attempt {count}: the endpoint {error} ({took})"),
        (None, None) => format!("Attempt {count}: nothing was heard ({took})"),
    }
}
