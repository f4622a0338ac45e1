//! Reading events back, and telling apart what can never be read from what a newer worker may read.

use std::fmt;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::{EventTenant, EventType, Payload, WebsiteEvent};
use crate::{
    FailureKind, TenantId, json_text,
    misfit::{IS_MISSING, Misfit},
};

/// Why an event cannot be read. Reads as the end of "this event …".
///
/// Names no value a visitor sent: the text ends up in `last_error` and in logs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Not JSON, or not an object.
    #[error("is not a JSON object")]
    NotJson,
    /// No `eventType`, or none of ours.
    #[error("has an unknown eventType")]
    UnknownType,
    /// No `version`, or not 1.
    #[error("has an unknown version")]
    UnknownVersion,
    /// No tenant, or not the one whose queue it is in.
    #[error("belongs to another tenant than its job")]
    WrongTenant,
    /// A known type with a payload that does not validate.
    #[error(transparent)]
    InvalidPayload(#[from] InvalidPayload),
}

impl ParseError {
    /// Whether the job is buried at once or tried again.
    ///
    /// A payload that does not validate is tried again: during a rolling upgrade an older worker meets newer ones.
    pub const fn kind(&self) -> FailureKind {
        match self {
            Self::NotJson | Self::UnknownType | Self::UnknownVersion | Self::WrongTenant => {
                FailureKind::InvalidPayload
            }
            Self::InvalidPayload(_) => FailureKind::IngestionFailed,
        }
    }
}

/// What is wrong with an event of a known type: the field, and the rule it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidPayload {
    /// The field, as `payload.contact.email`.
    pub path: String,
    /// The end of "this field …".
    pub problem: String,
}

impl fmt::Display for InvalidPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "has an invalid {}: {}", self.path, self.problem)
    }
}

impl std::error::Error for InvalidPayload {}

/// The envelope with its parts still raw, so that each is judged by itself.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EnvelopeIn<'a> {
    #[serde(borrow)]
    event_type: Option<&'a RawValue>,
    #[serde(borrow)]
    version: Option<&'a RawValue>,
    #[serde(borrow)]
    occurred_at: Option<&'a RawValue>,
    #[serde(borrow)]
    tenant: Option<&'a RawValue>,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
}

impl WebsiteEvent {
    /// Reads an event of this tenant.
    pub fn parse(json: &str, tenant_id: &TenantId) -> Result<Self, ParseError> {
        let json = json_text::well_formed(json);
        // Serde reads a struct from an array too, field by field.
        if !json.trim_start().starts_with('{') {
            return Err(ParseError::NotJson);
        }
        let envelope: EnvelopeIn<'_> = serde_json::from_str(&json).map_err(|_| ParseError::NotJson)?;
        let event_type = known_type(envelope.event_type).ok_or(ParseError::UnknownType)?;
        // 1.0 is 1 to JSON, and to the languages that write it so.
        if peek::<f64>(envelope.version) != Some(f64::from(Self::VERSION)) {
            return Err(ParseError::UnknownVersion);
        }
        check_tenant(envelope.tenant, tenant_id)?;
        Ok(Self {
            occurred_at: read(envelope.occurred_at, "occurredAt")?,
            tenant: read::<EventTenant>(envelope.tenant, "tenant")?,
            payload: Payload::read(event_type, envelope.payload)?,
        })
    }
}

impl Payload {
    /// Reads the payload of an event of this type from JSON text.
    pub fn parse(event_type: EventType, json: &str) -> Result<Self, InvalidPayload> {
        let json = json_text::well_formed(json);
        Self::read(event_type, serde_json::from_str(&json).ok())
    }

    fn read(event_type: EventType, raw: Option<&RawValue>) -> Result<Self, InvalidPayload> {
        Ok(match event_type {
            EventType::LeadSubmitted => Self::LeadSubmitted(read(raw, "payload")?),
            EventType::ValuationRequested => Self::ValuationRequested(read(raw, "payload")?),
            EventType::SearchPerformed => Self::SearchPerformed(read(raw, "payload")?),
            EventType::ListingViewed => Self::ListingViewed(read(raw, "payload")?),
            EventType::ListingFavorited => Self::ListingFavorited(read(raw, "payload")?),
            EventType::ListingUnfavorited => Self::ListingUnfavorited(read(raw, "payload")?),
        })
    }
}

fn known_type(raw: Option<&RawValue>) -> Option<EventType> {
    peek::<String>(raw)?.parse().ok()
}

/// Compares the ids as text: what is no id at all is a wrong tenant too.
fn check_tenant(raw: Option<&RawValue>, expected: &TenantId) -> Result<(), ParseError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct TenantIn {
        tenant_id: String,
    }

    let ours = peek::<TenantIn>(raw).is_some_and(|tenant| tenant.tenant_id == expected.as_str());
    if ours {
        Ok(())
    } else {
        Err(ParseError::WrongTenant)
    }
}

fn peek<T: DeserializeOwned>(raw: Option<&RawValue>) -> Option<T> {
    serde_json::from_str(raw?.get()).ok()
}

fn read<T: DeserializeOwned>(raw: Option<&RawValue>, name: &'static str) -> Result<T, InvalidPayload> {
    let Some(raw) = raw else {
        return Err(InvalidPayload {
            path: name.to_owned(),
            problem: IS_MISSING.to_owned(),
        });
    };
    // Serde reads a struct from an array too, field by field.
    if raw.get().starts_with('[') {
        return Err(InvalidPayload {
            path: name.to_owned(),
            problem: "must be an object".to_owned(),
        });
    }
    // The path costs a little on every field, so it is looked for only when something is wrong.
    serde_json::from_str(raw.get()).map_err(|_| {
        let misfit = Misfit::of_text::<T>(raw.get());
        let (path, problem) = misfit.map_or_else(Default::default, |misfit| (misfit.path(), misfit.rule));
        InvalidPayload {
            path: format!("{name}.{path}").trim_end_matches('.').to_owned(),
            problem,
        }
    })
}
