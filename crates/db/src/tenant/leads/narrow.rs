//! What a list asks of each lead, as conditions of a statement.

use jiff::Timestamp;

use super::{Answered, Holder, LeadFilter, Need, Reached, past};
use crate::{
    backend::Query,
    tenant::{
        tag_pattern,
        words::{Asked, Way},
    },
};

/// Adds what a filter asks, and nothing it does not: a condition that is always true costs time for each of 200,000
/// leads, and hides from the planner which index serves.
pub(super) fn narrowed<'tx>(
    mut query: Query<'tx>,
    filter: &LeadFilter,
    words: Option<(&Asked, Way)>,
) -> Query<'tx> {
    if let Some(contact_id) = filter.contact_id {
        query = query.and_with(" AND leads.contact_id = $", contact_id);
    }
    if let Some(status) = filter.status {
        query = query.and_with(" AND leads.status = $", status);
    }
    query = match filter.held_by {
        None => query,
        Some(Holder::Member(person_id)) => query.and_with(" AND leads.assigned_to = $", person_id),
        Some(Holder::Nobody) => query.and(" AND leads.assigned_to IS NULL"),
    };
    if let Some(lead_type) = filter.lead_type {
        query = query.and_with(" AND leads.lead_type = $", lead_type);
    }
    if let Some(source) = &filter.source {
        query = query.and_with(" AND leads.source = $", source);
    }
    if let Some(tag) = &filter.tag {
        query = query.and_with(" AND leads.tags LIKE $ ESCAPE '\\'", tag_pattern(tag));
    }
    if let Some(need) = filter.needs {
        query = query.and(needs(need));
    }
    if let Some(ids) = &filter.named {
        query = query.and_one_of("leads.id", ids.iter().copied());
    }
    query = by_time(query, filter);
    match words {
        Some((words, way)) => words.narrow_leads(query, way),
        None => query,
    }
}

/// When they came, and what became of them since.
fn by_time<'tx>(mut query: Query<'tx>, filter: &LeadFilter) -> Query<'tx> {
    if let Some(from) = filter.created_from {
        query = query.and_with(" AND leads.created_at >= $", from);
    }
    if let Some(before) = filter.created_before {
        query = query.and_with(" AND leads.created_at < $", before);
    }
    if let Some(before) = filter.next_action_before {
        query = due_before(query, before);
    }
    if let Some(answered) = filter.answered {
        query = answered_so(query, answered);
    }
    match filter.reached {
        Some(Reached::Qualified) => query.and(concat!(" AND ", past::was_qualified!())),
        // As the index of these leads says it, so that it serves.
        Some(Reached::Appointment) => query.and(" AND leads.had_appointment"),
        None => query,
    }
}

/// Adds that something is to be done by then with what is open.
pub(super) fn due_before(query: Query<'_>, time: Timestamp) -> Query<'_> {
    query
        .and(" AND leads.status NOT IN ('won', 'lost')")
        .and_with(" AND leads.next_action_at < $", time)
}

fn answered_so(query: Query<'_>, answered: Answered) -> Query<'_> {
    match answered {
        Answered::AtAll => query.and(" AND leads.answered_after IS NOT NULL"),
        Answered::Never => query.and(" AND leads.answered_after IS NULL"),
        Answered::InTime => query.and_with(" AND leads.answered_after < $", past::LATE),
    }
}

pub(super) const fn needs(need: Need) -> &'static str {
    match need {
        Need::Response => " AND leads.status = 'new' AND leads.answered_after IS NULL",
        Need::Action => {
            // Leads with an open reminder are few beside those without: they are looked up once, not for each lead.
            " AND leads.status NOT IN ('won', 'lost') AND leads.next_action_at IS NULL
              AND leads.id NOT IN (
                  SELECT reminders.lead_id
                    FROM reminders
                   WHERE reminders.tenant_id = $1 AND reminders.lead_id IS NOT NULL
                     AND reminders.completed_at IS NULL)"
        }
    }
}
