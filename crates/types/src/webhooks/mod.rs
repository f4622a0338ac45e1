//! Webhooks: what a tenant's own programs are told as it happens, and how often that is tried.

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{
    ChangeKind, ContactId, DeliveryId, EndpointId, LeadId, PersonId, jobs::spread, text_enum::text_enum,
};

text_enum! {
    /// What an endpoint can be told of.
    pub enum WebhookEvent {
        /// A lead is there that was not.
        LeadCreated = "lead.created",
        /// A lead is not what it was.
        LeadUpdated = "lead.updated",
        /// A lead is no more.
        LeadDeleted = "lead.deleted",
        /// A contact is there that was not.
        ContactCreated = "contact.created",
        /// A contact is not what it was.
        ContactUpdated = "contact.updated",
        /// Something happened with a lead or contact.
        ActivityLogged = "activity.logged",
        /// Somebody tries whether an endpoint hears: nobody asks to be told of it.
        Test = "webhook.test",
    }
}

impl WebhookEvent {
    /// What an endpoint may ask to be told of.
    pub const CHOICES: [Self; 6] = [
        Self::LeadCreated,
        Self::LeadUpdated,
        Self::LeadDeleted,
        Self::ContactCreated,
        Self::ContactUpdated,
        Self::ActivityLogged,
    ];

    /// What a change is told as.
    pub const fn of(kind: ChangeKind) -> Self {
        match kind {
            ChangeKind::LeadCreated => Self::LeadCreated,
            ChangeKind::LeadUpdated => Self::LeadUpdated,
            ChangeKind::LeadDeleted => Self::LeadDeleted,
            ChangeKind::ContactCreated => Self::ContactCreated,
            ChangeKind::ContactUpdated => Self::ContactUpdated,
            ChangeKind::ActivityLogged => Self::ActivityLogged,
        }
    }

    /// The event as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::LeadCreated => "A lead came",
            Self::LeadUpdated => "A lead changed",
            Self::LeadDeleted => "A lead was deleted",
            Self::ContactCreated => "A contact came",
            Self::ContactUpdated => "A contact changed",
            Self::ActivityLogged => "Something happened",
            Self::Test => "A test",
        }
    }
}

text_enum! {
    /// Why an endpoint is told nothing.
    pub enum OffReason {
        /// An owner switched it off.
        Owner = "owner",
        /// It failed for days.
        Failing = "failing",
        /// It said that it is gone for good.
        Gone = "gone",
    }
}

text_enum! {
    /// Where a delivery stands.
    pub enum DeliveryStatus {
        /// It is to be tried, for the first time or again.
        Waiting = "waiting",
        /// The endpoint said that it has it.
        Delivered = "delivered",
        /// It was tried as often as it is.
        GivenUp = "given_up",
    }
}

/// An address of a tenant's that is told of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEndpoint {
    /// Names the endpoint within its tenant.
    pub id: EndpointId,
    /// Where it is.
    pub url: String,
    /// What people call it.
    pub name: String,
    /// What it is told of.
    pub events: Vec<WebhookEvent>,
    /// What its secret is made from.
    pub salt: String,
    /// What the secret before it was made from, and until when that signs too.
    pub former: Option<(String, Timestamp)>,
    /// Who made it.
    pub made_by: PersonId,
    /// Since when nothing has got through.
    pub failing_since: Option<Timestamp>,
    /// Since when it is told nothing, and why.
    pub off: Option<(Timestamp, OffReason)>,
    /// How often this was written, from 1.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When an owner last changed any of this.
    pub updated_at: Timestamp,
}

/// An event on its way to an endpoint, or what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Names the delivery within its tenant, and the message to the endpoint: the same however often it is tried.
    pub id: DeliveryId,
    /// Whom it is for.
    pub endpoint_id: EndpointId,
    /// The place of the change in the tenant's feed; none for a test.
    pub seq: Option<i64>,
    /// What is told.
    pub event: WebhookEvent,
    /// All of it.
    pub payload: Value,
    /// The contact it names, with whom it is forgotten.
    pub contact_id: Option<ContactId>,
    /// The lead it is about.
    pub lead_id: Option<LeadId>,
    /// When it was written down.
    pub created_at: Timestamp,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub next_attempt_at: Option<Timestamp>,
    /// When it was last tried, and what came of that; only the time while nobody knows yet.
    pub last_attempt: Option<(Timestamp, Option<Attempt>)>,
}

