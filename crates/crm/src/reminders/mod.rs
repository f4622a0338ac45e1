//! Reminders: what a member must not forget, open by when it is due.

pub(crate) mod api;
pub(crate) mod delete;
mod edit;
mod keep;
pub(crate) mod pages;
mod row;
#[cfg(test)]
mod tests;

use db::tenant::reminders::ReminderFilter;
use jiff::Timestamp;
pub(crate) use row::Row;
use server::{Failure, FieldErrors, Params, Submitted, page};

use crate::{leads, listing, member::Member, zone::Zone};

/// What is told of a time that nobody can be reminded at.
const NO_TIME: &str = "When must be a date and a time of the years 1900 to 2999, such as 2026-12-01T09:00.";

/// Where whoever sent a form of a reminder was, and goes again: its list with every filter, or another page of ours.
fn back_of(typed: &Submitted) -> &str {
    page::own_path(typed.get("back")).unwrap_or("/reminders")
}

/// Reads the filters that the page and the API share. `assignedTo=me` is whoever asks.
///
/// # Errors
///
/// Invalid, for a value nobody knows.
fn filter(
    params: &Params,
    member: &Member,
    (zone, now): (&Zone, Timestamp),
) -> Result<ReminderFilter, Failure> {
    let mut errors = FieldErrors::default();
    let is_done = match params.filled("status") {
        None | Some("open") => false,
        Some("done") => true,
        Some(_) => {
            errors.add("status", "unknown", "The status must be open or done.");
            false
        }
    };
    let assigned_to = match params.filled("assignedTo") {
        Some("me") => Some(member.person_id()),
        _ => listing::id(params, "assignedTo", &mut errors),
    };
    let (due_from, due_before) = due(params, is_done, (zone, now), &mut errors);
    let filter = ReminderFilter {
        is_done,
        assigned_to,
        lead_id: listing::id(params, "leadId", &mut errors),
        contact_id: listing::id(params, "contactId", &mut errors),
        due_from,
        due_before,
        after: None,
    };
    errors.finish()?;
    Ok(filter)
}

/// From when on, and before when, what a list shows is due. `today` is what is left of the reader's.
fn due(
    params: &Params,
    is_done: bool,
    (zone, now): (&Zone, Timestamp),
    errors: &mut FieldErrors,
) -> (Option<Timestamp>, Option<Timestamp>) {
    let (from, before) = match params.filled("due") {
        None => (None, None),
        Some("overdue" | "today") if is_done => {
            errors.add("due", "invalid", "What is done is not due any more.");
            (None, None)
        }
        Some("overdue") => (None, Some(now)),
        Some("today") => (Some(now), Some(zone.midnight(now))),
        Some(_) => {
            errors.add("due", "unknown", "The due must be overdue or today.");
            (None, None)
        }
    };
    let typed = params.filled("dueBefore");
    let typed = typed
        .map(|typed| leads::filter::time(typed, zone, Some))
        .transpose();
    let typed = errors.keep_filter("dueBefore", "invalid", typed).flatten();
    (from, before.into_iter().chain(typed).min())
}
