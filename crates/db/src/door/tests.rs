//! Who is let in, and who is not, on whichever database the run is on.

use jiff::{SignedDuration, Timestamp};
use types::{
    Clock as _, Email, EventKey, EventType, JobId, JobStatus, PersonId, Role, SessionId, TenantStatus,
    TestClock, TestIds, TokenHash,
};
use uuid::Uuid;

use super::{claims, hosts, sessions};
use crate::{
    Db, PlatformScope, TenantScope,
    backend::Only,
    platform,
    tenant::jobs,
    testing::{TestDb, a_tenant, another_domain},
};

fn now() -> Timestamp {
    TestClock::default().now()
}

async fn suspend(db: &Db, scope: &TenantScope) {
    let platform = PlatformScope::of_command_line();
    let mut tx = db.write(&platform).await.unwrap();
    let moved = (TenantStatus::Active, TenantStatus::Suspended);
    assert!(
        platform::tenants::set_status(&mut tx, &platform, scope.tenant_id(), moved, now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_host_leads_to_its_tenant_with_or_without_www() {
    let test = TestDb::new().await;
    let here = a_tenant(&test.db, &TestIds::default(), "here").await;
    let found = async |host: &str| hosts::find(&test.db, &host.parse().unwrap()).await.unwrap();

    assert_eq!(found("here.localhost").await.unwrap().scope, here);
    assert_eq!(found("www.HERE.localhost.").await.unwrap().scope, here);
    assert_eq!(found("there.localhost").await, None);
}

#[tokio::test]
async fn a_name_nobody_proved_leads_nowhere() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let platform = PlatformScope::of_command_line();
    let mut tx = test.db.write(&platform).await.unwrap();
    let mut domain = platform::domains::list(&mut tx, &platform, here.tenant_id())
        .await
        .unwrap()
        .remove(0);
    domain.id = types::DomainId::new(&ids);
    domain.hostname = "claimed.example.com".parse().unwrap();
    (domain.is_primary, domain.is_verified) = (false, false);
    platform::domains::insert(&mut tx, &platform, &domain)
        .await
        .unwrap();
    assert!(
        !platform::domains::set_primary(&mut tx, &platform, here.tenant_id(), domain.id, now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();

    assert_eq!(hosts::find(&test.db, &domain.hostname).await.unwrap(), None);

    let mut tx = test.db.write(&platform).await.unwrap();
    platform::domains::verify(&mut tx, &platform, here.tenant_id(), domain.id, now())
        .await
        .unwrap();
    assert!(
        platform::domains::set_primary(&mut tx, &platform, here.tenant_id(), domain.id, now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    let site = hosts::find(&test.db, &"here.localhost".parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(site.primary, domain.hostname);
}

#[tokio::test]
async fn until_its_main_name_is_proved_a_tenant_is_known_by_the_one_that_matched() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let platform = PlatformScope::of_command_line();
    let mut tx = test.db.write(&platform).await.unwrap();
    tx.query("UPDATE tenant_domains SET is_verified = $2, verified_at = NULL WHERE tenant_id = $1")
        .bind(here.tenant_id())
        .bind(false)
        .execute()
        .await
        .unwrap();
    tx.commit().await.unwrap();
    another_domain(&test.db, &ids, &here, "proved.example.com").await;

    let proved = "proved.example.com".parse().unwrap();
    let site = hosts::find(&test.db, &proved).await.unwrap().unwrap();

    assert_eq!(site.primary, proved);
}

/// A person who is a member of `scope`, with an open session.
async fn a_session(db: &Db, ids: &TestIds, scope: &TenantScope) -> sessions::NewSession<PersonId> {
    let platform = PlatformScope::of_command_line();
    let person = platform::members::NewPerson {
        id: PersonId::new(ids),
        email: Email::parse("ava@example.com").unwrap(),
        name: "Ava".to_owned(),
        password_hash: "hash".to_owned(),
        created_at: now(),
    };
    let mut tx = db.write(&platform).await.unwrap();
    platform::members::insert_person(&mut tx, &platform, &person)
        .await
        .unwrap();
    let membership = (person.id, Role::Owner);
    platform::members::insert(&mut tx, &platform, scope.tenant_id(), membership, now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let session = sessions::NewSession {
        id: SessionId::new(ids),
        of: person.id,
        token_hash: TokenHash::of("token"),
        now: now(),
        expires_at: now() + SignedDuration::from_hours(8),
    };
    sessions::open(db, scope, &session).await.unwrap();
    session
}

#[tokio::test]
async fn a_session_opens_its_own_tenant_only_and_only_while_it_lasts() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let there = a_tenant(&test.db, &ids, "there").await;
    let session = a_session(&test.db, &ids, &here).await;
    let by_token = sessions::Shown::Token(&session.token_hash);
    let long_ago = now() - SignedDuration::from_hours(1);
    let find = async |scope, shown, at, idle_since| {
        sessions::find(&test.db, scope, shown, at, idle_since)
            .await
            .unwrap()
    };

    let found = find(&here, by_token, now(), long_ago).await.unwrap();
    assert_eq!((found.scope, found.member.role), (here.clone(), Role::Owner));
    assert!(
        find(&here, sessions::Shown::Id(session.id), now(), long_ago)
            .await
            .is_some()
    );
    assert_eq!(find(&there, by_token, now(), long_ago).await, None, "a neighbour");
    assert_eq!(
        find(&here, by_token, session.expires_at, long_ago).await,
        None,
        "expired"
    );
    assert_eq!(find(&here, by_token, now(), now()).await, None, "idle");
    suspend(&test.db, &here).await;
    assert_eq!(find(&here, by_token, now(), long_ago).await, None, "suspended");
}

#[tokio::test]
async fn a_closed_session_is_gone() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let session = a_session(&test.db, &ids, &here).await;

    sessions::close(&test.db, &here, session.id).await.unwrap();

    let shown = sessions::Shown::Id(session.id);
    let long_ago = now() - SignedDuration::from_hours(1);
    assert_eq!(
        sessions::find(&test.db, &here, shown, now(), long_ago)
            .await
            .unwrap(),
        None
    );
}

async fn enqueue(db: &Db, ids: &TestIds, scope: &TenantScope, submission: &str) -> JobId {
    let job = jobs::NewJob {
        id: JobId::new(ids),
        event_key: EventKey::from_submission(EventType::LeadSubmitted, scope.tenant_id(), submission),
        event_type: EventType::LeadSubmitted.as_str().to_owned(),
        payload: "{}".to_owned(),
        request_id: None,
        created_at: now(),
    };
    jobs::enqueue(db, scope, job).await.unwrap().job_id()
}

async fn claim(db: &Db, token: u128, at: Timestamp) -> Vec<claims::Claimed> {
    let request = claims::ClaimRequest {
        limit: 10,
        token: Uuid::from_u128(token),
        now: at,
        lease: SignedDuration::from_secs(60),
    };
    claims::claim(
        db,
        &PlatformScope::of_worker(),
        &request,
        &mut claims::Round::default(),
    )
    .await
    .unwrap()
}

async fn status(db: &Db, scope: &TenantScope, id: JobId) -> JobStatus {
    let mut tx = db.read(scope).await.unwrap();
    let Only(status) = tx
        .query("SELECT status AS value FROM ingestion_jobs WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_one()
        .await
        .unwrap();
    status
}

#[tokio::test]
async fn a_job_is_claimed_once_and_given_back_only_by_who_holds_it() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let id = enqueue(&test.db, &ids, &here, "one").await;

    let claimed = claim(&test.db, 1, now()).await;
    assert_eq!(
        claimed
            .iter()
            .map(|job| (job.id, job.attempt, &job.scope))
            .collect::<Vec<_>>(),
        [(id, 1, &here)]
    );
    assert!(claim(&test.db, 2, now()).await.is_empty());

    let mut tx = test.db.write(&here).await.unwrap();
    let thief = claims::Claimed {
        token: Uuid::from_u128(9),
        ..claimed[0].clone()
    };
    assert_eq!(
        jobs::give_back(&mut tx, &here, &thief).await.unwrap(),
        Err(jobs::LeaseLost)
    );
    assert_eq!(
        jobs::give_back(&mut tx, &here, &claimed[0]).await.unwrap(),
        Ok(())
    );
    tx.commit().await.unwrap();
    assert_eq!(status(&test.db, &here, id).await, JobStatus::Pending);
}

#[tokio::test]
async fn a_lease_that_ran_out_returns_the_job_and_locks_its_late_worker_out() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let id = enqueue(&test.db, &ids, &here, "one").await;
    let late = claim(&test.db, 1, now()).await.remove(0);
    let later = now() + SignedDuration::from_secs(61);

    let platform = PlatformScope::of_worker();
    let mut tx = test.db.write(&platform).await.unwrap();
    let released = platform::jobs::release_expired(&mut tx, &platform, 5, later)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    assert_eq!(
        released,
        platform::jobs::Released {
            requeued: 1,
            buried: 0
        }
    );
    assert_eq!(claim(&test.db, 2, later).await[0].attempt, 2);
    let mut tx = test.db.write(&here).await.unwrap();
    assert_eq!(
        jobs::give_back(&mut tx, &here, &late).await.unwrap(),
        Err(jobs::LeaseLost)
    );
    drop(tx);
    assert_eq!(status(&test.db, &here, id).await, JobStatus::Processing);
}

#[tokio::test]
async fn a_suspended_tenants_jobs_wait() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    enqueue(&test.db, &ids, &here, "one").await;

    suspend(&test.db, &here).await;

    assert!(claim(&test.db, 1, now()).await.is_empty());
}

#[tokio::test]
async fn a_dead_letter_is_requeued_once() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let id = enqueue(&test.db, &ids, &here, "one").await;
    let job = claim(&test.db, 1, now()).await.remove(0);
    let failure = jobs::Failure {
        error: "invalid_payload: x",
        worker: "w",
        started_at: now(),
        now: now(),
    };
    let mut tx = test.db.write(&here).await.unwrap();
    jobs::bury(&mut tx, &here, &job, &failure).await.unwrap().unwrap();
    tx.commit().await.unwrap();

    let platform = PlatformScope::of_worker();
    let mut tx = test.db.write(&platform).await.unwrap();
    let everything = platform::jobs::DeadLetterFilter {
        tenant_id: None,
        reason: Some("invalid_payload".to_owned()),
        limit: 50,
        offset: 0,
    };
    let dead = platform::jobs::list_dead(&mut tx, &platform, &everything)
        .await
        .unwrap();
    assert_eq!((dead[0].id, dead[0].attempt_count), (id, 1));
    let requeued = platform::jobs::requeue(&mut tx, &platform, id, now())
        .await
        .unwrap();
    assert_eq!(requeued.as_ref(), Some(here.tenant_id()));
    assert_eq!(
        platform::jobs::requeue(&mut tx, &platform, id, now())
            .await
            .unwrap(),
        None
    );
    tx.commit().await.unwrap();

    assert_eq!(claim(&test.db, 2, now()).await[0].attempt, 1);
}

#[tokio::test]
async fn a_tenant_with_many_jobs_does_not_starve_its_neighbours() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let busy = a_tenant(&test.db, &ids, "busy").await;
    let quiet = a_tenant(&test.db, &ids, "quiet").await;
    for number in 0..30 {
        enqueue(&test.db, &ids, &busy, &number.to_string()).await;
    }
    let mut round = claims::Round::default();
    let mut claim = async |token| {
        let request = claims::ClaimRequest {
            limit: 10,
            token: Uuid::from_u128(token),
            now: now(),
            lease: SignedDuration::from_secs(60),
        };
        let platform = PlatformScope::of_worker();
        let jobs = claims::claim(&test.db, &platform, &request, &mut round)
            .await
            .unwrap();
        let of = |scope: &TenantScope| jobs.iter().filter(|job| job.scope == *scope).count();
        (of(&busy), of(&quiet))
    };

    assert_eq!(claim(1).await, (10, 0), "alone, a tenant has the whole batch");
    for number in 0..8 {
        enqueue(&test.db, &ids, &quiet, &number.to_string()).await;
    }
    assert_eq!(claim(2).await, (2, 8), "the neighbour's turn comes first");
    assert_eq!(
        claim(3).await,
        (5, 0),
        "as many tenants as last time share the batch"
    );
    assert_eq!(claim(4).await, (10, 0), "and it is alone again");
}

#[tokio::test]
async fn paused_jobs_wait_until_they_are_resumed() {
    let test = TestDb::new().await;
    let ids = TestIds::default();
    let here = a_tenant(&test.db, &ids, "here").await;
    let there = a_tenant(&test.db, &ids, "there").await;
    enqueue(&test.db, &ids, &here, "one").await;
    enqueue(&test.db, &ids, &there, "two").await;
    let platform = PlatformScope::of_command_line();
    let due = async || {
        let mut tx = test.db.read(&platform).await.unwrap();
        platform::jobs::next_due(&mut tx, &platform).await.unwrap()
    };

    let mut tx = test.db.write(&platform).await.unwrap();
    assert!(
        platform::queue::pause(&mut tx, &platform, None, "cli:ann", now())
            .await
            .unwrap()
    );
    assert!(
        !platform::queue::pause(&mut tx, &platform, None, "cli:ann", now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert!(claim(&test.db, 1, now()).await.is_empty());
    assert_eq!(due().await, None);

    let mut tx = test.db.write(&platform).await.unwrap();
    assert!(platform::queue::resume(&mut tx, &platform, None).await.unwrap());
    let paused = Some(here.tenant_id());
    platform::queue::pause(&mut tx, &platform, paused, "cli:ann", now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(due().await, Some(now()));
    let claimed = claim(&test.db, 2, now()).await;
    assert_eq!(claimed.iter().map(|job| &job.scope).collect::<Vec<_>>(), [&there]);
}
