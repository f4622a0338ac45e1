//! Reminders: what a member must not forget, open by when it is due.

pub(crate) mod api;
mod keep;
pub(crate) mod pages;
mod row;
#[cfg(test)]
mod tests;

use db::tenant::reminders::ReminderFilter;
pub(crate) use row::Row;
use server::{Failure, FieldErrors, Params};

use crate::{listing, member::Member};

/// Reads the filters that the page and the API share. `assignedTo=me` is whoever asks.
///
/// # Errors
///
/// Invalid, for a value nobody knows.
fn filter(params: &Params, member: &Member) -> Result<ReminderFilter, Failure> {
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
    let filter = ReminderFilter {
        is_done,
        assigned_to,
        lead_id: listing::id(params, "leadId", &mut errors),
        contact_id: listing::id(params, "contactId", &mut errors),
        due_before: None,
        after: None,
    };
    errors.finish()?;
    Ok(filter)
}
