//! The audit trail: appended to with the change it tells of, never changed, and read with filters.

mod chain;
mod evidence;
mod read;
#[cfg(test)]
mod tests;

pub use chain::{
    Checkpoint, Linked, chain, checkpoints, head, insert_checkpoint, linked, links, record, root_after,
    signed_until, unchained,
};
pub use evidence::{Covered, Evidence, MOST_LINES, Unprovable, covered, evidence};
pub use read::{AuditFilter, dangling, find, list, was_done};
