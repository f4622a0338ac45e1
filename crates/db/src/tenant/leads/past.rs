//! What became of a lead: how soon it was answered, and how far it came. As pieces of statements, in which `leads` is the
//! lead.
//!
//! The database keeps both in the lead itself: whoever logs a call or moves a lead on need not think of it (migration
//! 0047). So it does with `leads.had_appointment`.

use types::FirstResponse;

/// So many microseconds after it came, a lead is answered late.
pub(in crate::tenant) const LATE: i64 = FirstResponse::LATE.as_secs() * 1_000_000;

/// Whether the lead is qualified or won, or was so before it went on.
macro_rules! was_qualified {
    () => {
        "(leads.status IN ('qualified', 'won') OR leads.was_qualified)"
    };
}

pub(in crate::tenant) use was_qualified;
