//! A seeded lead and its timeline, worked out from its story.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;
use types::{
    Activity, ActivityId, ActivityType, ContactId, Lead, LeadId, LeadProperty, LeadStatus, LeadType, Money,
    PersonId,
};

use super::{
    file::{Deed, SeedLead, Step},
    stable::StableIds,
};

/// Whom the stories of a tenant mean by their short names.
pub(super) struct Cast<'a> {
    pub(super) now: Timestamp,
    pub(super) ids: &'a StableIds,
    pub(super) members: &'a BTreeMap<String, PersonId>,
    pub(super) contacts: &'a BTreeMap<String, ContactId>,
}

impl Cast<'_> {
    fn member(&self, name: &str) -> PersonId {
        let member = self.members.get(name);
        *member.unwrap_or_else(|| panic!("seeds/demo.json has no member {name}"))
    }

    pub(super) fn contact(&self, name: &str) -> ContactId {
        let contact = self.contacts.get(name);
        *contact.unwrap_or_else(|| panic!("seeds/demo.json has no contact {name}"))
    }
}

/// The lead as it stands after its story, and the story.
pub(super) fn played(seed: &SeedLead, number: usize, cast: &Cast<'_>) -> (Lead, Vec<Activity>) {
    let name = format!("lead/{number}");
    let mut lead = arrived(seed, &name, cast);
    let mut timeline = Vec::from_iter(submission(seed, &name, &lead, cast));
    for (step, position) in seed.story.iter().zip(1..) {
        let id = cast.ids.of(&format!("{name}/{position}"));
        timeline.push(carried_out(step, id.into(), &mut lead, cast));
    }
    (lead, timeline)
}

fn arrived(seed: &SeedLead, name: &str, cast: &Cast<'_>) -> Lead {
    let at = cast.now - seed.ago.0;
    let next = seed.next.as_ref();
    Lead {
        contact_id: Some(cast.contact(&seed.contact)),
        timeframe: seed.timeframe.clone(),
        notes: seed.message.clone(),
        property: LeadProperty {
            listing_id: None,
            listing_url: None,
            listing_address: seed.property.address.clone(),
            property_type: seed.property.property_type.clone(),
            beds: seed.property.beds,
            baths: seed.property.baths,
            sqft: seed.property.sqft,
            price_min: seed.price.and_then(|(least, _)| Money::from_dollars(least)),
            price_max: seed.price.and_then(|(_, most)| Money::from_dollars(most)),
        },
        assigned_to: seed.assigned_to.as_deref().map(|name| cast.member(name)),
        next_action_at: next.map(|next| cast.now + next.after.0),
        next_action_note: next.map(|next| next.note.clone()),
        tags: seed.tags.clone(),
        ..Lead::new(
            LeadId::from(cast.ids.of(name)),
            seed.lead_type,
            seed.source.as_str(),
            at,
        )
    }
}

/// What the visitor did, in the worker's words; nothing when a member typed the lead in.
fn submission(seed: &SeedLead, name: &str, lead: &Lead, cast: &Cast<'_>) -> Option<Activity> {
    let address = seed.property.address.as_deref();
    let (activity_type, summary) = match (seed.lead_type, address) {
        (LeadType::WebsiteLead, Some(address)) => {
            (ActivityType::LeadSubmitted, format!("Asked about {address}"))
        }
        (LeadType::WebsiteLead, None) => (
            ActivityType::LeadSubmitted,
            format!("Sent the {} form", seed.source.replace(['-', '_'], " ")),
        ),
        (LeadType::ValuationRequest, Some(address)) => (
            ActivityType::ValuationRequested,
            format!("Asked what {address} is worth"),
        ),
        _ => return None,
    };
    Some(Activity {
        id: ActivityId::from(cast.ids.of(&format!("{name}/0"))),
        contact_id: lead.contact_id,
        lead_id: Some(lead.id),
        activity_type,
        occurred_at: lead.created_at,
        summary,
        metadata: json!({ "source": seed.source, "message": seed.message }),
        actor: None,
    })
}

/// Does to the lead what the step says, and says it as an activity.
fn carried_out(step: &Step, id: ActivityId, lead: &mut Lead, cast: &Cast<'_>) -> Activity {
    let at = cast.now - step.ago.0;
    let (activity_type, summary, metadata) = match &step.deed {
        Deed::Note(text) => (ActivityType::Note, text.clone(), json!({})),
        Deed::Call(text) => (ActivityType::CallLogged, text.clone(), json!({})),
        Deed::Text(text) => (ActivityType::TextLogged, text.clone(), json!({})),
        Deed::Email(text) => (ActivityType::EmailLogged, text.clone(), json!({})),
        Deed::Appointment(text) => (ActivityType::AppointmentLogged, text.clone(), json!({})),
        Deed::Move(to) => moved(lead, *to),
        Deed::Close(reason) => {
            lead.close_reason = Some(*reason);
            moved(lead, reason.status())
        }
    };
    if activity_type.is_outbound() {
        lead.last_contact_at = Some(at);
    }
    lead.updated_at = at;
    Activity {
        id,
        contact_id: lead.contact_id,
        lead_id: Some(lead.id),
        activity_type,
        occurred_at: at,
        summary,
        metadata,
        actor: Some(cast.member(&step.by)),
    }
}

fn moved(lead: &mut Lead, to: LeadStatus) -> (ActivityType, String, serde_json::Value) {
    let from = std::mem::replace(&mut lead.status, to);
    lead.version += 1;
    let summary = format!("Status changed from {} to {}", from.label(), to.label());
    (
        ActivityType::LeadStatusChanged,
        summary,
        json!({ "from": from, "to": to }),
    )
}
