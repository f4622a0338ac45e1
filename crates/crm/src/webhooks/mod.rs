//! Webhooks: a tenant's own programs are told what happens, at addresses that an owner names.
//!
//! [`tell`] works out from the tenant's feed what an endpoint is to be told, [`courier`] carries it there, again and
//! again until it arrives or a day and a half is over. Why so, says `docs/adr/0016`.

pub(crate) mod api;
mod courier;
mod keep;
mod letter;
pub(crate) mod pages;
mod payload;
mod tell;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use server::{Context, Secrets, outgoing::strangers::Reach};
use tokio::sync::Notify;

pub(crate) use courier::work;

/// What the handlers of webhooks need. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Webhooks {
    /// How far an endpoint may be.
    reach: Reach,
    /// What the endpoints' secrets are made from.
    secrets: Secrets,
    /// Told when something waits to be delivered.
    waiting: Arc<Notify>,
}

impl Webhooks {
    pub(crate) fn new(context: &Context) -> Self {
        Self {
            reach: context.settings.webhook_reach,
            secrets: context.settings.secrets.clone(),
            waiting: Arc::default(),
        }
    }
}
