//! Asks a RESO Web API for what changed since it was last asked, page by page.
//!
//! Where the next page is, is in `way`. Each page is one transaction: what it brings, what of it could not be read, and
//! how far the service has been heard. Whatever dies in between, the next poll begins with the first page that is not
//! there. What says that it changes in the future is no sign of how far that is. A service that does not answer leaves
//! everything as it is, and how long ago it last did is shown beside the homes.

#[cfg(test)]
mod tests;

use std::time::Duration;

use db::{
    TenantScope,
    platform::tenants as rows,
    tenant::listing_feeds::{self, RejectedListing},
};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use server::outgoing::{Outgoing, Unanswered};
use sha2::{Digest as _, Sha256};
use types::{AuditAction, TenantId};

use super::{
    Row, Sorted,
    way::{Broken, Feed, PAGE, PageOfRows, Way, changed_at},
};
use crate::{Acting, Refusal};

/// How long a page may take. Services of this kind are slow, and nobody waits for them.
const DEADLINE: Duration = Duration::from_secs(60);

/// More than any page of theirs has: a thousand listings with all their fields.
const LARGEST_PAGE: usize = 64 * 1024 * 1024;

/// How far a mark may lie in the future: clocks differ. One beyond that was never heard, and nothing tells what was.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);

/// More of a row that cannot be read than anybody reads.
const MOST_KEPT: usize = 16 * 1024;

/// What came of asking.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Polled {
    /// Pages read.
    pub pages: u32,
    /// Rows on them.
    pub rows: usize,
    /// Listings written, new or changed.
    pub kept: usize,
    /// Listings taken off the site.
    pub removed: u64,
    /// Rows that could not be read, and wait until the service sends them right.
    pub rejected: usize,
    /// Rows that were kept although something is wrong with them, and are named beside the rejected ones.
    pub odd: usize,
    /// Everything that changed before this has been heard.
    pub heard_until: Option<Timestamp>,
}

/// Asks a service for what changed, and brings it onto a tenant's site.
pub async fn poll(
    acting: &Acting<'_>,
    id_or_slug: &str,
    (feed, disclaimer): (&Feed, &str),
) -> Result<Polled, Refusal> {
    let (tenant_id, scope) = enter(acting, id_or_slug).await?;
    let mut polled = Polled::default();
    let hearing = hear_out(acting, (&tenant_id, &scope), (feed, disclaimer), &mut polled);
    let heard = tokio::time::timeout(feed.patience(), hearing).await;
    if let Some(why) = heard.unwrap_or(Ok(Some(Broken::Unended)))? {
        return Err(broken(acting, &scope, feed, &why).await?);
    }
    let mut tx = acting.db.write(&scope).await?;
    listing_feeds::note_answer(&mut tx, &scope, feed.name(), acting.now).await?;
    tx.commit().await?;
    Ok(polled)
}

/// Forgets how far a service was heard, so that the next poll begins at its beginning. What it said stays on the site.
pub async fn forget(acting: &Acting<'_>, id_or_slug: &str, feed: &Feed) -> Result<(), Refusal> {
    let (tenant_id, scope) = enter(acting, id_or_slug).await?;
    let mut tx = acting.db.write(acting.platform).await?;
    listing_feeds::forget(&mut tx, &scope, feed.name()).await?;
    let details = json!({ "from": feed.name(), "again": true });
    let imported = AuditAction::ListingsImport;
    acting
        .succeeded(&mut tx, imported, Some(&tenant_id), details)
        .await?;
    Ok(tx.commit().await?)
}

/// Reads page by page, and says what kept it from the last one.
async fn hear_out(
    acting: &Acting<'_>,
    whose: (&TenantId, &TenantScope),
    (feed, disclaimer): (&Feed, &str),
    polled: &mut Polled,
) -> Result<Option<Broken>, Refusal> {
    let outgoing = Outgoing::new(DEADLINE, LARGEST_PAGE).map_err(Refusal::Unexpected)?;
    let mut tx = acting.db.read(whose.1).await?;
    let mark = listing_feeds::heard_until(&mut tx, whose.1, feed.name()).await?;
    drop(tx);
    let since = mark.filter(|mark| *mark <= acting.now + AHEAD);
    polled.heard_until = since;
    let (mut way, mut address) = Way::begin(feed, since);
    loop {
        let answer = outgoing.json(feed.question(address)).await;
        let page = match answer.and_then(read) {
            Ok(page) => page,
            Err(why) => return Ok(Some(why.into())),
        };
        // A service may send more than it was asked for: nobody else's writing waits for all of that.
        for rows in page.value.chunks(PAGE) {
            write(acting, whose, (feed, disclaimer), rows, polled).await?;
        }
        polled.pages += 1;
        match way.behind(&page) {
            Ok(Some(next)) => address = next,
            Ok(None) => return Ok(None),
            Err(why) => return Ok(Some(why)),
        }
    }
}

