//! What belongs to one tenant. Every public function here takes the tenant's key, and every statement names it.

pub mod accounts;
pub mod activities;
pub mod api_tokens;
pub mod assignment;
pub mod bulk_edits;
pub mod calendars;
pub mod changes;
pub mod consents;
pub mod contacts;
pub mod corrections;
pub mod departures;
pub mod documents;
pub mod duplicates;
pub mod entitlements;
pub mod exports;
pub mod facts;
pub mod hands;
pub mod heat;
pub mod held;
pub mod imports;
pub mod interest;
pub mod invitations;
pub mod jobs;
pub mod leads;
pub mod listing_feeds;
pub mod listings;
pub mod mails;
pub mod members;
pub mod merges;
pub mod notices;
pub mod orphans;
pub mod reminders;
pub mod saved;
pub(crate) mod sight;
pub mod sign_ins;
pub mod sources;
pub mod summary;
pub mod support;
pub mod views;
pub mod webhooks;
pub mod websites;
pub(crate) mod words;

pub use words::why;

#[cfg(test)]
mod accounts_tests;
#[cfg(test)]
mod activities_tests;
#[cfg(test)]
mod appointments_tests;
#[cfg(test)]
mod content_tests;
#[cfg(test)]
mod people_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod words_of_activities_tests;
#[cfg(test)]
mod words_tests;

use jiff::Timestamp;
use uuid::Uuid;

/// Makes what a person typed match literally inside LIKE: `%`, `_` and the escape itself are escaped with `\`.
pub(crate) fn like_literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            literal.push('\\');
        }
        literal.push(c);
    }
    literal
}

/// What LIKE compares a JSON list of tags with: the tag as one whole element.
pub(crate) fn tag_pattern(tag: &str) -> String {
    let element = serde_json::to_string(tag).expect("a string is always JSON");
    format!("%{}%", like_literal(&element))
}

/// The place that rows from the newest on come after: the one asked for, or one beyond all of them.
///
/// A condition that may be absent (`$5 IS NULL OR …`) would have SQLite read the whole index up to the page.
pub(crate) fn before<Id: From<Uuid>>(after: Option<(Timestamp, Id)>) -> (Timestamp, Id) {
    after.unwrap_or_else(|| (Timestamp::MAX, Uuid::max().into()))
}

/// The same for rows from the oldest on. Nothing of ours is older than Unix.
pub(crate) fn since<Id: From<Uuid>>(after: Option<(Timestamp, Id)>) -> (Timestamp, Id) {
    after.unwrap_or_else(|| (Timestamp::UNIX_EPOCH, Uuid::nil().into()))
}
