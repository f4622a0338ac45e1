//! The ingestion worker: turns the events that websites left in the queue into contacts, leads and activities.
//!
//! A job goes through here in this order: [`worker`] claims it under a lease, [`attempt`] bounds it in time and
//! settles its failure, [`ingest`] gives it its effects in one transaction. [`run`] does that for ever, a `drain`
//! until nothing is due; [`commands`] are what people type.
//!
//! What does not live here: SQL (`db`), the rules of retrying and the wire form of events (`types`).

// An event, a status or a failure that is added must be thought about here.
#![warn(clippy::wildcard_enum_match_arm)]

mod attempt;
mod cli;
mod commands;
mod failure;
mod ingest;
mod pulse;
mod run;
#[cfg(test)]
mod testing;
mod worker;

pub use cli::Cli;
pub use run::start;
