//! What the way into the queue promises, on whichever database the run is on.

use std::sync::Arc;

use futures::future::join_all;
use jiff::Timestamp;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};
use types::{Clock as _, EventKey, EventType, JobId, TestClock, TestIds};

use super::{IMPATIENCE, Request, turn_away_the_impatient};
use crate::{
    Db, Enqueued, Error, TenantScope,
    backend::Only,
    platform::jobs,
    scope::PlatformScope,
    tenant::jobs::{NewJob, enqueue},
    testing::{TestDb, a_tenant},
};

fn a_job(ids: &TestIds, scope: &TenantScope, submission: &str) -> NewJob {
    NewJob {
        id: JobId::new(ids),
        event_key: EventKey::from_submission(EventType::LeadSubmitted, scope.tenant_id(), submission),
        event_type: EventType::LeadSubmitted.as_str().to_owned(),
        payload: r#"{"note":"\u0022quoted\u0022 and Élodie"}"#.to_owned(),
        request_id: Some("request-1".to_owned()),
        created_at: TestClock::default().now(),
    }
}

async fn pending(db: &Db) -> i64 {
    let platform = PlatformScope::of_worker();
    let mut tx = db.read(&platform).await.unwrap();
    jobs::depth(&mut tx, &platform).await.unwrap().pending
}

#[tokio::test]
async fn one_key_a_hundred_times_at_once_is_one_job() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;

    let answers = join_all((0..100).map(|_| enqueue(&test.db, &here, a_job(&ids, &here, "same")))).await;

    let answers: Vec<Enqueued> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|answer| !answer.is_duplicate()).count(), 1);
    assert!(
        answers
            .iter()
            .all(|answer| answer.job_id() == answers[0].job_id())
    );
    assert_eq!(pending(&test.db).await, 1);
}

#[tokio::test]
async fn two_processes_with_one_key_at_once_make_one_job() {
    let test = TestDb::new().await;
    let other = TestDb::connect(&test.url).await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;

    let answers = join_all((0..50).flat_map(|round| {
        let submission = format!("submission-{round}");
        [&test.db, &other].map(|db| {
            let job = a_job(&ids, &here, &submission);
            let here = &here;
            async move { enqueue(db, here, job).await.unwrap() }
        })
    }))
    .await;

    for pair in answers.chunks_exact(2) {
        assert_eq!(pair[0].job_id(), pair[1].job_id());
        assert_ne!(pair[0].is_duplicate(), pair[1].is_duplicate());
    }
    assert_eq!(pending(&test.db).await, 50);
}

#[tokio::test]
async fn an_event_of_a_tenant_that_is_gone_does_not_turn_its_neighbours_away() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let gone = TenantScope::new("tenant_gone".parse().unwrap());

    let (first, refused, last) = tokio::join!(
        enqueue(&test.db, &here, a_job(&ids, &here, "first")),
        enqueue(&test.db, &gone, a_job(&ids, &gone, "refused")),
        enqueue(&test.db, &here, a_job(&ids, &here, "last")),
    );

    assert!(!first.unwrap().is_duplicate());
    assert!(!refused.unwrap_err().is_transient());
    assert!(!last.unwrap().is_duplicate());
    assert_eq!(pending(&test.db).await, 2);
}

#[tokio::test]
async fn what_was_handed_in_is_stored_to_the_letter() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let job = a_job(&ids, &here, "one");

    enqueue(&test.db, &here, job.clone()).await.unwrap();

    let mut tx = test.db.read(&here).await.unwrap();
    let Only(payload) = tx
        .query("SELECT payload AS value FROM ingestion_jobs WHERE tenant_id = $1 AND id = $2")
        .bind(here.tenant_id())
        .bind(job.id)
        .fetch_one::<Only<String>>()
        .await
        .unwrap();
    assert_eq!(payload, job.payload);
}

#[tokio::test]
async fn an_event_from_a_clock_that_is_fast_is_due_at_once() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let fast: Timestamp = "2200-01-01T00:00:00Z".parse().unwrap();
    let job = NewJob {
        created_at: fast,
        ..a_job(&ids, &here, "one")
    };

    enqueue(&test.db, &here, job).await.unwrap();

    let mut tx = test.db.read(&here).await.unwrap();
    let Only(due) = tx
        .query("SELECT next_attempt_at AS value FROM ingestion_jobs WHERE tenant_id = $1")
        .bind(here.tenant_id())
        .fetch_one::<Only<Timestamp>>()
        .await
        .unwrap();
    assert!(due < fast, "{due}");
}

#[tokio::test]
async fn who_hands_in_wakes_who_waits() {
    let test = TestDb::new().await;
    let other = TestDb::connect(&test.url).await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let (mut near, mut far) = (test.db.signals().subscribe(), other.signals().subscribe());

    enqueue(&test.db, &here, a_job(&ids, &here, "one")).await.unwrap();

    near.jobs().await;
    far.jobs().await;
}

#[tokio::test]
async fn closing_answers_everybody_first() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let waiting: Vec<_> = (0..20)
        .map(|round| {
            let (db, here, job) = (
                test.db.clone(),
                here.clone(),
                a_job(&ids, &here, &round.to_string()),
            );
            tokio::spawn(async move { enqueue(&db, &here, job).await })
        })
        .collect();
    tokio::task::yield_now().await;

    test.db.close().await;

    let accepted = join_all(waiting)
        .await
        .into_iter()
        .filter(|answer| matches!(answer, Ok(Ok(_))))
        .count();
    let stored = pending(&TestDb::connect(&test.url).await).await;
    assert_eq!(i64::try_from(accepted).unwrap(), stored);
}

#[test]
fn whoever_waited_behind_a_batch_that_failed_hears_so_with_it() {
    let (sender, mut receiver) = mpsc::channel(2);
    let ids = TestIds::default();
    let here = TenantScope::new("tenant_here".parse().unwrap());
    let hand_in = |submission, since| {
        let (reply, answer) = oneshot::channel();
        let request = Request {
            tenant_id: here.tenant_id().clone(),
            job: a_job(&ids, &here, submission),
            since,
            reply,
        };
        sender.try_send(request).unwrap();
        answer
    };
    let now = Instant::now();
    let mut waited = hand_in("waited", now - IMPATIENCE);
    let mut just_came = hand_in("just came", now + IMPATIENCE);
    let (away, mut fresh) = (
        Arc::new(Error::Unavailable(sqlx::Error::PoolTimedOut)),
        Vec::new(),
    );

    turn_away_the_impatient(&mut receiver, &away, &mut fresh);

    assert!(waited.try_recv().unwrap().unwrap_err().is_transient());
    assert!(just_came.try_recv().is_err(), "nobody answered yet");
    assert_eq!(fresh.len(), 1);
}
