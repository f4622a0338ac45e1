//! What Freehold remembers. The only crate that knows SQL.
//!
//! # How a query is written here
//!
//! A caller is let in by a door ([`door`]) and holds a key: a [`TenantScope`] for one tenant, a [`PlatformScope`]
//! for what crosses tenants. With the key it opens a transaction, and hands both to functions that each do one
//! thing to one noun:
//!
//! ```ignore
//! let mut tx = db.read(&scope).await?;
//! let lead = db::tenant::leads::find(&mut tx, &scope, lead_id).await?;
//! ```
//!
//! Inside, a query is its text and its values. The text is one for SQLite and PostgreSQL; `$1` is the tenant:
//!
//! ```ignore
//! tx.query("SELECT … FROM leads WHERE tenant_id = $1 AND id = $2")
//!     .bind(scope.tenant_id())
//!     .bind(id)
//!     .fetch_optional::<Lead>()
//!     .await
//! ```
//!
//! Where the engines truly differ, the call takes a `Sql { sqlite, postgres }` instead. Times are bound from a
//! `Clock`; the queue's are the database's own (`Tx::time`), bound as well; numbers are `i64`, because PostgreSQL will not guess; lists have a `LIMIT`.
//!
//! What does not live here: rules that need no database (`types`), and anything a browser sees (`server`, the apps).

pub mod answers;
pub mod archive;
mod backend;
pub mod door;
mod error;
mod intake;
pub mod platform;
mod schema;
mod scope;
mod signals;
pub mod tenant;
#[cfg(feature = "testing")]
pub mod testing;

pub use backend::{Access, ConnectOptions, Db, Tx};
pub use error::{Error, Result};
pub use intake::Enqueued;
pub use schema::SchemaError;
pub use scope::{PlatformScope, Scope, TenantScope};
pub use signals::{Listener, Signal, Signals};
