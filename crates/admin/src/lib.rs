//! Running the platform: the operators' commands and console, and the stories behind both.
//!
//! A story ([`tenants`], [`domains`], [`people`], [`listings`], [`seed`]) does one thing to the platform in one transaction, with its line in the audit
//! trail. [`commands`] and the console call the same stories; only how they ask and how they answer differs. Whoever
//! calls a story says who acts ([`Acting`]), and hears of a [`Refusal`] in words.

mod acting;
mod app;
pub mod audit;
pub mod commands;
pub mod domains;
pub mod listings;
mod openapi;
mod operator;
pub mod people;
mod refusal;
pub mod seed;
mod shell;
mod sign_in;
pub mod tenants;
#[cfg(test)]
mod testing;

pub use acting::Acting;
pub use app::{start, surface};
pub use refusal::Refusal;
