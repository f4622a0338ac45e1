//! How a process stands up and answers: what the apps share and must not copy.
//!
//! In the order a process meets it:
//!
//! - [`settings`] reads the environment, and nothing else does; [`runtime`] is what everything after it runs on.
//! - [`telemetry`] starts the log and the metrics.
//! - [`Routes`] is the app's router, which can list itself; [`Assets`] its static files.
//! - [`Edge`] stands before the router: request ids, strict hosts, headers, load, CSRF.
//! - [`mail`] sends what waits to be sent; [`outgoing`] asks others, and posts to strangers what [`webhook`] signs.
//! - [`trail`] signs the end of the audit trail, and with [`seal`] so that anybody can check it; [`proof`] shows that one
//!   line stands in it.
//! - [`health`] answers probes; [`serve()`] listens and stops gracefully.
//!
//! In the order a request meets it:
//!
//! - [`Facts`] is what the edge knows about it; [`limits`] counts it. [`session`], [`bearer`],
//!   [`api_secret`] and [`calendar_link`] are what it shows.
//! - [`idempotency`] answers again what was asked before. [`Json`], [`Fields`], [`Query`] and [`Form`] read the
//!   rest; [`cookie`] and [`form_token`] recognise it.
//! - [`encoding`] reads the files it brings.
//! - [`json::ok`], [`page`], [`csv_line`] and [`download`] answer it, or a [`Failure`], which [`problem`] gives its face. [`openapi`] tells
//!   programs what they may ask.
//!
//! What does not live here: a tenant, a table, a word of any app's pages.

/// Gives memory back that a password's check, a long page or an import needed for a moment: the C library keeps it for
/// each of its threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod api_secret;
pub mod assets;
pub mod bearer;
pub mod calendar_link;
pub mod clock;
mod context;
pub mod cookie;
mod csrf;
pub mod csv_line;
pub mod csv_records;
pub mod cursor;
pub mod download;
mod edge;
pub mod encoding;
pub mod etag;
mod failure;
pub mod flash;
pub mod form;
pub mod form_token;
pub mod health;
pub mod idempotency;
pub mod ids;
pub mod json;
pub mod limits;
pub mod mail;
pub mod oidc;
pub mod openapi;
pub mod outgoing;
pub mod page;
pub mod password;
mod path;
mod pieces;
pub mod problem;
pub mod proof;
pub mod qr;
mod reading;
mod routes;
pub mod runtime;
pub mod seal;
pub mod second_factor;
pub mod secrets;
mod serve;
pub mod session;
pub mod setbacks;
pub mod settings;
mod shell;
pub mod telemetry;
pub mod tenancy;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod trail;
pub mod webhook;

pub use assets::Assets;
pub use context::{Context, Running, StartError};
pub use edge::{Client, Edge, Facts, Host, RequestId};
pub use failure::{Conflict, Failure, FieldError, FieldErrors, PlanLimit};
pub use flash::Flash;
pub use form::{Filled, Form, Params, Submitted};
pub use health::Health;
pub use json::{Json, Query};
pub use path::Path;
pub use problem::{FailurePages, Problem};
pub use reading::Fields;
pub use routes::Routes;
pub use secrets::Secrets;
pub use serve::{Listener, Stop, serve};
pub use setbacks::Setbacks;
pub use settings::{Duty, FrontDoor, IngestionSettings, OidcSettings, Settings};
pub use shell::{Frame, Look, NavItem, Shell, SupportBanner};
