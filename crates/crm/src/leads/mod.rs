//! Leads: the list, one lead, and what members change about it.

pub(crate) mod api;
mod change;
pub(crate) mod choices;
mod columns;
pub(crate) mod export;
pub(crate) mod filter;
mod heat;
#[cfg(test)]
mod heat_tests;
pub(crate) mod list;
pub(crate) mod new;
mod open;
mod out;
mod owner;
mod remove;
mod row;
mod score;
pub(crate) mod show;
#[cfg(test)]
mod tests;

pub(crate) use change::{change, traces};
pub(crate) use heat::Heat;
pub(crate) use out::LeadOut;
pub(crate) use owner::Owner;
pub(crate) use row::{Badge, Row, response};
pub(crate) use score::Scores;
pub(crate) use show::dollars;
