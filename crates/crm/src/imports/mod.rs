//! Imports: contacts from a file. Every row is looked at first, and all of it can be taken out again.

pub(crate) mod api;
mod errors_csv;
mod file;
mod keep;
pub(crate) mod pages;
mod runner;
#[cfg(test)]
mod tests;
mod trace;
mod upload;
mod work;

pub(crate) use errors_csv::download as errors;
pub(crate) use runner::work_on_all;
pub(crate) use upload::CAP;
