//! Where homes for sale come from. By default the database, which imports fill.

use std::collections::HashMap;

use db::{
    Db, TenantScope, Tx,
    tenant::{
        listing_feeds,
        listings::{self, Arrival, PublishedHome, PublishedHomes, Spot},
    },
};
use futures::{FutureExt as _, future::BoxFuture};
use jiff::Timestamp;
use moka::future::Cache;
use serde::Serialize;
use types::{
    PageRequest, TenantId,
    listings::{Listing, ListingId, ListingSearch, ListingSort},
};

use super::census::Censuses;

/// Suggestions given at once.
const SUGGESTED: usize = 8;

/// News that are counted: more than anybody reads in one message.
pub(crate) const MOST_ARRIVED: usize = 100;

/// One page of what a search found.
pub(crate) struct Found {
    pub(crate) listings: Vec<Listing>,
    /// On all pages.
    pub(crate) total: i64,
}

/// Something a person may have meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Suggestion {
    pub(crate) label: String,
    /// The home at this address, if it is one.
    pub(crate) listing_id: Option<ListingId>,
}

/// Knows homes for sale.
pub(crate) trait Provider: Send + Sync {
    fn find<'a>(
        &'a self,
        scope: &'a TenantScope,
        id: &'a ListingId,
    ) -> BoxFuture<'a, anyhow::Result<Option<Listing>>>;

    /// Whether this home was there and was taken off.
    fn is_gone<'a>(
        &'a self,
        scope: &'a TenantScope,
        id: &'a ListingId,
    ) -> BoxFuture<'a, anyhow::Result<bool>>;

    /// Those of these homes that are there, in the order asked.
    fn several<'a>(
        &'a self,
        scope: &'a TenantScope,
        ids: &'a [ListingId],
    ) -> BoxFuture<'a, anyhow::Result<Vec<Listing>>>;

    fn search<'a>(
        &'a self,
        scope: &'a TenantScope,
        search: &'a ListingSearch,
        page: PageRequest,
    ) -> BoxFuture<'a, anyhow::Result<Found>>;

    /// Where the first homes of a search lie, in its order: those whose place may be told.
    fn spots<'a>(
        &'a self,
        scope: &'a TenantScope,
        search: &'a ListingSearch,
        limit: i64,
    ) -> BoxFuture<'a, anyhow::Result<Vec<Spot>>>;

    /// The first of what a search finds, without counting the rest.
    fn some<'a>(
        &'a self,
        scope: &'a TenantScope,
        search: &'a ListingSearch,
        page: PageRequest,
    ) -> BoxFuture<'a, anyhow::Result<Vec<Listing>>>;

    /// What came in a time and is what a search asks for, the last to come first: at most
    /// [`MOST_ARRIVED`], and one more where there are more.
    fn arrived<'a>(
        &'a self,
        scope: &'a TenantScope,
        search: &'a ListingSearch,
        arrival: Arrival,
    ) -> BoxFuture<'a, anyhow::Result<Vec<Listing>>>;

    /// How many search engines may show, and when the last of them changed.
    fn count_published<'a>(&'a self, scope: &'a TenantScope)
    -> BoxFuture<'a, anyhow::Result<PublishedHomes>>;

    /// So many of those after so many others, in an order that stays.
    fn published<'a>(
        &'a self,
        scope: &'a TenantScope,
        piece: (i64, i64),
    ) -> BoxFuture<'a, anyhow::Result<Vec<PublishedHome>>>;

    /// When the service behind them last answered, if there is one.
    fn answered_at<'a>(&'a self, scope: &'a TenantScope) -> BoxFuture<'a, anyhow::Result<Option<Timestamp>>>;

    /// How many a search finds.
    fn count<'a>(
        &'a self,
        scope: &'a TenantScope,
        search: &'a ListingSearch,
    ) -> BoxFuture<'a, anyhow::Result<i64>>;

    /// What is to be had and begins like this: streets first, then cities and postal codes.
    fn suggest<'a>(
        &'a self,
        scope: &'a TenantScope,
        text: &'a str,
    ) -> BoxFuture<'a, anyhow::Result<Vec<Suggestion>>>;
}

/// Totals that are remembered: of several hundred bytes each.
const TOTALS: u64 = 10_000;

/// The tenant's own listings.
pub(crate) struct Stored {
    db: Db,
    /// Where homes are counted.
    censuses: Censuses,
    /// How many homes searches found that the database counted. A visitor who turns pages has them counted once.
    totals: Cache<Counted, i64>,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Counted {
    tenant_id: TenantId,
    /// Of these listings; others are counted anew.
    edition: i64,
    /// What the search asks, whatever the order.
    asked: String,
}

impl Stored {
    pub(crate) fn new(db: Db) -> Self {
        Self {
            censuses: Censuses::new(db.clone()),
            totals: Cache::new(TOTALS),
            db,
        }
    }

