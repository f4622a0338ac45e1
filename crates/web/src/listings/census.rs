//! How many homes a search finds, counted in memory: a question that nobody asked before costs no more than one that
//! everybody asks. Why so, says `docs/adr/0029`.

use std::{sync::Arc, time::Duration};

use db::{Db, TenantScope, tenant::listings};
use moka::future::Cache;
use tokio::sync::Semaphore;
use types::{
    TenantId,
    listings::{Census, ListingId, ListingSearch},
};

/// Homes of all tenants take so many bytes at most: about half a million of them.
const MOST: u64 = 64 * 1024 * 1024;

/// As many homes are read at a time, which takes some milliseconds.
const PIECE: i64 = 1_000;

/// A tenant's homes are read no more often: an import changes them many times a second.
const REST: Duration = Duration::from_secs(2);

/// The homes of tenants whose sites were searched lately. Clones share them.
#[derive(Clone)]
pub(super) struct Censuses {
    db: Db,
    known: Cache<TenantId, Arc<Known>>,
    /// Whose homes are being read, or were a moment ago.
    resting: Cache<TenantId, ()>,
    /// One tenant's homes are read at a time, so that visitors hardly notice.
    reader: Arc<Semaphore>,
}

/// The homes of a tenant as they were.
struct Known {
    edition: i64,
    census: Census,
}

impl Censuses {
    pub(super) fn new(db: Db) -> Self {
        let weigh = |_: &TenantId, known: &Arc<Known>| u32::try_from(known.census.size()).unwrap_or(u32::MAX);
        Self {
            db,
            known: Cache::builder().max_capacity(MOST).weigher(weigh).build(),
            resting: Cache::builder().time_to_live(REST).build(),
            reader: Arc::new(Semaphore::new(1)),
        }
    }

    /// How many homes of this edition a search finds, if they are known. If not, they will be soon.
    pub(super) async fn count(
        &self,
        scope: &TenantScope,
        edition: i64,
        search: &ListingSearch,
    ) -> Option<i64> {
        match self.known.get(scope.tenant_id()).await {
            Some(known) if known.edition == edition => i64::try_from(known.census.count(search)).ok(),
            _ => {
                self.read_soon(scope).await;
                None
            }
        }
    }

    async fn read_soon(&self, scope: &TenantScope) {
        let Ok(turn) = Arc::clone(&self.reader).try_acquire_owned() else {
            return;
        };
        let resting = self.resting.entry(scope.tenant_id().clone());
        if !resting.or_insert(()).await.is_fresh() {
            return;
        }
        let (censuses, scope) = (self.clone(), scope.clone());
        tokio::spawn(async move {
            let _turn = turn;
            if let Err(error) = censuses.read(&scope).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "homes are counted by the database"
                );
            }
        });
    }

    /// Reads all homes of a tenant, unless they change meanwhile: then whoever searches next has them read.
    pub(super) async fn read(&self, scope: &TenantScope) -> db::Result<()> {
        let mut census = Census::default();
        let (mut first, mut last): (Option<i64>, Option<ListingId>) = (None, None);
        loop {
            // No transaction is held for all of it: there are few, and visitors wait for them.
            let mut tx = self.db.read(scope).await?;
            let edition = listings::edition(&mut tx, scope).await?;
            if *first.get_or_insert(edition) != edition {
                return Ok(());
            }
            let homes = listings::counted(&mut tx, scope, last.as_ref(), PIECE).await?;
            drop(tx);
            for home in &homes {
                census.push(&home.facts);
            }
            let Some(home) = homes.into_iter().next_back() else {
                let known = Arc::new(Known { edition, census });
                self.known.insert(scope.tenant_id().clone(), known).await;
                return Ok(());
            };
            last = Some(home.id);
            if census.size() as u64 > MOST {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use db::testing::{TestDb, a_listing, a_tenant};
    use types::TestIds;

    use super::*;

    struct Market {
        test: TestDb,
        here: TenantScope,
        censuses: Censuses,
    }

    impl Market {
        async fn new() -> Self {
            let (test, ids) = (TestDb::new().await, TestIds::default());
            let here = a_tenant(&test.db, &ids, "here").await;
            let next_door = a_tenant(&test.db, &ids, "next-door").await;
            for id in ["first", "second"] {
                a_listing(id).insert(&test.db, &here).await;
            }
            a_listing("foreign").insert(&test.db, &next_door).await;
            Self {
                censuses: Censuses::new(test.db.clone()),
                test,
                here,
            }
        }

        /// What is known without asking the database for it.
        async fn count(&self) -> Option<i64> {
            let mut tx = self.test.db.read(&self.here).await.unwrap();
            let edition = listings::edition(&mut tx, &self.here).await.unwrap();
            drop(tx);
            // So that only the test has them read.
            self.censuses
                .resting
                .insert(self.here.tenant_id().clone(), ())
                .await;
            self.censuses
                .count(&self.here, edition, &ListingSearch::default())
                .await
        }
    }

    #[tokio::test]
    async fn homes_are_counted_in_memory_until_they_are_other_ones() {
        let market = Market::new().await;
        assert_eq!(market.count().await, None);

        market.censuses.read(&market.here).await.unwrap();
        assert_eq!(market.count().await, Some(2));

        a_listing("third").insert(&market.test.db, &market.here).await;
        assert_eq!(market.count().await, None, "what was known is of yesterday");
        market.censuses.read(&market.here).await.unwrap();
        assert_eq!(market.count().await, Some(3));
    }

    #[tokio::test]
    async fn whoever_searches_has_homes_read_for_those_who_search_later() {
        let market = Market::new().await;
        let (censuses, here) = (&market.censuses, &market.here);
        let mut tx = market.test.db.read(here).await.unwrap();
        let edition = listings::edition(&mut tx, here).await.unwrap();
        drop(tx);
        let search = ListingSearch::default();

        assert_eq!(censuses.count(here, edition, &search).await, None);
        // Whoever reads gives the turn back when it is done.
        drop(censuses.reader.acquire().await.unwrap());

        assert_eq!(censuses.count(here, edition, &search).await, Some(2));
    }
}
