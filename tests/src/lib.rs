//! The house from outside: real binaries on a database of their own, and callers who speak HTTP to them.
//!
//! ```ignore
//! let world = World::seeded().await;
//! let (web, crm) = (world.web().await, world.crm().await);
//! let visitor = web.caller(FAIRFIELD);
//! let ava = crm.member(AVA).await;
//! visitor.post_json("/api/lead", an_enquiry("ann@example.com")).await.expect(202);
//! world.drain().await;
//! ```
//!
//! Nothing here sleeps: whoever waits, waits for a line, an answer or an event, and gives up after [`PATIENCE`].

mod answer;
mod caller;
mod cluster;
mod command;
mod feed;
mod outage;
mod people;
mod process;
mod queue;
mod world;

use std::time::Duration;

pub use answer::Answer;
pub use caller::Caller;
pub use cluster::Cluster;
pub use command::Finished;
pub use feed::{Feed, Message};
pub use outage::Outage;
pub use people::{AVA, BEN, FAIRFIELD, HUDSON, HUGO, OLIVIA, OPS, PASSWORD, Person, SAM, VERA, an_enquiry};
pub use process::Process;
pub use world::World;

/// How long anything may take before a test says that it never came. Only a broken house waits this long.
pub const PATIENCE: Duration = Duration::from_secs(30);
