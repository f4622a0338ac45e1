//! Numbers of very many rows, counted again when something happened and not for every page.
//!
//! A member or the queue who changes leads, contacts, activities or what is to be done next about them says so in the
//! tenant's feed, in the same transaction. So a number of those that was counted when the feed was as long as it is now is
//! right still. The feed is looked at before anything is counted: what changes meanwhile makes the number too new, never
//! too old.

use std::time::Duration;

use db::{
    TenantScope, Tx,
    tenant::{
        changes,
        leads::BoardTotal,
        sources::SourceReport,
        summary::{LeadCounts, Span, Summary},
    },
};
use moka::future::Cache;
use types::{PersonId, TenantId};

/// Fewer rows are counted about as soon as looked up.
const WORTH_KEEPING: i64 = 5_000;

/// What is written past the feed is seen after so long: the rows of an import before it ends, what operators do. So much
/// may a number of the last seven days lag behind the clock, too.
const KEPT_FOR: Duration = Duration::from_secs(30);

/// Questions of all tenants whose answers are kept.
const MOST: u64 = 10_000;

/// What is kept in this process.
#[derive(Clone, Default)]
pub(crate) struct Numbers {
    /// Leads by status.
    pub(crate) leads: Counted<LeadCounts>,
    /// What the dashboard tells.
    pub(crate) summaries: Counted<Summary>,
    /// What happened on each of its days.
    pub(crate) weeks: Counted<Vec<Span>>,
    /// The heads of the pipeline's columns.
    pub(crate) boards: Counted<Vec<BoardTotal>>,
    /// What became of the leads of a source.
    pub(crate) sources: Counted<SourceReport>,
    /// How long lists are.
    pub(crate) totals: Counted<i64>,
}

/// Who asks what. Members who see everything share their answers.
type Question = (TenantId, Option<PersonId>, String);

/// Numbers that are known, each with how long the feed was.
#[derive(Clone)]
pub(crate) struct Counted<N> {
    known: Cache<Question, (i64, N)>,
    worth_keeping: i64,
}

impl<N: Clone + Send + Sync + 'static> Default for Counted<N> {
    fn default() -> Self {
        Self::from(WORTH_KEEPING)
    }
}

impl<N: Clone + Send + Sync + 'static> Counted<N> {
    /// Keeps numbers of so many rows or more.
    fn from(worth_keeping: i64) -> Self {
        let known = Cache::builder().max_capacity(MOST).time_to_live(KEPT_FOR);
        Self {
            known: known.build(),
            worth_keeping,
        }
    }

    /// The numbers that answer `question`, counted now unless they are known. `size` says how many rows they are of.
    pub(crate) async fn get(
        &self,
        tx: &mut Tx,
        (scope, reader): (&TenantScope, PersonId),
        question: String,
        (count, size): (impl AsyncFnOnce(&mut Tx) -> db::Result<N>, fn(&N) -> i64),
    ) -> db::Result<N> {
        let length = changes::last_seq(tx, scope).await?;
        let who = (!scope.sees_all()).then_some(reader);
        let question = (scope.tenant_id().clone(), who, question);
        if let Some((then, known)) = self.known.get(&question).await
            && then == length
        {
            return Ok(known);
        }
        let counted = count(tx).await?;
        if size(&counted) >= self.worth_keeping {
            self.known.insert(question, (length, counted.clone())).await;
        }
        Ok(counted)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use db::{
        tenant::changes::NewChange,
        testing::{TestDb, a_tenant},
    };
    use types::{ChangeKind, Clock as _, TestClock, TestIds};

    use super::*;

    struct House {
        test: TestDb,
        here: TenantScope,
        next_door: TenantScope,
        reader: PersonId,
        counts: Cell<i64>,
    }

    impl House {
        async fn new() -> Self {
            let (test, ids) = (TestDb::new().await, TestIds::default());
            Self {
                here: a_tenant(&test.db, &ids, "here").await,
                next_door: a_tenant(&test.db, &ids, "next-door").await,
                reader: PersonId::new(&ids),
                counts: Cell::new(0),
                test,
            }
        }

        /// Asks, and says how often anything was counted so far.
        async fn ask(&self, counted: &Counted<i64>, scope: &TenantScope, question: &str) -> i64 {
            let mut tx = self.test.db.read(scope).await.unwrap();
            let count = async |_: &mut Tx| {
                self.counts.set(self.counts.get() + 1);
                Ok(7)
            };
            let answered = counted.get(
                &mut tx,
                (scope, self.reader),
                question.to_owned(),
                (count, |n| *n),
            );
            assert_eq!(answered.await.unwrap(), 7);
            self.counts.get()
        }

        async fn something_happens(&self) {
            let mut tx = self.test.db.write(&self.here).await.unwrap();
            let told = NewChange {
                kind: ChangeKind::LeadUpdated,
                lead_id: None,
                contact_id: None,
                activity_id: None,
            };
            changes::append(&mut tx, &self.here, &told, TestClock::default().now())
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
    }

    #[tokio::test]
    async fn what_is_known_is_counted_again_when_something_happened() {
        let (house, counted) = (House::new().await, Counted::from(7));

        assert_eq!(house.ask(&counted, &house.here, "leads").await, 1);
        assert_eq!(house.ask(&counted, &house.here, "leads").await, 1);
        assert_eq!(house.ask(&counted, &house.here, "contacts").await, 2);
        assert_eq!(house.ask(&counted, &house.next_door, "leads").await, 3);
        house.something_happens().await;
        assert_eq!(house.ask(&counted, &house.here, "leads").await, 4);
        assert_eq!(house.ask(&counted, &house.next_door, "leads").await, 4);
    }

    #[tokio::test]
    async fn what_is_counted_soon_is_not_kept() {
        let (house, counted) = (House::new().await, Counted::from(8));

        assert_eq!(house.ask(&counted, &house.here, "leads").await, 1);
        assert_eq!(house.ask(&counted, &house.here, "leads").await, 2);
    }
}
