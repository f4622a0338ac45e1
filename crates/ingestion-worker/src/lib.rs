//! The ingestion worker: turns the events that websites left in the queue into contacts, leads and activities.
//!
//! Jobs go through here in this order: [`worker`] claims a batch under a lease, [`ingest`] works out what each event
//! leaves behind and writes all of it in one transaction, [`settle`] remembers what failed. [`run`] does that for
//! ever, a `drain` until nothing is due; [`commands`] are what people type.
//!
//! What does not live here: SQL (`db`), the rules of retrying and the wire form of events (`types`).

// An event, a status or a failure that is added must be thought about here.
#![warn(clippy::wildcard_enum_match_arm)]

mod cli;
mod commands;
mod examples;
mod failure;
mod ingest;
mod log;
mod pulse;
mod run;
mod settle;
#[cfg(test)]
mod testing;
mod variables;
mod worker;

pub use cli::Cli;
pub use failure::JobError;
pub use ingest::{Ingest, Stories};
pub use run::{start, start_with};
