//! Bulk edits: one change to the leads or contacts somebody ticked, or to all that a list shows. It goes on behind their
//! back, says how far it is and what it left alone, and can be taken back; what it deleted, for ten minutes.

pub(crate) mod api;
#[cfg(test)]
mod clock_tests;
#[cfg(test)]
mod delete_page_tests;
#[cfg(test)]
mod delete_tests;
mod forget;
mod holders;
#[cfg(test)]
mod holders_tests;
mod keep;
mod noted;
mod numbers;
pub(crate) mod pages;
mod progress;
mod record;
#[cfg(test)]
mod shared_tests;
#[cfg(test)]
mod tests;
mod told;
#[cfg(test)]
mod told_tests;
mod trace;
mod turn;
mod wish;
mod work;

pub(crate) use forget::forget;
pub(crate) use work::work;
