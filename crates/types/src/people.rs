//! People who sign in to a tenant's CRM, and what each may do there.

use jiff::Timestamp;

use crate::{Email, PersonId, text_enum::text_enum};

text_enum! {
    /// What a member may do in a tenant's CRM.
    pub enum Role {
        /// Everything, the members too.
        Owner = "owner",
        /// Works leads.
        Agent = "agent",
        /// Works leads for an agent.
        Assistant = "assistant",
        /// Looks.
        ReadOnly = "read_only",
    }
}

impl Role {
    /// Whether the role may change leads, contacts and activities.
    pub const fn may_write(self) -> bool {
        !matches!(self, Self::ReadOnly)
    }

    /// The role as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Agent => "agent",
            Self::Assistant => "assistant",
            Self::ReadOnly => "read only",
        }
    }
}

text_enum! {
    /// Which leads a tenant's agents see; everybody else sees all.
    pub enum AgentsSee {
        /// Every lead.
        All = "all",
        /// Their own, and those that are nobody's.
        Own = "own",
    }
}

/// Somebody who is a member of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person_id: PersonId,
    /// The address they sign in with.
    pub email: Email,
    /// What colleagues call them.
    pub name: String,
    /// What they may do here.
    pub role: Role,
    /// Whether no rule gives them new leads for now.
    pub is_paused: bool,
    /// Since when.
    pub created_at: Timestamp,
}
