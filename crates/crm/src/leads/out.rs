//! A lead as the API tells it.

use db::tenant::leads::LeadWithContact;
use jiff::Timestamp;
use serde::Serialize;
use types::{
    Baths, CloseReason, Contact, ContactId, Email, LeadId, LeadStatus, LeadType, Money, PersonId, Phone,
    score::{LeadScore, ScoreReason},
};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeadOut {
    id: LeadId,
    contact_id: Option<ContactId>,
    contact: Option<ContactOfLead>,
    status: LeadStatus,
    lead_type: LeadType,
    source: String,
    timeframe: Option<String>,
    notes: Option<String>,
    listing_id: Option<String>,
    listing_url: Option<String>,
    listing_address: Option<String>,
    property_type: Option<String>,
    beds: Option<i64>,
    baths: Option<Baths>,
    sqft: Option<i64>,
    /// Whole dollars.
    price_min: Option<i64>,
    price_max: Option<i64>,
    assigned_to: Option<PersonId>,
    next_action_at: Option<Timestamp>,
    next_action_note: Option<String>,
    last_contact_at: Option<Timestamp>,
    close_reason: Option<CloseReason>,
    tags: Vec<String>,
    score: ScoreOut,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// As much of the contact as a list of leads needs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ContactOfLead {
    id: ContactId,
    full_name: Option<String>,
    email: Option<Email>,
    phone: Option<String>,
}

impl From<Contact> for ContactOfLead {
    fn from(contact: Contact) -> Self {
        Self {
            id: contact.id,
            full_name: contact.full_name,
            email: contact.email,
            phone: contact.phone.as_ref().map(Phone::display_national),
        }
    }
}

/// How promising it is, and why.
#[derive(Debug, Serialize)]
struct ScoreOut {
    value: u8,
    label: &'static str,
    reasons: Vec<ReasonOut>,
}

#[derive(Debug, Serialize)]
struct ReasonOut {
    name: &'static str,
    points: u8,
    most: u8,
    because: String,
}

impl From<LeadScore> for ScoreOut {
    fn from(score: LeadScore) -> Self {
        let reason = |reason: ScoreReason| ReasonOut {
            name: reason.name,
            points: reason.points,
            most: reason.most,
            because: reason.because,
        };
        Self {
            value: score.value,
            label: score.label(),
            reasons: score.reasons.into_iter().map(reason).collect(),
        }
    }
}

/// A lead and how promising it is.
pub(crate) type Scored = (LeadWithContact, LeadScore);

impl From<Scored> for LeadOut {
    fn from((LeadWithContact { lead, contact, .. }, score): Scored) -> Self {
        let property = lead.property;
        Self {
            id: lead.id,
            contact_id: lead.contact_id,
            contact: contact.map(ContactOfLead::from),
            status: lead.status,
            lead_type: lead.lead_type,
            source: lead.source,
            timeframe: lead.timeframe,
            notes: lead.notes,
            listing_id: property.listing_id,
            listing_url: property.listing_url,
            listing_address: property.listing_address,
            property_type: property.property_type,
            beds: property.beds,
            // Stored counts were parsed once; one that no longer parses is not worth failing a list for.
            baths: property.baths.and_then(|baths| Baths::try_from(baths).ok()),
            sqft: property.sqft,
            price_min: property.price_min.map(Money::whole_dollars),
            price_max: property.price_max.map(Money::whole_dollars),
            assigned_to: lead.assigned_to,
            next_action_at: lead.next_action_at,
            next_action_note: lead.next_action_note,
            last_contact_at: lead.last_contact_at,
            close_reason: lead.close_reason,
            tags: lead.tags,
            score: score.into(),
            version: lead.version,
            created_at: lead.created_at,
            updated_at: lead.updated_at,
        }
    }
}
