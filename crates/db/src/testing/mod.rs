//! For tests only: a database of one's own on either engine, and builders whose defaults are valid and boring.

mod builders;
mod database;
mod listings;
mod obstacle;
mod outside;
mod plans;
mod queue;
mod strangers;
mod support;
mod trail;

pub use builders::{a_contact, a_lead, a_member, a_person, a_tenant, leaves};
pub use database::TestDb;
pub use listings::{ListingBuilder, a_listing};
pub use obstacle::Obstacle;
pub use outside::{
    another_domain, applied_steps, end_service, export_parts, forget_kept_answers, forget_sites, kept_merges,
    kept_of_tokens, own_backend, queued,
};
pub use plans::{a_flag, a_plan, an_exception};
pub use queue::{
    StoredJob, a_dead_letter, forget_duplicates, hold, pretend_retrying, pretend_unprocessed, the_errors_of,
    the_job, the_suspected_duplicates,
};
pub use strangers::{by_sql, lower_the_fence, raise_the_fence, write_a_job};
pub use support::{a_support_session, widen_support};
pub use trail::{audit_trail, pretend_newer, tamper_with_the_trail};
