//! Activities: what happened, on every timeline, and what members log by hand.

pub(crate) mod api;
mod composer;
pub(crate) mod correct;
mod entry;
mod keep;
#[cfg(test)]
mod keep_tests;
mod log;
pub(crate) mod page;
#[cfg(test)]
mod tests;
mod timeline;

pub(crate) use composer::{Composer, read_note};
pub(crate) use entry::{Day, Entry, by_day};
pub(crate) use log::{NewActivity, contact_of, log, record};
pub(crate) use timeline::Timeline;
