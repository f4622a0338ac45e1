//! What a commit waits for, on whichever database the run is on.

use types::{Clock as _, EventKey, EventType, JobId, TestClock, TestIds};

use super::{Only, Pool, Sql, Tx};
use crate::{
    scope::PlatformScope,
    tenant::jobs::{NewJob, enqueue},
    testing::{TestDb, a_tenant},
};

async fn waits_for_the_disk(tx: &mut Tx) -> bool {
    const ASK: Sql = Sql {
        sqlite: "SELECT CASE synchronous WHEN 2 THEN 'on' ELSE 'off' END AS value FROM pragma_synchronous",
        postgres: "SELECT current_setting('synchronous_commit') AS value",
    };
    let Only(answer) = tx.query(ASK).fetch_one::<Only<String>>().await.unwrap();
    answer == "on"
}

#[tokio::test]
async fn only_what_can_be_done_again_does_not_wait_for_the_disk() {
    let test = TestDb::new().await;
    let platform = PlatformScope::of_worker();

    let mut marks = test.db.write_repeatable(&platform).await.unwrap();
    assert!(!waits_for_the_disk(&mut marks).await);
    marks.commit().await.unwrap();

    let mut words = test.db.write(&platform).await.unwrap();
    assert!(waits_for_the_disk(&mut words).await);
}

#[tokio::test]
async fn an_event_waits_for_the_disk_whoever_wrote_before_it() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let marks = test
        .db
        .write_repeatable(&PlatformScope::of_worker())
        .await
        .unwrap();
    marks.commit().await.unwrap();

    let job = NewJob {
        id: JobId::new(&ids),
        event_key: EventKey::from_submission(EventType::LeadSubmitted, here.tenant_id(), "one"),
        event_type: EventType::LeadSubmitted.as_str().to_owned(),
        payload: "{}".to_owned(),
        request_id: None,
        created_at: TestClock::default().now(),
    };
    enqueue(&test.db, &here, job).await.unwrap();

    // PostgreSQL's intake has connections of its own, which nobody ever told not to wait.
    if let Pool::Sqlite { write, .. } = test.db.pool() {
        let level: i64 = sqlx::query_scalar("PRAGMA synchronous")
            .fetch_one(write)
            .await
            .unwrap();
        assert_eq!(level, 2, "FULL");
    }
}

#[tokio::test]
async fn who_goes_away_while_a_transaction_begins_leaves_nothing_behind() {
    let test = TestDb::new().await;
    let platform = PlatformScope::of_worker();
    for patience in 0..40 {
        let mut beginning = Box::pin(test.db.read(&platform));
        for _ in 0..patience {
            if futures::poll!(&mut beginning).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(beginning);

        let mut tx = test.db.write(&platform).await.unwrap();
        let written = tx.query("UPDATE people SET name = name").execute().await;

        assert!(written.is_ok(), "after {patience} looks: {written:?}");
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_glance_sees_what_was_just_committed_and_writes_nothing() {
    let test = TestDb::new().await;
    let (platform, ids) = (PlatformScope::of_worker(), TestIds::default());
    for name in ["first", "second"] {
        a_tenant(&test.db, &ids, name).await;

        let mut glance = test.db.glance(&platform).await.unwrap();
        let newest = glance.query("SELECT slug AS value FROM tenants ORDER BY slug DESC LIMIT 1");
        assert_eq!(newest.fetch_one::<Only<String>>().await.unwrap().0, name);
        drop(glance);
    }

    let mut glance = test.db.glance(&platform).await.unwrap();
    let written = glance.query("UPDATE people SET name = name").execute().await;

    assert!(written.is_err(), "it can only read");
}

#[tokio::test]
async fn who_goes_away_in_the_middle_of_a_glance_leaves_nothing_behind() {
    let test = TestDb::new().await;
    let platform = PlatformScope::of_worker();
    for patience in 0..40 {
        let mut looking = Box::pin(async {
            let mut glance = test.db.glance(&platform).await?;
            glance.query("SELECT 1 AS value").fetch_one::<Only<i64>>().await
        });
        for _ in 0..patience {
            if futures::poll!(&mut looking).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(looking);

        let mut glance = test.db.glance(&platform).await.unwrap();
        let seen = glance
            .query("SELECT COUNT(*) AS value FROM people")
            .fetch_one::<Only<i64>>()
            .await
            .map(|Only(people)| people);

        assert!(seen.is_ok(), "after {patience} looks: {seen:?}");
    }
}
