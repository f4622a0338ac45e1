//! Exports: everything of a workspace in one file, put together behind its owner's back, kept for a week, and taken away
//! in as many pieces as the line allows.

pub(crate) mod api;
mod download;
mod keep;
mod pack;
pub(crate) mod pages;
#[cfg(test)]
mod tests;
mod texts;
mod work;

pub(crate) use download::file;
pub(crate) use work::{expire, work};
