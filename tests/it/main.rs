//! The house as a stranger meets it: the real binaries over HTTP, on whichever database the run is on.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails where it stands"
)]

mod all_in_one;
mod bad_events;
mod browser;
mod colleagues_apart;
mod described;
mod enquiry_becomes_a_lead;
mod events;
mod folds;
mod followed;
mod house_rules;
mod jobs_survive;
mod operator;
mod page_weight;
mod power_cuts;
mod queue_commands;
mod refusals;
mod source;
mod starting;
mod tenants_never_meet;
mod visitors;
mod worker_dies;
