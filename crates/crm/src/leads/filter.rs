//! Which leads a list shows: the parameters that the page and the API share.

use db::tenant::leads::{LeadFilter, LeadSort, LeadWithContact, Need};
use jiff::Timestamp;
use server::{Failure, FieldErrors, Params, Submitted};
use types::LeadId;

use crate::listing;

/// Reads the filters.
///
/// # Errors
///
/// Invalid, for a value that is not one of the known ones: an empty list would be a lie.
pub(super) fn read(params: &Params) -> Result<LeadFilter, Failure> {
    let (filter, errors) = parse(params);
    errors.finish()?;
    Ok(filter)
}

/// Reads the filters of a query that was kept.
///
/// # Errors
///
/// Malformed or invalid, when nobody could see such a list.
pub(crate) fn of_query(query: &str) -> Result<LeadFilter, Failure> {
    read(&Params(Submitted::of_query(query)?))
}

/// The same, with what is wrong beside it.
pub(super) fn parse(params: &Params) -> (LeadFilter, FieldErrors) {
    let mut errors = FieldErrors::default();
    let filter = LeadFilter {
        status: params.one_of("status", &mut errors),
        lead_type: params.one_of("leadType", &mut errors),
        source: params.filled("source").map(str::to_owned),
        contact_id: listing::id(params, "contactId", &mut errors),
        tag: params.filled("tag").map(str::to_owned),
        assigned_to: listing::id(params, "assignedTo", &mut errors),
        search: params.filled("q").map(str::to_owned),
        needs: errors.keep("needs", "unknown", needs(params)).flatten(),
        sort: errors.keep("sort", "unknown", sort(params)).unwrap_or_default(),
        after: None,
    };
    (filter, errors)
}

/// Where a lead stands in a list of this order.
pub(super) const fn place(sort: LeadSort, row: &LeadWithContact) -> (Timestamp, LeadId) {
    match sort {
        LeadSort::Newest | LeadSort::Oldest => (row.lead.created_at, row.lead.id),
        LeadSort::RecentlyUpdated | LeadSort::LeastRecentlyUpdated => (row.lead.updated_at, row.lead.id),
    }
}

/// The word for an order.
pub(super) const fn word(sort: LeadSort) -> &'static str {
    match sort {
        LeadSort::Newest => "-createdAt",
        LeadSort::Oldest => "createdAt",
        LeadSort::RecentlyUpdated => "-updatedAt",
        LeadSort::LeastRecentlyUpdated => "updatedAt",
    }
}

fn needs(params: &Params) -> Result<Option<Need>, &'static str> {
    match params.filled("needs") {
        None => Ok(None),
        Some("response") => Ok(Some(Need::Response)),
        Some("action") => Ok(Some(Need::Action)),
        Some(_) => Err("must be one of response, action"),
    }
}

fn sort(params: &Params) -> Result<LeadSort, &'static str> {
    match params.filled("sort") {
        None | Some("-createdAt") => Ok(LeadSort::Newest),
        Some("createdAt") => Ok(LeadSort::Oldest),
        Some("-updatedAt") => Ok(LeadSort::RecentlyUpdated),
        Some("updatedAt") => Ok(LeadSort::LeastRecentlyUpdated),
        Some(_) => Err("must be one of -createdAt, createdAt, -updatedAt, updatedAt"),
    }
}