/// The tenant, and the key to its rows.
pub(super) async fn enter(acting: &Acting<'_>, id_or_slug: &str) -> Result<(TenantId, TenantScope), Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    let tenant = rows::find(&mut tx, acting.platform, id_or_slug).await?;
    let tenant = tenant.ok_or_else(|| Refusal::no_tenant(id_or_slug))?;
    let scope = db::door::tenants::enter(&mut tx, acting.platform, &tenant.id).await?;
    let scope = scope.ok_or_else(|| Refusal::no_tenant(id_or_slug))?;
    Ok((tenant.id, scope))
}

fn read(answer: Value) -> Result<PageOfRows, Unanswered> {
    serde_json::from_value(answer).map_err(|_| Unanswered::NotJson)
}

/// Notes that the service is away, which everything else outlives.
async fn broken(
    acting: &Acting<'_>,
    scope: &TenantScope,
    feed: &Feed,
    why: &Broken,
) -> Result<Refusal, Refusal> {
    let why = why.to_string();
    let mut tx = acting.db.write(scope).await?;
    listing_feeds::note_failure(&mut tx, scope, feed.name(), (acting.now, &why)).await?;
    tx.commit().await?;
    Ok(Refusal::CheckFailed(format!(
        "The service at {} {why}. What it said before stays on the site.",
        feed.name()
    )))
}

/// Writes a page or some of it, and how far it goes.
async fn write(
    acting: &Acting<'_>,
    (tenant_id, scope): (&TenantId, &TenantScope),
    (feed, disclaimer): (&Feed, &str),
    page: &[Value],
    polled: &mut Polled,
) -> Result<(), Refusal> {
    let sorted = Sorted::of(page.iter().map(Row::of), disclaimer, acting);
    let odd = sorted.odd();
    let named = sorted.bad.iter().chain(&odd);
    let named: Vec<_> = named
        .map(|bad| reject(&page[bad.row - 1], &bad.reason, acting.now))
        .collect();
    let rejected = sorted.bad.len();
    let accepted: Vec<_> = sorted.known().map(ToString::to_string).collect();
    // Nobody would be asked for what changes until a moment to come.
    let changed = page.iter().filter_map(changed_at);
    let until = changed.filter(|at| *at <= acting.now).max();
    let mut tx = acting.db.write(acting.platform).await?;
    listing_feeds::hear(&mut tx, scope, feed.name(), (until, acting.now + AHEAD)).await?;
    // First: a row that takes its listing off the site may be one that cannot be read.
    listing_feeds::accept(&mut tx, scope, feed.name(), &accepted).await?;
    listing_feeds::reject(&mut tx, scope, feed.name(), &named).await?;
    let (kept, removed) = sorted.whole().write(&mut tx, scope, acting.now).await?;
    let details = json!({
        "from": feed.name(), "rows": page.len(), "kept": kept, "removed": removed, "bad": rejected,
        "odd": odd.len(),
    });
    let imported = AuditAction::ListingsImport;
    acting
        .succeeded(&mut tx, imported, Some(tenant_id), details)
        .await?;
    tx.commit().await?;
    polled.rows += page.len();
    polled.kept += kept;
    polled.removed += removed;
    polled.rejected += rejected;
    polled.odd += odd.len();
    polled.heard_until = polled.heard_until.max(until);
    Ok(())
}

fn reject(row: &Value, reason: &str, now: Timestamp) -> RejectedListing {
    let content = row.to_string();
    let key = row["ListingKey"].as_str().map(str::to_owned);
    let listing_key = key.unwrap_or_else(|| {
        let digest = hex::encode(Sha256::digest(&content));
        format!("without a key, {}", &digest[..12])
    });
    RejectedListing {
        listing_key: listing_key.chars().take(128).collect(),
        reason: reason.to_owned(),
        content: content.chars().take(MOST_KEPT).collect(),
        rejected_at: now,
    }
}
