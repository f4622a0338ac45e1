//! The doors: the only makers of keys. Each looks something up first.
//!
//! | who knocks | shows | gets |
//! |---|---|---|
//! | a visitor, a member's browser | a Host header ([`hosts`]) | the key of the tenant that answers to it |
//! | somebody invited | the secret of a link, while no key of theirs is made ([`invitations`]) | no key: the invitation, and who they are |
//! | a member | a session's token ([`sessions`]) | the key of the tenant they are a member of |
//! | a calendar | the secret in an address ([`calendars`]) | the key of the tenant, and whose reminders they are |
//! | a program | the secret of an API token ([`api_tokens`]) | the key of the tenant it was made in |
//! | an operator | a session's token ([`operators`]) | the key of the platform |
//! | an operator who looks in | a code, then its token ([`support`]) | the key of one tenant, for a while |
//! | who tells of leads | nothing but that a feed went on ([`feeds`]) | the key of its tenant |
//! | who tells of homes | nothing but that a saved search is due ([`alerts`]) | the search, with the key of its tenant |
//! | who sends mail | nothing but that a message is due ([`mails`]) | the message, with the key of its tenant |
//! | the worker | nothing but that a job waits ([`claims`]) | the job, with the key of its tenant |
//! | the crm | nothing but that an import waits or broke off ([`imports`]) | the import, with the key of its tenant |
//! | the crm | nothing but that a bulk edit waits ([`bulk_edits`]) | the edit, with the key of its tenant |
//! | the crm | nothing but that an export waits, or its time is up ([`exports`]) | the export, with the key of its tenant |
//! | the crm | nothing but that a day went by ([`duplicates`]) | the key of the tenant whose contacts are looked through |
//! | the crm | nothing but that a webhook is to be told ([`webhooks`]) | the endpoint, with the key of its tenant |
//! | a tenant's owner | the key of their tenant ([`ledger`]) | no key: the lines of the platform's audit trail about it |
//! | the platform | its own key and a tenant that is there ([`tenants`]) | the key of that tenant |

pub mod alerts;
pub mod api_tokens;
pub mod bulk_edits;
pub mod calendars;
pub mod claims;
pub mod duplicates;
pub mod exports;
pub mod feeds;
pub mod given;
pub mod hosts;
pub mod imports;
pub mod invitations;
pub mod ledger;
pub mod mails;
pub mod operators;
pub mod overdue;
pub mod sessions;
pub mod support;
pub mod tenants;
pub mod webhooks;

#[cfg(test)]
mod tests;
