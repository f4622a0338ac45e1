//! Who is let in, and who is not, on whichever database the run is on.

use jiff::{SignedDuration, Timestamp};
use types::{
    Clock as _, Email, PersonId, Role, SessionId, SignInOutcome, TenantStatus, TestClock, TestIds, TokenHash,
    Whence,
};

use super::{hosts, sessions};
use crate::{
    Db, PlatformScope, TenantScope, platform,
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
    tx.commit().await.unwrap();

    assert_eq!(hosts::find(&test.db, &domain.hostname).await.unwrap(), None);

    let mut tx = test.db.write(&platform).await.unwrap();
    (domain.is_verified, domain.verified_at) = (true, Some(now()));
    platform::domains::update(&mut tx, &platform, &domain)
        .await
        .unwrap();
    platform::domains::set_primary(&mut tx, &platform, here.tenant_id(), domain.id, now())
        .await
        .unwrap();
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
    let whence = Whence::new([127, 0, 0, 1].into(), "Firefox/140.0");
    let came = (SignInOutcome::Password, &whence);
    sessions::open(db, scope, &session, came).await.unwrap();
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
