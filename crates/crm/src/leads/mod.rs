//! Leads: the list, one lead, and what members change about it.

pub(crate) mod api;
mod change;
mod columns;
pub(crate) mod export;
mod filter;
pub(crate) mod list;
mod open;
mod out;
mod remove;
mod row;
mod score;
pub(crate) mod show;
#[cfg(test)]
mod tests;

pub(crate) use change::change;
pub(crate) use out::LeadOut;
pub(crate) use row::{Badge, Row, response};
pub(crate) use score::Scores;
