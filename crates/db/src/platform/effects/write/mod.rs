//! The statements of a batch: each writes or reads all its rows at once.
//!
//! Rows are sorted by what is unique before they are written, so that two workers lock in one order.

mod corrections;
mod feed;
mod jobs;
mod rows;
mod visitors;

pub(super) use corrections::{Correction, Earlier, EventOf, earlier};
pub(super) use feed::feed;
pub(super) use jobs::{finish, ingested_before};
pub(super) use rows::{reminders_follow, rows};
pub(super) use visitors::{Known, VisitorKey, introduce, keep_waiting, meet};
