//! What a list asks of each lead, as conditions of a statement.

use super::{Answered, LeadFilter, Need, Reached, past};
use crate::{
    backend::{Query, Sql},
    tenant::{contacts::search_pattern, tag_pattern},
};

/// Adds what a filter asks, and nothing it does not: a condition that is always true costs time for each of 200,000
/// leads, and hides from the planner which index serves.
pub(super) fn narrowed<'tx>(mut query: Query<'tx>, filter: &LeadFilter) -> Query<'tx> {
    if let Some(contact_id) = filter.contact_id {
        query = query.and_with(" AND leads.contact_id = $", contact_id);
    }
    if let Some(status) = filter.status {
        query = query.and_with(" AND leads.status = $", status);
    }
    if let Some(person_id) = filter.assigned_to {
        query = query.and_with(" AND leads.assigned_to = $", person_id);
    }
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
    query = by_time(query, filter);
    match &filter.search {
        Some(text) => by_words(query, text),
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
    if let Some(answered) = filter.answered {
        query = answered_so(query, answered);
    }
    match filter.reached {
        Some(Reached::Qualified) => query.and(concat!(" AND ", past::was_qualified!())),
        None => query,
    }
}

fn answered_so(query: Query<'_>, answered: Answered) -> Query<'_> {
    match answered {
        Answered::AtAll => query.and(" AND leads.answered_after IS NOT NULL"),
        Answered::Never => query.and(" AND leads.answered_after IS NULL"),
        Answered::InTime => query.and_with(" AND leads.answered_after < $", past::LATE),
    }
}

/// The contacts are looked through once, in an index that holds their words, and not again for each lead; so are the few
/// leads that have words of their own. `PostgreSQL` goes from the ones it found to their leads only when both are one
/// list; SQLite does that with either, and keeps the order of the page only with two.
fn by_words<'tx>(query: Query<'tx>, text: &str) -> Query<'tx> {
    const OF_CONTACTS: Sql = Sql {
        sqlite: " AND (leads.contact_id IN (SELECT found.id FROM contacts AS found WHERE found.tenant_id = $1 AND ",
        postgres: " AND leads.id IN (
                        SELECT theirs.id
                          FROM contacts AS found
                          JOIN leads AS theirs ON theirs.tenant_id = $1 AND theirs.contact_id = found.id
                         WHERE found.tenant_id = $1 AND ",
    };
    const OR_OF_THEIR_OWN: Sql = Sql {
        sqlite: "found.search_text LIKE $ ESCAPE '\\')
                  OR leads.id IN (
                     SELECT noted.id
                       FROM leads AS noted
                      WHERE (LOWER(noted.notes) LIKE $ ESCAPE '\\' OR LOWER(noted.listing_address) LIKE $ ESCAPE '\\')",
        postgres: "found.search_text LIKE $ ESCAPE '\\'
                         UNION ALL
                        SELECT noted.id
                          FROM leads AS noted
                         WHERE (LOWER(noted.notes) LIKE $ ESCAPE '\\' OR LOWER(noted.listing_address) LIKE $ ESCAPE '\\')",
    };
    // As the index `leads_noted_idx` says it.
    const WHO_HAVE_ANY: Sql = Sql {
        sqlite: " AND noted.tenant_id = $1 AND (noted.notes IS NOT NULL OR noted.listing_address IS NOT NULL)))",
        postgres: " AND noted.tenant_id = $1 AND (noted.notes IS NOT NULL OR noted.listing_address IS NOT NULL))",
    };
    query
        .and(OF_CONTACTS)
        .and_with(OR_OF_THEIR_OWN, search_pattern(text))
        .and(WHO_HAVE_ANY)
}

const fn needs(need: Need) -> &'static str {
    match need {
        Need::Response => {
            " AND leads.status = 'new'
              AND NOT EXISTS (
                  SELECT 1
                    FROM activities
                   WHERE activities.tenant_id = $1 AND activities.lead_id = leads.id
                     AND activities.actor_id IS NOT NULL
                     AND activities.activity_type IN
                         ('call_logged', 'text_logged', 'email_logged', 'lead_status_changed'))"
        }
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
