//! Imports: contacts from a file, a table or vCards. Every row is looked at first, and all of it can be taken out again.

pub(crate) mod api;
pub(crate) mod broken_off;
mod cards;
mod errors_csv;
mod file;
#[cfg(test)]
mod file_tests;
mod guess;
mod keep;
pub(crate) mod pages;
#[cfg(test)]
mod tests;
mod trace;
mod upload;
mod work;

pub(crate) use errors_csv::download as errors;
pub(crate) use upload::{CAP, DEADLINE};
pub(crate) use work::work;
