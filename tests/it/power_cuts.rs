//! Power cuts while visitors send: what was accepted becomes one lead, and what was not can be sent again.

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{Mutex, PoisonError},
};

use futures::future::join_all;
use reqwest::Method;
use tests::{AVA, Caller, Cluster, FAIRFIELD, Process, World, an_enquiry};
use tokio::sync::Notify;
use types::{JobId, JobStatus};

/// Visitors who send at once.
const VISITORS: usize = 8;

/// What became of every enquiry, as its visitor saw it.
#[derive(Debug, Default)]
struct Ledger {
    /// The power was cut: whoever is not hit by it sends no more either.
    cut: bool,
    sent: usize,
    /// The house promised to keep these.
    accepted: BTreeMap<usize, JobId>,
    /// The house said that it could not take these. They may be there all the same: the answer to a commit can be lost
    /// with the database that gave it.
    refused: Vec<usize>,
    /// Nobody answered: they may be there or not.
    unknown: Vec<usize>,
}

/// The same, written by several at once; and somebody waits until there is enough to lose.
#[derive(Debug, Default)]
struct Book {
    ledger: Mutex<Ledger>,
    grew: Notify,
}

impl Book {
    fn with<T>(&self, change: impl FnOnce(&mut Ledger) -> T) -> T {
        change(&mut self.ledger.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One visitor, who sends until the power is cut.
    async fn visit(&self, visitor: &Caller) {
        while !self.with(|ledger| ledger.cut) {
            let number = self.with(|ledger| {
                ledger.sent += 1;
                ledger.sent
            });
            if !self.send(visitor, number).await {
                return;
            }
        }
    }

    /// Sends an enquiry, for the first time or again; says whether it was accepted.
    async fn send(&self, visitor: &Caller, number: usize) -> bool {
        let enquiry = an_enquiry(&format!("visitor-{number}@example.com"));
        let request = visitor.request(Method::POST, "/api/lead").json(&enquiry);
        match visitor.try_answer(request).await {
            Ok(answer) if answer.status == 503 => self.with(|ledger| ledger.refused.push(number)),
            Ok(answer) => {
                let job = answer.expect(202).json()["jobId"].as_str().unwrap().parse();
                self.with(|ledger| ledger.accepted.insert(number, job.unwrap()));
                self.grew.notify_one();
                return true;
            }
            Err(_) => self.with(|ledger| ledger.unknown.push(number)),
        }
        false
    }

    /// Waits until so many were accepted.
    async fn until_accepted(&self, count: usize) {
        while self.with(|ledger| ledger.accepted.len()) < count {
            self.grew.notified().await;
        }
    }

    /// Lets everybody send until so many more were accepted, cuts the power, and waits until the last has noticed.
    async fn cut_after(&self, count: usize, visitors: &[Caller], cut: impl AsyncFnOnce()) {
        let enough = count
            + self.with(|ledger| {
                ledger.cut = false;
                ledger.accepted.len()
            });
        let mut sending = pin!(join_all(visitors.iter().map(|visitor| self.visit(visitor))));
        tokio::select! {
            () = self.until_accepted(enough) => {}
            _ = &mut sending => panic!("they ended by themselves: {:?}", self.ledger),
        }
        let cut = async {
            cut().await;
            self.with(|ledger| ledger.cut = true);
        };
        tokio::join!(cut, sending);
    }

    /// Sends again what was not accepted.
    async fn send_the_rest(&self, visitor: &Caller) {
        let rest = self.with(|ledger| {
            let mut rest = std::mem::take(&mut ledger.unknown);
            rest.append(&mut ledger.refused);
            rest
        });
        for number in rest {
            assert!(self.send(visitor, number).await, "{number} is refused again");
        }
    }

    /// Waits until everything accepted is worked off.
    async fn until_processed(&self, world: &World) {
        let jobs: Vec<_> = self.with(|ledger| ledger.accepted.values().copied().collect());
        for job in jobs {
            world.until(job, JobStatus::Processed).await;
        }
    }
}

async fn leads(ava: &Caller) -> usize {
    let summary = ava.get("/api/summary").await.expect(200).json();
    summary["leadCount"].as_u64().unwrap().try_into().unwrap()
}

fn visitors(web: &Process) -> Vec<Caller> {
    (0..VISITORS).map(|_| web.caller(FAIRFIELD)).collect()
}

/// Asserts that every enquiry is one lead: what was accepted, and after it was sent again what was not.
async fn balance(world: &World, book: &Book, ava: &Caller, before: usize) {
    book.until_processed(world).await;
    let (sent, accepted, perhaps) = book.with(|ledger| {
        let perhaps = ledger.unknown.len() + ledger.refused.len();
        (ledger.sent, ledger.accepted.len(), perhaps)
    });
    let kept = leads(ava).await - before;
    assert!(
        kept >= accepted,
        "{} accepted enquiries are lost",
        accepted - kept
    );
    assert!(
        kept <= accepted + perhaps,
        "{kept} leads of {accepted} accepted and {perhaps} perhaps"
    );

    let web = world.web().await;
    book.send_the_rest(&web.caller(FAIRFIELD)).await;
    book.until_processed(world).await;
    assert_eq!(leads(ava).await - before, sent, "an enquiry is one lead");
}

#[tokio::test]
async fn a_website_and_a_worker_that_are_killed_lose_and_double_nothing() {
    let world = World::seeded()
        .await
        .with("INGESTION_LEASE_SECONDS", "1")
        .with("INGESTION_BATCH_SIZE", "5");
    let crm = world.crm().await;
    let ava = crm.member(AVA).await;
    let (before, book) = (leads(&ava).await, Book::default());

    for _cut in 0..3 {
        let (mut web, mut worker) = (world.web().await, world.worker().await);
        let visitors = visitors(&web);
        let cut = async || {
            web.kill();
            worker.kill();
        };
        book.cut_after(25, &visitors, cut).await;
    }

    let world = world.with("INGESTION_LEASE_SECONDS", "60");
    let _worker = world.worker().await;
    balance(&world, &book, &ava, before).await;
}

/// A worker on the database's machine goes with it; what its effects wrote without waiting for the disk is gone as well
/// and has to come back. The website is elsewhere, and finds the database again by itself.
#[tokio::test]
async fn a_postgresql_that_crashes_with_its_worker_loses_and_doubles_nothing() {
    if World::empty().await.is_on_a_file() {
        return;
    }
    let cluster = Cluster::start().await;
    let world = World::seeded_on(&cluster)
        .await
        .with("INGESTION_LEASE_SECONDS", "1")
        .with("INGESTION_BATCH_SIZE", "5");
    let (web, crm) = (world.web().await, world.crm().await);
    let ava = crm.member(AVA).await;
    let (before, book) = (leads(&ava).await, Book::default());

    for _crash in 0..3 {
        let mut worker = world.worker().await;
        let crash = async || {
            cluster.crash(world.db()).await;
            worker.kill();
        };
        book.cut_after(40, &visitors(&web), crash).await;
        world.until_the_database_is_back(&web).await;
    }

    let world = world.with("INGESTION_LEASE_SECONDS", "60");
    let _worker = world.worker().await;
    balance(&world, &book, &ava, before).await;
}

#[tokio::test]
async fn a_full_disk_refuses_and_takes_again_when_there_is_room() {
    let world = World::seeded().await;
    if !world.is_on_a_file() {
        return;
    }
    let (web, crm) = (world.web_on_a_small_disk().await, world.crm().await);
    let ava = crm.member(AVA).await;
    let (before, book) = (leads(&ava).await, Book::default());
    let visitor = web.caller(FAIRFIELD);
    assert!(book.send(&visitor, 1).await);

    web.limit_files_to(Some(4_096));
    let taken = book.send(&visitor, 2).await;
    let page = visitor.get("/contact").await;
    web.limit_files_to(None);

    assert!(!taken, "it was promised what no disk has");
    assert_eq!(book.with(|ledger| ledger.refused.clone()), [2]);
    page.expect(200);
    book.with(|ledger| ledger.sent = 2);
    let _worker = world.worker().await;
    balance(&world, &book, &ava, before).await;
}

/// Each step of the history is whole or not there at all, so that the next start goes on where the last one ended.
#[tokio::test]
async fn a_migration_that_is_killed_goes_on_where_it_was() {
    for _attempt in 0..20 {
        let world = World::empty().await;
        if world.kill_while_migrating().await {
            world.admin(&["migrate", "--check"]).await.expect(5);
            world.admin(&["migrate"]).await.expect(0);
            world.admin(&["migrate", "--check"]).await.expect(0);
            world.admin(&["seed", "demo"]).await.expect(0);
            return;
        }
    }
    panic!("it was always done before it could be killed");
}
