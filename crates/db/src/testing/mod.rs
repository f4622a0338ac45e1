//! For tests only: a database of one's own on either engine, and builders whose defaults are valid and boring.

mod builders;
mod database;

pub use builders::{a_contact, a_lead, a_tenant};
pub use database::TestDb;
