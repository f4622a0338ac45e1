//! One change as a message: small, and enough for a page to show it.

use axum::response::sse::Event;
use db::{
    TenantScope, Tx,
    tenant::leads::{self, LeadWithContact},
};
use jiff::Timestamp;
use serde::Serialize;
use server::Failure;
use types::{ActivityId, Change, ChangeKind, Contact, ContactId, LeadId, LeadType};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    kind: ChangeKind,
    lead_id: Option<LeadId>,
    contact_id: Option<ContactId>,
    activity_id: Option<ActivityId>,
    occurred_at: Timestamp,
    /// Whether it was so before the line was opened: it is to be shown, but nothing to be startled by.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replayed: bool,
    /// For a lead that came: enough to announce it.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    lead: Option<NewLead>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NewLead {
    name: String,
    lead_type: LeadType,
    source: String,
    created_at: Timestamp,
}

impl From<LeadWithContact> for NewLead {
    fn from(found: LeadWithContact) -> Self {
        let name = found
            .contact
            .as_ref()
            .map_or("Unknown visitor", Contact::display_name);
        Self {
            name: name.to_owned(),
            lead_type: found.lead.lead_type,
            source: found.lead.source,
            created_at: found.lead.created_at,
        }
    }
}

/// The message of a change; its id is the change's place in the feed. What is no newer than `newest` was missed.
pub(super) async fn of(
    tx: &mut Tx,
    scope: &TenantScope,
    change: &Change,
    newest: i64,
) -> Result<Event, Failure> {
    let lead = match (change.kind, change.lead_id) {
        // Gone since, with its person: the change is told, its lead cannot be.
        (ChangeKind::LeadCreated, Some(id)) => leads::find(tx, scope, id).await?.map(NewLead::from),
        _ => None,
    };
    let message = Message {
        kind: change.kind.as_live(),
        lead_id: change.lead_id,
        contact_id: change.contact_id,
        activity_id: change.activity_id,
        occurred_at: change.occurred_at,
        replayed: change.seq <= newest,
        lead,
    };
    let json = serde_json::to_string(&message).expect("ids, words and times are always JSON");
    Ok(Event::default()
        .id(change.seq.to_string())
        .event(change.kind.as_live().as_str())
        .data(json))
}

/// Says only that the line is open. Without an id: a browser that reconnects still knows the last change.
pub(super) fn ping() -> Event {
    Event::default().event("ping").data("{}")
}