    /// How many homes a search finds, from memory while the listings are the same.
    async fn total(&self, tx: &mut Tx, scope: &TenantScope, search: &ListingSearch) -> db::Result<i64> {
        let edition = listings::edition(tx, scope).await?;
        if let Some(count) = self.censuses.count(scope, edition, search).await {
            return Ok(count);
        }
        let unsorted = ListingSearch {
            sort: ListingSort::default(),
            ..search.clone()
        };
        let counted = Counted {
            tenant_id: scope.tenant_id().clone(),
            edition,
            asked: format!("{unsorted:?}"),
        };
        let count = listings::count(tx, scope, search);
        let total = self.totals.try_get_with(counted, count).await;
        total.map_err(db::Error::Shared)
    }
}

impl Provider for Stored {
    fn find<'a>(
        &'a self,
        scope: &'a TenantScope,
        id: &'a ListingId,
    ) -> BoxFuture<'a, anyhow::Result<Option<Listing>>> {
        async move {
            let mut tx = self.db.read(scope).await?;
            Ok(listings::find(&mut tx, scope, id).await?)
        }
        .boxed()
    }

    fn is_gone<'a>(
        &'a self,
        scope: &'a TenantScope,
        id: &'a ListingId,
    ) -> BoxFuture<'a, anyhow::Result<bool>> {
        async move {
            let mut tx = self.db.read(scope).await?;
            Ok(listings::is_gone(&mut tx, scope, id).await?)
        }
        .boxed()
    }

    fn several<'a>(
        &'a self,
        scope: &'a TenantScope,
        ids: &'a [ListingId],
    ) -> BoxFuture<'a, anyhow::Result<Vec<Listing>>> {
        async move {
            let mut tx = self.db.read(scope).await?;
            let found = listings::several(&mut tx, scope, ids).await?;
            let found = found.into_iter().map(|listing| (listing.id.clone(), listing));
            let mut found: HashMap<_, _> = found.collect();
            Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
        }
        .boxed()
    }

    fn spots<'a>(
        &'a self,
        scope: &'a TenantScope,
        search: &'a ListingSearch,
        limit: i64,
    ) -> BoxFuture<'a, anyhow::Result<Vec<Spot>>> {
        async move {
            let mut tx = self.db.read(scope).await?;
            Ok(listings::spots(&mut tx, scope, search, limit).await?)
        }
        .boxed()
    }

    fn search<'a>(
        &'a self,
        scope: &'a TenantScope,
        search: &'a ListingSearch,
        page: PageRequest,
    ) -> BoxFuture<'a, anyhow::Result<Found>> {
        async move {
            let mut tx = self.db.read(scope).await?;
            let found = listings::search(&mut tx, scope, search, page).await?;
            let total = self.total(&mut tx, scope, search).await?;
            Ok(Found {
                listings: found.items,
                total,
            })
        }
        .boxed()
    }

    fn some<'a>(
        &'a self,
        scope: &'a TenantScope,
        search: &'a ListingSearch,
        page: PageRequest,
    ) -> BoxFuture<'a, anyhow::Result<Vec<Listing>>> {
        async move {
            let mut tx = self.db.read(scope).await?;
            Ok(listings::search(&mut tx, scope, search, page).await?.items)
        }
        .boxed()
    }

    fn arrived<'a>(
        &'a self,
        scope: &'a TenantScope,
        search: &'a ListingSearch,
        arrival: Arrival,
    ) -> BoxFuture<'a, anyhow::Result<Vec<Listing>>> {
        async move {
            let limit = i64::try_from(MOST_ARRIVED)? + 1;
            let mut tx = self.db.read(scope).await?;
            Ok(listings::arrived(&mut tx, scope, search, (arrival, limit)).await?)
        }
        .boxed()
    }

    fn count_published<'a>(
        &'a self,
        scope: &'a TenantScope,
    ) -> BoxFuture<'a, anyhow::Result<PublishedHomes>> {
        async move {
            let mut tx = self.db.read(scope).await?;
            Ok(listings::count_published(&mut tx, scope).await?)
        }
        .boxed()
    }

    fn published<'a>(
        &'a self,
        scope: &'a TenantScope,
        piece: (i64, i64),
    ) -> BoxFuture<'a, anyhow::Result<Vec<PublishedHome>>> {
        async move {
            let mut tx = self.db.read(scope).await?;
            Ok(listings::published(&mut tx, scope, piece).await?)
        }
        .boxed()
    }

    fn answered_at<'a>(&'a self, scope: &'a TenantScope) -> BoxFuture<'a, anyhow::Result<Option<Timestamp>>> {
        async move {
            let mut tx = self.db.read(scope).await?;
            Ok(listing_feeds::silent_since(&mut tx, scope).await?)
        }
        .boxed()
    }

    fn count<'a>(
        &'a self,
        scope: &'a TenantScope,
        search: &'a ListingSearch,
    ) -> BoxFuture<'a, anyhow::Result<i64>> {
        async move {
            let mut tx = self.db.read(scope).await?;
            Ok(self.total(&mut tx, scope, search).await?)
        }
        .boxed()
    }

    fn suggest<'a>(
        &'a self,
        scope: &'a TenantScope,
        text: &'a str,
    ) -> BoxFuture<'a, anyhow::Result<Vec<Suggestion>>> {
        async move {
            let limit = i64::try_from(SUGGESTED)?;
            let mut tx = self.db.read(scope).await?;
            let streets = listings::streets_like(&mut tx, scope, text, limit).await?;
            let areas = listings::zips_and_cities_like(&mut tx, scope, text, SUGGESTED).await?;
            let streets = streets.into_iter().map(|listing| Suggestion {
                label: format!("{}, {}", listing.headline(), listing.address.city),
                listing_id: Some(listing.id),
            });
            let areas = areas.into_iter().map(|label| Suggestion {
                label,
                listing_id: None,
            });
            Ok(streets.chain(areas).take(SUGGESTED).collect())
        }
        .boxed()
    }
}
