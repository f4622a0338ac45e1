//! Running the platform: the operators' commands and console, and the stories behind both.
//!
//! A story ([`tenants`], [`domains`], [`people`], [`listings`], [`seed`]) does one thing to the platform in one transaction, with its line in the audit
//! trail. [`commands`] and the console call the same stories; only how they ask and how they answer differs. Whoever
//! calls a story says who acts ([`Acting`]), and hears of a [`Refusal`] in words.

mod account;
mod acting;
mod app;
pub mod audit;
pub mod backup;
pub mod commands;
pub mod domains;
mod features;
mod health;
pub mod listings;
mod openapi;
mod operator;
mod operators;
#[cfg(test)]
mod page_tests;
pub mod people;
mod queue;
mod refusal;
mod repeats;
mod routes;
pub mod seed;
pub mod settings;
mod shell;
mod sign_in;
mod support;
pub mod tenants;
#[cfg(test)]
mod testing;
mod view;
mod website;

pub use acting::Acting;
pub use app::{start, surface};
pub use refusal::Refusal;
