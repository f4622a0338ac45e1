//! Operators: the people who run the platform, and what each may do.

use jiff::Timestamp;

use crate::{Email, OperatorId, text_enum::text_enum};

text_enum! {
    /// What an operator may do.
    pub enum OperatorRole {
        /// Everything.
        Admin = "admin",
        /// Domains, settings, requeueing.
        Operator = "operator",
        /// Reads, probes, requeues, looks in with a tenant.
        Support = "support",
        /// Reads.
        Viewer = "viewer",
    }
}

/// Somebody who runs the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Names the operator.
    pub id: OperatorId,
    /// The address they sign in with.
    pub email: Email,
    /// What colleagues call them.
    pub name: String,
    /// What they may do.
    pub role: OperatorRole,
    /// Since when.
    pub created_at: Timestamp,
}