/// What came of telling an endpoint once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The HTTP status that it answered.
    pub status: Option<u16>,
    /// How long that took.
    pub took: SignedDuration,
    /// Why it has no answer, as the end of "the endpoint …".
    pub error: Option<String>,
    /// The beginning of what it answered.
    pub body: String,
    /// How long it asked to be left alone.
    pub wait: Option<SignedDuration>,
}

impl Attempt {
    /// Whether the endpoint has it now.
    pub fn is_success(&self) -> bool {
        matches!(self.status, Some(200..=299))
    }

    /// Whether the endpoint wants nothing ever again.
    pub fn is_farewell(&self) -> bool {
        self.status == Some(410)
    }
}

impl WebhookEndpoint {
    /// The most endpoints of a tenant.
    pub const MOST: i64 = 10;

    /// One that nothing got through to for so long is switched off.
    pub const PATIENCE: SignedDuration = SignedDuration::from_hours(5 * 24);

    /// How long a secret that was replaced signs beside the new one.
    pub const BOTH_SECRETS: SignedDuration = SignedDuration::from_hours(24);

    /// Whether it is told of this.
    pub fn wants(&self, event: WebhookEvent) -> bool {
        self.events.contains(&event)
    }

    /// What it is told a change as, if it is told of it. Whoever asked for changes before removals had a name of their own
    /// hears of those as changes still.
    pub fn told_as(&self, kind: ChangeKind) -> Option<WebhookEvent> {
        let event = match WebhookEvent::of(kind) {
            WebhookEvent::LeadDeleted if !self.wants(WebhookEvent::LeadDeleted) => WebhookEvent::LeadUpdated,
            event => event,
        };
        self.wants(event).then_some(event)
    }

    /// Takes note of an attempt: success ends a time of failure, and too long a one switches it off.
    pub fn heard(&mut self, attempt: &Attempt, now: Timestamp) {
        if attempt.is_success() {
            self.failing_since = None;
            return;
        }
        let since = *self.failing_since.get_or_insert(now);
        let reason = match () {
            () if attempt.is_farewell() => Some(OffReason::Gone),
            () if now.duration_since(since) >= Self::PATIENCE => Some(OffReason::Failing),
            () => None,
        };
        if let Some(reason) = reason {
            self.off.get_or_insert((now, reason));
        }
    }
}

/// When a delivery is tried again after the first failure, the second, ….
const AGAIN: [SignedDuration; 7] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
];

impl Delivery {
    /// What was settled is kept so long.
    pub const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

    /// Nobody is heard who asks to be left alone for longer.
    const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(24);

    /// Takes note of the attempt that `attempts` counts already.
    pub fn tried(&mut self, attempt: Attempt, now: Timestamp) {
        self.next_attempt_at = match attempt.is_success() {
            true => None,
            false => self.next_attempt(attempt.wait, now),
        };
        self.status = match (attempt.is_success(), self.next_attempt_at) {
            (true, _) => DeliveryStatus::Delivered,
            (false, Some(_)) => DeliveryStatus::Waiting,
            (false, None) => DeliveryStatus::GivenUp,
        };
        let at = self.last_attempt.take().map_or(now, |(at, _)| at);
        self.last_attempt = Some((at, Some(attempt)));
    }

    /// Later by up to a tenth, so that what failed together comes back apart; none when it was tried often enough.
    fn next_attempt(&self, asked: Option<SignedDuration>, now: Timestamp) -> Option<Timestamp> {
        let attempts = u32::try_from(self.attempts).ok()?;
        let planned = AGAIN.get(usize::try_from(attempts.checked_sub(1)?).ok()?)?;
        let later = (spread(self.id.uuid(), attempts) + 1.0) / 20.0;
        let asked = asked.unwrap_or_default().min(Self::LONGEST_WAIT);
        Some(now + planned.mul_f64(1.0 + later).max(asked))
    }
}
