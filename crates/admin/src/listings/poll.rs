//! Asks a RESO Web API for what changed since it was last asked, page by page.
//!
//! Each page is one transaction: what it brings, what of it could not be read, and how far the service has been heard.
//! Whatever dies in between, the next poll begins with the first page that is not there. A service that does not answer
//! leaves everything as it is, and how long ago it last did is shown beside the homes.

use std::time::Duration;

use db::{
    TenantScope,
    platform::tenants as rows,
    tenant::listing_feeds::{self, RejectedListing},
};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use server::outgoing::{Outgoing, Question, Unanswered, Url, is_private};
use sha2::{Digest as _, Sha256};
use types::{AuditAction, TenantId};

use super::{Row, Sorted};
use crate::{Acting, Refusal};

/// How long a page may take. Services of this kind are slow, and nobody waits for them.
const DEADLINE: Duration = Duration::from_secs(60);

/// More than any page of theirs has: a thousand listings with all their fields.
const LARGEST_PAGE: usize = 64 * 1024 * 1024;

/// Listings asked for at a time.
const PAGE: &str = "200";

/// A service that never comes to an end is stopped here, and goes on where it was the next time.
const MOST_PAGES: u32 = 5_000;

/// More of a row that cannot be read than anybody reads.
const MOST_KEPT: usize = 16 * 1024;

/// A service, and how it knows us.
pub struct Feed {
    /// Where its `Property` is.
    address: Url,
    token: Option<SecretString>,
}

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
    /// Everything that changed before this has been heard.
    pub heard_until: Option<Timestamp>,
}

/// A page of its answer.
#[derive(Deserialize)]
struct PageOfRows {
    value: Vec<Value>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

impl Feed {
    /// The service at this address: the one below which `Property` is.
    ///
    /// # Errors
    ///
    /// When it is no address, or one where anybody on the way could read the token.
    pub fn at(address: &str, token: Option<SecretString>) -> Result<Self, Refusal> {
        let refused = |detail: &str| Refusal::invalid("", "address", detail);
        let mut address: Url = address.parse().map_err(|_| {
            refused("The address must be that of a RESO Web API, such as https://api.example.com/odata.")
        })?;
        if !is_private(&address) {
            return Err(refused("The address must begin with https://."));
        }
        address.set_query(None);
        address.set_fragment(None);
        if !address.path().ends_with('/') {
            let path = format!("{}/", address.path());
            address.set_path(&path);
        }
        Ok(Self { address, token })
    }

    /// Names it in the database, and to people.
    pub(super) fn name(&self) -> &str {
        self.address.as_str()
    }

    /// The first page of what changed since then, the oldest change first. That moment itself is asked for again: others
    /// may have changed in the same one.
    fn first(&self, since: Option<Timestamp>) -> Result<Url, Refusal> {
        let mut url = self
            .address
            .join("Property")
            .map_err(|error| Refusal::Unexpected(error.into()))?;
        let mut query = url.query_pairs_mut();
        if let Some(since) = since {
            query.append_pair("$filter", &format!("ModificationTimestamp ge {since}"));
        }
        query
            .append_pair("$orderby", "ModificationTimestamp asc")
            .append_pair("$top", PAGE)
            .finish();
        drop(query);
        // Not every OData server takes a plus for a space.
        let query = url.query().unwrap_or_default().replace('+', "%20");
        url.set_query(Some(&query));
        Ok(url)
    }

    /// The page after one. Only at the same service: the token goes nowhere else.
    fn next(&self, link: Option<&str>) -> Result<Option<Url>, Refusal> {
        let Some(link) = link else { return Ok(None) };
        let next = self.address.join(link).ok();
        match next.filter(|next| next.origin() == self.address.origin()) {
            Some(next) => Ok(Some(next)),
            None => Err(Refusal::CheckFailed(
                "The service leads elsewhere for its next page, where its token must not go.".to_owned(),
            )),
        }
    }

