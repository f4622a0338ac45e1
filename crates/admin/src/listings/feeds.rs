//! How it goes with the services that a tenant's listings come from.

use db::tenant::listing_feeds;
use jiff::Timestamp;
use serde::Serialize;

use super::poll::enter;
use crate::{Acting, Refusal};

/// A service, and how it goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FeedOut {
    pub(crate) address: String,
    pub(crate) heard_until: Option<Timestamp>,
    pub(crate) answered_at: Option<Timestamp>,
    pub(crate) failed_at: Option<Timestamp>,
    /// The end of "the service …".
    pub(crate) failure: Option<String>,
    pub(crate) rejected: i64,
    /// How often it is asked by itself, in minutes.
    pub(crate) every_minutes: Option<i64>,
    pub(crate) next_poll_at: Option<Timestamp>,
}

/// A row that could not be read, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RejectedOut {
    pub(crate) listing_key: String,
    /// The end of "this row …".
    pub(crate) reason: String,
    pub(crate) rejected_at: Timestamp,
    pub(crate) content: String,
}

/// The services of a tenant.
pub(crate) async fn feeds(acting: &Acting<'_>, id_or_slug: &str) -> Result<Vec<FeedOut>, Refusal> {
    let (_, scope) = enter(acting, id_or_slug).await?;
    let mut tx = acting.db.read(&scope).await?;
    let feeds = listing_feeds::list(&mut tx, &scope).await?;
    let feeds = feeds.into_iter().map(|feed| {
        let (failed_at, failure) = feed.failure.unzip();
        let (every_minutes, next_poll_at) = feed.rhythm.unzip();
        FeedOut {
            address: feed.address,
            heard_until: feed.heard_until,
            answered_at: feed.answered_at,
            failed_at,
            failure,
            rejected: feed.rejected,
            every_minutes,
            next_poll_at,
        }
    });
    Ok(feeds.collect())
}

/// The rows of its services that could not be read, or not all of them.
pub(crate) async fn rejected(
    acting: &Acting<'_>,
    id_or_slug: &str,
    limit: i64,
) -> Result<Vec<RejectedOut>, Refusal> {
    let (_, scope) = enter(acting, id_or_slug).await?;
    let mut tx = acting.db.read(&scope).await?;
    let rejected = listing_feeds::rejected(&mut tx, &scope, limit).await?;
    let rejected = rejected.into_iter().map(|row| RejectedOut {
        listing_key: row.listing_key,
        reason: row.reason,
        rejected_at: row.rejected_at,
        content: row.content,
    });
    Ok(rejected.collect())
}
