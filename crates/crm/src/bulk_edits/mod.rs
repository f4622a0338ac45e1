//! Bulk edits: one change to the leads or contacts somebody ticked, or to all that a list shows. It goes on behind their
//! back, says how far it is and what it left alone, and can be taken back.

pub(crate) mod api;
mod keep;
pub(crate) mod pages;
mod record;
#[cfg(test)]
mod tests;
mod trace;
mod wish;
mod work;

pub(crate) use work::work;