    fn question(&self, address: Url) -> Question {
        let token = self.token.as_ref().map(|token| {
            let bearer = format!("Bearer {}", token.expose_secret());
            ("authorization", SecretString::from(bearer))
        });
        let accept = ("accept", SecretString::from("application/json"));
        Question {
            address,
            headers: token.into_iter().chain([accept]).collect(),
            body: None,
        }
    }
}

/// Asks a service for what changed, and brings it onto a tenant's site.
pub async fn poll(
    acting: &Acting<'_>,
    id_or_slug: &str,
    (feed, disclaimer): (&Feed, &str),
) -> Result<Polled, Refusal> {
    let outgoing = Outgoing::new(DEADLINE, LARGEST_PAGE).map_err(Refusal::Unexpected)?;
    let (tenant_id, scope) = enter(acting, id_or_slug).await?;
    let mut tx = acting.db.read(&scope).await?;
    let since = listing_feeds::heard_until(&mut tx, &scope, feed.name()).await?;
    drop(tx);
    let mut polled = Polled {
        heard_until: since,
        ..Polled::default()
    };
    let mut address = Some(feed.first(since)?);
    while let Some(asked) = address.take().filter(|_| polled.pages < MOST_PAGES) {
        let page = match outgoing.json(feed.question(asked)).await {
            Ok(answer) => read(answer),
            Err(why) => Err(why),
        };
        let page = match page {
            Ok(page) => page,
            Err(why) => return Err(unanswered(acting, &scope, feed, &why).await?),
        };
        address = feed.next(page.next.as_deref())?;
        write(
            acting,
            (&tenant_id, &scope),
            (feed, disclaimer),
            &page.value,
            &mut polled,
        )
        .await?;
    }
    let mut tx = acting.db.write(&scope).await?;
    listing_feeds::note_answer(&mut tx, &scope, feed.name(), acting.now).await?;
    tx.commit().await?;
    Ok(polled)
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
async fn unanswered(
    acting: &Acting<'_>,
    scope: &TenantScope,
    feed: &Feed,
    why: &Unanswered,
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

/// Writes a page, and how far it goes.
async fn write(
    acting: &Acting<'_>,
    (tenant_id, scope): (&TenantId, &TenantScope),
    (feed, disclaimer): (&Feed, &str),
    page: &[Value],
    polled: &mut Polled,
) -> Result<(), Refusal> {
    let sorted = Sorted::of(page.iter().map(Row::of), disclaimer, acting);
    let rejected: Vec<_> = sorted
        .bad
        .iter()
        .map(|bad| reject(&page[bad.row - 1], &bad.reason, acting.now))
        .collect();
    let accepted: Vec<_> = sorted.known().map(ToString::to_string).collect();
    let until = page.iter().filter_map(changed_at).max();
    let mut tx = acting.db.write(acting.platform).await?;
    listing_feeds::hear(&mut tx, scope, feed.name(), until).await?;
    // First: a row that takes its listing off the site may be one that cannot be read.
    listing_feeds::accept(&mut tx, scope, feed.name(), &accepted).await?;
    listing_feeds::reject(&mut tx, scope, feed.name(), &rejected).await?;
    let (kept, removed) = sorted.whole().write(&mut tx, scope, acting.now).await?;
    if !page.is_empty() {
        let details = json!({
            "from": feed.name(), "rows": page.len(), "kept": kept, "removed": removed, "bad": rejected.len(),
        });
        let imported = AuditAction::ListingsImport;
        acting
            .succeeded(&mut tx, imported, Some(tenant_id), details)
            .await?;
    }
    tx.commit().await?;
    polled.pages += 1;
    polled.rows += page.len();
    polled.kept += kept;
    polled.removed += removed;
    polled.rejected += rejected.len();
    polled.heard_until = polled.heard_until.max(until);
    Ok(())
}

fn key(row: &Value) -> Option<String> {
    row["ListingKey"].as_str().map(str::to_owned)
}

fn changed_at(row: &Value) -> Option<Timestamp> {
    row["ModificationTimestamp"].as_str()?.parse().ok()
}

fn reject(row: &Value, reason: &str, now: Timestamp) -> RejectedListing {
    let content = row.to_string();
    let listing_key = key(row).unwrap_or_else(|| {
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
