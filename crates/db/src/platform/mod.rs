//! What crosses tenants. Every public function here takes the platform's key; only `admin` and the worker have it.

pub mod audit;
pub mod bulk_actions;
pub mod certificates;
pub mod domains;
pub mod effects;
pub mod error_groups;
pub mod feature_flags;
#[cfg(test)]
mod feature_flags_tests;
pub mod jobs;
pub mod leases;
pub mod listing_feeds;
pub mod members;
pub mod mended;
pub mod operators;
pub mod overrides;
pub mod queue;
pub mod queue_hours;
#[cfg(test)]
mod queue_hours_tests;
pub mod queue_statistics;
pub mod queue_trends;
pub mod second_factors;
pub mod support;
pub mod tenants;
pub mod visitors;
